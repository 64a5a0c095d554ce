package io.fedmesh.app.internal.process;

import io.fedmesh.govern.Provisioner;
import io.fedmesh.govern.ProvisioningException;
import io.fedmesh.govern.agreement.Action;
import io.fedmesh.govern.agreement.Command;
import io.fedmesh.govern.agreement.CommandRefusedException;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.GovernanceLogException;
import io.fedmesh.govern.agreement.Role;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The directory of people and contracts, as plans see it and as an operator installs it. One thread. */
public final class InstalledDirectory implements Provisioner.Directories {
    private final Governance governance;
    private final Directory desired;
    private final Installer installer;

    /** Who tells the record who there is. */
    public interface Installer {
        /**
         * What the one who installs is authenticated as.
         *
         * @param judge the directory that says who is an operator
         * @throws ProvisioningException when nobody is
         */
        String who(Directory judge);
    }

    /**
     * @param governance stays the caller's to close
     * @param desired what people and contracts say
     */
    public InstalledDirectory(Governance governance, Directory desired, Installer installer) {
        this.governance = governance;
        this.desired = desired;
        this.installer = installer;
    }

    /** The first operator: for the mesh on this machine, where whoever starts it holds all of its secrets anyway. */
    public static String firstOperator(Directory judge) {
        return operator(judge)
                .orElseThrow(() -> new ProvisioningException(
                        "[directory] it must have a person with the role operator but has none"));
    }

    private static Optional<String> operator(Directory judge) {
        return judge.people().values().stream()
                .filter(person -> person.roles().contains(Role.OPERATOR))
                .map(Directory.Person::subject)
                .findFirst();
    }

    @Override
    public Directory standing() {
        try {
            return governance.image().directory();
        } catch (GovernanceLogException e) {
            throw refused(e.getMessage(), e);
        }
    }

    @Override
    public Directory desired() {
        return desired;
    }

    @Override
    public void install() {
        Directory standing = standing();
        String who = installer.who(standing.people().isEmpty() ? desired : standing);
        try {
            governance
                    .agreements()
                    .submit(new Command("install-" + UUID.randomUUID(), who, new Action.Install(desired)));
        } catch (CommandRefusedException | GovernanceLogException e) {
            throw refused(e.getMessage(), e);
        }
    }

    private static ProvisioningException refused(@Nullable String message, Exception cause) {
        return new ProvisioningException(String.valueOf(message), cause);
    }
}
