package io.fedmesh.govern.identity;

import io.fedmesh.govern.Principal;
import io.fedmesh.govern.agreement.Directory;
import java.util.Optional;

/** The last step of every proof: whoever it is must be a person today. */
final class Known {
    private Known() {}

    /** @param alias a subject id or an alias */
    static Principal person(Directory directory, String alias) throws IdentityRefusedException {
        Optional<String> subject = directory.subject(alias);
        if (subject.isEmpty()) {
            throw new IdentityRefusedException("[token] whose it is must be a person of the directory but is not");
        }
        return new Principal(subject.get());
    }
}
