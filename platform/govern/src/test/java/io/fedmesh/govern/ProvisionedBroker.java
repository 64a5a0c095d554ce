package io.fedmesh.govern;

import io.fedmesh.local.LocalKafka;
import io.fedmesh.wire.KafkaConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A real broker, and what the fixtures' contracts ask for on it. */
final class ProvisionedBroker implements AutoCloseable {
    static final String CRATE = "yard.public.crate.state.v1";
    static final String PALLET = "yard.protected.pallet.state.v1";
    static final String POSITION = "yard.private.db.internal.v1";
    static final Duration READ_BACK = Duration.ofSeconds(20);

    final LocalKafka kafka;
    final Admin admin;
    final FakeRegistry registry = new FakeRegistry();
    final DesiredState state = DesiredState.of(Fixtures.contracts(), new ProvisioningSettings((short) 1, 1));

    ProvisionedBroker(Path home) throws Exception {
        kafka = LocalKafka.start(home);
        admin = Admin.create(connection(kafka.operator()).properties("operator"));
    }

    @Override
    public void close() {
        admin.close();
        kafka.close();
    }

    ProvisioningReport provision(DesiredState desired) {
        return provisioner().apply(desired);
    }

    Provisioner provisioner() {
        return Provisioner.on(admin, registry, READ_BACK)
                .scramUsers(kafka::addPrincipal)
                .build();
    }

    void make(String topic) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.of((short) 1))))
                .all()
                .get();
    }

    KafkaConnection connection(String principal) {
        return new KafkaConnection(kafka.bootstrap(), kafka.security(principal));
    }
}
