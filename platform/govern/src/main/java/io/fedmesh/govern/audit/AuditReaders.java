package io.fedmesh.govern.audit;

import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.AccessPolicy;
import io.fedmesh.govern.Decision;
import io.fedmesh.govern.Permissions;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.agreement.Directory;

/**
 * Another policy, and who may read the log's {@linkplain AuditSettings#COPY copy}: auditors, whole, and nobody else; no
 * agreement and no operator's right reaches it. Thread-safe when the policy is.
 */
public final class AuditReaders implements AccessPolicy {
    private final Directory directory;
    private final AccessPolicy others;

    /**
     * @param directory who there is
     * @param others decides about everything else
     */
    public AuditReaders(Directory directory, AccessPolicy others) {
        this.directory = directory;
        this.others = others;
    }

    @Override
    public Decision decide(Principal who, ProductName what, String purpose) {
        if (!what.equals(AuditSettings.COPY)) {
            return others.decide(who, what, purpose);
        }
        return purpose.isBlank()
                ? Decision.deny("a purpose must be given")
                : Permissions.decide(directory, who, Permissions.Operation.READ_AUDIT);
    }
}
