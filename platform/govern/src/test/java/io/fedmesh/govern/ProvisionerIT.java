package io.fedmesh.govern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.TopicName;
import io.fedmesh.local.LocalKafka;
import io.fedmesh.wire.KafkaConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The effective permissions, asked of the real broker. */
class ProvisionerIT {
    private static final String CRATE = "yard.public.crate.state.v1";
    private static final String PALLET = "yard.protected.pallet.state.v1";
    private static final String POSITION = "yard.private.db.internal.v1";
    private static final Duration READ_BACK = Duration.ofSeconds(20);

    @TempDir
    static Path home;

    private static LocalKafka kafka;
    private static Admin admin;
    private static DesiredState state;

    private static final FakeRegistry REGISTRY = new FakeRegistry();

    @BeforeAll
    static void start() throws Exception {
        kafka = LocalKafka.start(home);
        admin = Admin.create(connection(kafka.operator()).properties("operator"));
        state = DesiredState.of(Fixtures.contracts(), new ProvisioningSettings((short) 1, 1));
        state.principals().forEach(kafka::addPrincipal);
        provision(state);
    }

    @AfterAll
    static void stop() {
        if (admin != null) {
            admin.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    void applyingTwiceChangesNothing() {
        ProvisioningReport second = provision(state);

        assertThat(second)
                .isEqualTo(new ProvisioningReport(List.of(), List.of(), List.of(), List.of(), List.of(), List.of()));
        assertThat(second.changed()).isFalse();
        assertThat(REGISTRY.levels).containsEntry(CRATE + "-value", "BACKWARD");
    }

    @Test
    void aConfigurationThatDriftedIsSetBack() throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, PALLET);
        admin.incrementalAlterConfigs(Map.of(
                        topic,
                        List.of(new AlterConfigOp(
                                new ConfigEntry("delete.retention.ms", "1000"), AlterConfigOp.OpType.SET))))
                .all()
                .get();

        ProvisioningReport report = provision(state);

        assertThat(report.changedConfigs()).containsExactly(PALLET + ": delete.retention.ms=604800000");
    }

    @Test
    void anotherNumberOfPartitionsIsRefusedBeforeAnythingIsChanged() throws Exception {
        Contracts other = new Contracts(
                List.of(Fixtures.domain("quay")),
                List.of(Fixtures.source("quay", "db")),
                List.of(Fixtures.captured("quay", "bollard", "db", TopicName.Visibility.PUBLIC, 2)));
        admin.createTopics(
                        List.of(new NewTopic("quay.public.bollard.state.v1", Optional.of(1), Optional.of((short) 1))))
                .all()
                .get();
        DesiredState wanted = DesiredState.of(other, new ProvisioningSettings((short) 1, 1));

        assertThatThrownBy(() -> new Provisioner(admin, REGISTRY, READ_BACK).apply(wanted))
                .isInstanceOf(ProvisioningException.class)
                .hasMessage(
                        "[topic quay.public.bollard.state.v1] 'partitions' must be 2 as its contract says but was 1:"
                                + " a change would move keys to other partitions; give the product a new major version, or put"
                                + " the contract right");
        assertThat(admin.listTopics().names().get()).doesNotContain("quay.private.bollard.rejected.v1");
    }

    @Test
    void rightsThatAreNotDesiredAreRevokedButNobodyElsesAreTouched() throws Exception {
        AclBinding stale = entry("User:yard.cdc", PALLET + "x", AclPermissionType.ALLOW);
        AclBinding gone = entry("User:closed.stream", CRATE, AclPermissionType.ALLOW);
        AclBinding stranger = entry("User:auditor", CRATE, AclPermissionType.ALLOW);
        AclBinding operator = entry("User:mesh.operator", CRATE, AclPermissionType.ALLOW);
        AclBinding denied = entry("User:yard.cdc", "somewhere", AclPermissionType.DENY);
        admin.createAcls(List.of(stale, gone, stranger, operator, denied)).all().get();

        ProvisioningReport report = provision(state);

        assertThat(report.revoked())
                .containsExactly("closed.stream READ TOPIC " + CRATE, "yard.cdc READ TOPIC " + PALLET + "x");
        assertThat(report.notes())
                .containsExactly("[grants] an entry that denies stays: yard.cdc READ TOPIC somewhere");
        Collection<AclBinding> left =
                admin.describeAcls(AclBindingFilter.ANY).values().get();
        assertThat(left).contains(stranger, operator, denied).doesNotContain(stale, gone);
        admin.deleteAcls(List.of(stranger.toFilter(), operator.toFilter(), denied.toFilter()))
                .all()
                .get();
    }

    @Test
    void captureWritesItsTopicsAndPositionInOneTransactionUnderItsOwnIdAlone() {
        assertThatCode(() -> transaction("yard.cdc", "yard.cdc.db", CRATE, POSITION))
                .doesNotThrowAnyException();

        assertThatThrownBy(() -> transaction("yard.cdc", "yard.cdc.other", CRATE))
                .isInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> transaction("yard.cdc", "yard.cdc.db", "harbour.public.load.derived.v1"))
                .hasCauseInstanceOf(AuthorizationException.class);
        assertThatCode(() -> read("yard.cdc", null, CRATE)).doesNotThrowAnyException();
    }

    @Test
    void aTopologyReadsItsInputsAndMakesItsInternalTopicsAndNothingElse() {
        assertThatCode(() -> read("harbour.stream", "harbour.loading", CRATE)).doesNotThrowAnyException();
        assertThatCode(() -> create("harbour.stream", "harbour.loading-store-changelog"))
                .doesNotThrowAnyException();
        assertThatCode(() -> transaction(
                        "harbour.stream",
                        "harbour.loading-0f-1",
                        "harbour.public.load.derived.v1",
                        "harbour.loading-store-changelog"))
                .doesNotThrowAnyException();

        assertThatThrownBy(() -> read("harbour.stream", null, PALLET)).isInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> read("harbour.stream", "harbour.other", CRATE))
                .isInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> send("harbour.stream", CRATE)).hasCauseInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> create("harbour.stream", "harbour.loadings"))
                .hasCauseInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> create("harbour.stream", "yard.stocktaking-store-changelog"))
                .hasCauseInstanceOf(AuthorizationException.class);
    }

    @Test
    void theSinkReadsEveryProductAndWritesRejectedRecordsAlone() {
        assertThatCode(() -> read("mesh.sink", "mesh.sink.yard.crate", CRATE)).doesNotThrowAnyException();
        assertThatCode(() -> read("mesh.sink", "mesh.sink.harbour.load", "harbour.public.load.derived.v1"))
                .doesNotThrowAnyException();
        assertThatCode(() -> send("mesh.sink", "yard.private.crate.rejected.v1"))
                .doesNotThrowAnyException();

        assertThatThrownBy(() -> send("mesh.sink", CRATE)).hasCauseInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> read("mesh.sink", null, POSITION)).isInstanceOf(AuthorizationException.class);
    }

    @Test
    void theReaderSeesOffsetsAndPositionsButNoData() {
        assertThatCode(() -> read("mesh.reader", null, POSITION)).doesNotThrowAnyException();
        assertThatCode(() -> endOffset("mesh.reader", CRATE)).doesNotThrowAnyException();

        assertThatThrownBy(() -> read("mesh.reader", null, CRATE)).isInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> send("mesh.reader", POSITION)).hasCauseInstanceOf(AuthorizationException.class);
    }

    private static ProvisioningReport provision(DesiredState desired) {
        return new Provisioner(admin, REGISTRY, READ_BACK).apply(desired);
    }

    private static KafkaConnection connection(String principal) {
        return new KafkaConnection(kafka.bootstrap(), kafka.security(principal));
    }

    private static AclBinding entry(String principal, String topic, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry(principal, "*", AclOperation.READ, permission));
    }

    private static Map<String, Object> bounded(String principal) {
        Map<String, Object> properties = connection(principal).properties("test");
        properties.put("default.api.timeout.ms", 15_000);
        return properties;
    }

    private static void transaction(String principal, String id, String... topics) throws Exception {
        Map<String, Object> properties = bounded(principal);
        properties.put("transactional.id", id);
        properties.remove("default.api.timeout.ms");
        properties.put("max.block.ms", 15_000);
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            List<Future<?>> sent = new ArrayList<>();
            for (String topic : topics) {
                sent.add(producer.send(new ProducerRecord<>(topic, new byte[] {1}, new byte[] {2})));
            }
            for (Future<?> future : sent) {
                future.get();
            }
            producer.commitTransaction();
        }
    }

    private static void send(String principal, String topic) throws Exception {
        Map<String, Object> properties = bounded(principal);
        properties.remove("default.api.timeout.ms");
        properties.put("max.block.ms", 15_000);
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, new byte[] {1}, new byte[] {2}))
                    .get();
        } catch (ExecutionException e) {
            throw e;
        }
    }

    private static void read(String principal, @Nullable String group, String topic) {
        Map<String, Object> properties = bounded(principal);
        if (group != null) {
            properties.put("group.id", group);
        }
        properties.put("enable.auto.commit", false);
        properties.put("isolation.level", "read_committed");
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            consumer.poll(Duration.ofSeconds(1));
            if (group != null) {
                consumer.commitSync();
            }
        }
    }

    private static void endOffset(String principal, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(bounded(principal), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.endOffsets(List.of(partition));
        }
    }

    private static void create(String principal, String topic) throws Exception {
        try (Admin client = Admin.create(connection(principal).properties("test"))) {
            client.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.of((short) 1))))
                    .all()
                    .get();
        }
    }
}
