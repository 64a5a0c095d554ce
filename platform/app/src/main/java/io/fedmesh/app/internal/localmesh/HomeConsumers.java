package io.fedmesh.app.internal.localmesh;

import io.fedmesh.govern.ProvisioningException;
import io.fedmesh.govern.agreement.AgreementGrants;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.local.LocalUsers;
import java.security.SecureRandom;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/**
 * The persons and teams of a mesh that runs on this machine: whoever is new gets a user of the brokers, the file for a Kafka
 * client and, a person, a token; as {@code ./mesh up} gives them.
 */
public final class HomeConsumers {
    private final MeshHome home;
    private final Directory directory;
    private final String bootstrap;
    private final String registry;

    /**
     * @param directory who there is
     * @param bootstrap the brokers' address
     * @param registry its address
     */
    public HomeConsumers(MeshHome home, Directory directory, String bootstrap, String registry) {
        this.home = home;
        this.directory = directory;
        this.bootstrap = bootstrap;
        this.registry = registry;
    }

    /** Who must have a user, with an agreement or without. */
    public Set<String> principals() {
        return ConsumerFiles.principals(directory);
    }

    /**
     * Makes users; of a component it refuses, because the process itself must be told its password.
     *
     * @param operator client of the operator; stays the caller's to close
     */
    public Consumer<String> maker(Admin operator) {
        return principal -> {
            if (!AgreementGrants.owns(principal)) {
                throw new ProvisioningException("[user " + principal
                        + "] must be made where its process is started, for that is told its password: ./mesh up does");
            }
            try {
                new ConsumerFiles(home, LocalUsers.of(home.folder(), operator), bootstrap, registry).make(principal);
                new LocalPeople(home, new SecureRandom()).prepare(directory);
            } catch (IllegalStateException e) {
                throw new ProvisioningException(String.valueOf(e.getMessage()), e);
            }
        };
    }
}
