package io.fedmesh.testkit;

import io.fedmesh.wire.KafkaConnection;
import java.nio.file.Path;
import java.util.Collection;
import org.apache.kafka.common.acl.AclBinding;

/**
 * The broker of an integration test: the local one, or with {@code mvn -Pcontainers} one in a container. A test that needs
 * only this runs the same on both. For one thread at a time.
 */
public interface Broker extends AutoCloseable {
    /** The system property that chooses: {@code local}, which is the default, or {@code containers}. */
    String PROPERTY = "fedmesh.broker";

    /**
     * Starts the chosen broker. Where no container engine answers, the test is skipped with the reason.
     *
     * @param home the folder of a local broker; made if it is missing
     * @throws IllegalStateException if the broker does not come up, or the property names no broker
     */
    static Broker start(Path home) {
        String kind = System.getProperty(PROPERTY, "local");
        return switch (kind) {
            case "local" -> new LocalBroker(home);
            case "containers" -> ContainerBroker.start();
            default ->
                throw new IllegalStateException(
                        "[testkit] " + PROPERTY + " must be 'local' or 'containers' but was '" + kind + "'");
        };
    }

    /** How the super user reaches the broker. */
    KafkaConnection operator();

    /**
     * Makes a principal that may do what these grants allow. A broker in a container knows no principals: there everybody
     * may do everything.
     */
    void addPrincipal(String name, Collection<AclBinding> grants);

    /** How a principal reaches the broker. */
    KafkaConnection connection(String principal);

    /**
     * Kills the broker, runs the action and starts the broker again, with its data and at its address. Skips the test on a
     * broker that cannot come back so.
     */
    void without(Runnable action);

    @Override
    void close();
}
