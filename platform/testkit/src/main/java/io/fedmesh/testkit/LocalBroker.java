package io.fedmesh.testkit;

import io.fedmesh.local.LocalKafka;
import io.fedmesh.wire.KafkaConnection;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;

/** The local mesh's broker: TLS, a password for each principal, and what no grant allows is denied. */
final class LocalBroker implements Broker {
    private final Path home;
    private LocalKafka kafka;

    LocalBroker(Path home) {
        this.home = home;
        this.kafka = LocalKafka.start(home);
    }

    @Override
    public KafkaConnection operator() {
        return connection(kafka.operator());
    }

    @Override
    public void addPrincipal(String name, Collection<AclBinding> grants) {
        kafka.addPrincipal(name);
        try (Admin admin = Admin.create(operator().properties("testkit-grants"))) {
            admin.createAcls(grants).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("[testkit] the broker must take the grants of " + name + " but did not", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("[testkit] granting must not be interrupted but was", e);
        }
    }

    @Override
    public KafkaConnection connection(String principal) {
        return new KafkaConnection(kafka.bootstrap(), kafka.security(principal));
    }

    @Override
    public void without(Runnable action) {
        kafka.kill();
        try {
            action.run();
        } finally {
            kafka = LocalKafka.start(home);
        }
    }

    @Override
    public void close() {
        kafka.close();
    }
}
