package io.fedmesh.testkit;

import io.fedmesh.wire.KafkaConnection;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.acl.AclBinding;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** A broker of testcontainers: Apache's own image, without TLS and without an authorizer. */
final class ContainerBroker implements Broker {
    /** Of the same version as the clients. */
    static final String IMAGE = "apache/kafka:4.3.1";

    private static @Nullable String noEngine;

    private final KafkaContainer container;

    private ContainerBroker(KafkaContainer container) {
        this.container = container;
    }

    static ContainerBroker start() {
        needsEngine();
        KafkaContainer container = container();
        container.start();
        return new ContainerBroker(container);
    }

    /** The container, not started; needs no engine yet. */
    static KafkaContainer container() {
        return new KafkaContainer(IMAGE)
                // As on the local broker: a topic that nobody made is missing, and a large value is taken.
                .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
                .withEnv("KAFKA_MESSAGE_MAX_BYTES", Integer.toString(16 << 20))
                .withEnv("KAFKA_REPLICA_FETCH_MAX_BYTES", Integer.toString(16 << 20));
    }

    /** Asks once: the library tells its reason only the first time. */
    private static synchronized void needsEngine() {
        if (noEngine == null) {
            noEngine = reason(() -> DockerClientFactory.instance().client());
        }
        if (!noEngine.isEmpty()) {
            Assumptions.abort("no container engine answers: " + noEngine);
        }
    }

    /** Why no engine answers, or nothing if one does. An engine that answers and then fails is a failure of the test. */
    static String reason(Runnable engine) {
        try {
            engine.run();
            return "";
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Override
    public KafkaConnection operator() {
        return new KafkaConnection(container.getBootstrapServers(), Map.of());
    }

    @Override
    public void addPrincipal(String name, Collection<AclBinding> grants) {}

    @Override
    public KafkaConnection connection(String principal) {
        return operator();
    }

    @Override
    public void without(Runnable action) {
        Assumptions.abort("a container that was killed comes back at another port: only the local broker shows this");
    }

    @Override
    public void close() {
        container.stop();
    }
}
