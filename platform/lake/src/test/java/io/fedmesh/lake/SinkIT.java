package io.fedmesh.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Quality;
import io.fedmesh.lake.internal.FakeRegistry;
import io.fedmesh.lake.internal.LakeRig;
import io.fedmesh.lake.internal.Samples;
import io.fedmesh.testkit.Broker;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.KafkaConnection;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SinkIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path home;

    private static Broker broker;
    private static KafkaConnection connection;

    @TempDir
    Path index;

    private final FakeRegistry registry = new FakeRegistry();
    private final Random random = new Random(11);
    private final Map<Long, String> expected = new TreeMap<>();
    private long version;

    @BeforeAll
    static void startBroker() {
        broker = Broker.start(home);
        connection = broker.operator();
    }

    @AfterAll
    static void stopBroker() {
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void everyEventIsAppliedOnceAcrossRestartsBadRecordsOutagesAndALostIndex() throws Exception {
        Contract contract = Samples.contract("alpha");
        Events.topics(connection, contract, 2);
        try (Lakehouse lakehouse = Lakehouse.open(LakeRig.get().newLake())) {
            try (Sink sink = sink(lakehouse, contract)) {
                produce(contract, 500);
                bad(contract);
                produce(contract, 500);
                Sinks.awaitCaptured(sink, 1_003);
            }
            registry.away = true;
            try (Sink sink = sink(lakehouse, contract)) {
                produce(contract, 300);
                await().atMost(PATIENCE)
                        .until(() -> sink.status().get(0).state() == SinkStatus.State.HOLDING
                                || sink.status().get(0).captured() > 1_003);
                registry.away = false;
                Sinks.awaitCaptured(sink, 1_303);
            }
            try (Stream<Path> files = Files.walk(index)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
            try (Sink sink = sink(lakehouse, contract)) {
                produce(contract, 300);
                Sinks.awaitCaptured(sink, 1_603);
                SinkStatus status = sink.status().get(0);
                assertThat(status.rejected()).isEqualTo(3);
                assertThat(status.applied() + status.superseded() + status.rejected() + status.filtered())
                        .isEqualTo(1_603);
                assertThat(status.freshnessP50Ms()).isPositive();
                assertThat(status.lag()).isZero();
            }
            assertThat(Sinks.owners(lakehouse, contract)).isEqualTo(expected);
            assertThat(Sinks.events(lakehouse, contract)).isEqualTo(1_600);
            assertThat(rejected(contract)).isEqualTo(3);
        }
    }

    @Test
    void aProductWhoseTableIsDroppedStopsAloneAndTheOtherGoesOn() throws Exception {
        Contract dropped = Samples.contract("beta");
        Contract other = Samples.contract("gamma");
        Events.topics(connection, dropped, 2);
        Events.topics(connection, other, 2);
        try (Lakehouse lakehouse = Lakehouse.open(LakeRig.get().newLake());
                Sink sink = sink(lakehouse, dropped, other)) {
            produce(dropped, 10);
            await().atMost(PATIENCE).until(() -> sink.status().get(0).captured() == 10);
            lakehouse.catalog().dropTable(TableIdentifier.of(Namespace.of("drilling"), "beta_latest"), false);
            produce(dropped, 10);
            await().atMost(PATIENCE).until(() -> sink.status().get(0).state() == SinkStatus.State.STOPPED);
            assertThat(sink.status().get(0).message())
                    .contains("the table must exist but does not: it was dropped or renamed under the sink");
            expected.clear();
            produce(other, 10);
            await().atMost(PATIENCE).until(() -> sink.status().get(1).captured() == 10);
            assertThat(Sinks.owners(lakehouse, other)).isEqualTo(expected);
        }
    }

    @Test
    void anAuditedProductIsSeenWhenItsRulesHold() throws Exception {
        Contract contract = Samples.audited(
                Samples.contract("delta"),
                new Quality(List.of(new Quality.Rule(
                        "no stand-ins",
                        new Quality.MissingValues("owner_name", Set.of("nobody"), Quality.Nulls.MISSING),
                        new Quality.Demand(Quality.Operator.MUST_BE, BigDecimal.ZERO, null, Quality.Unit.ROWS)))));
        Events.topics(connection, contract, 2);
        try (Lakehouse lakehouse = Lakehouse.open(LakeRig.get().newLake());
                Sink sink = sink(lakehouse, contract)) {
            put(contract, "nobody");
            await().atMost(PATIENCE).until(() -> audit(sink).state() == AuditStatus.State.HELD);
            assertThat(audit(sink).message()).isEqualTo("'no stand-ins' mustBe 0 but 1 of 1 rows were counted");
            assertThat(Sinks.owners(lakehouse, contract)).isEmpty();
            assertThat(Sinks.events(lakehouse, contract)).isZero();

            put(contract, "ann", "bob");
            await().atMost(PATIENCE)
                    .until(() -> Sinks.owners(lakehouse, contract).equals(Map.of(0L, "ann", 1L, "bob")));
            assertThat(Sinks.events(lakehouse, contract)).isEqualTo(3);
        }
    }

    private static AuditStatus audit(Sink sink) {
        return Objects.requireNonNull(sink.status().get(0).audit());
    }

    /** In one transaction, wells from number 0 on. */
    private void put(Contract contract, String... owners) {
        EventCodec codec = new EventCodec(contract, registry);
        try (KafkaProducer<byte[], byte[]> producer = producer("put-" + contract.name())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int i = 0; i < owners.length; i++) {
                version++;
                send(producer, Events.well(contract, codec, i, owners[i], version));
            }
            producer.commitTransaction();
        }
    }

    private Sink sink(Lakehouse lakehouse, Contract... contracts) {
        return Sinks.start(
                lakehouse,
                new SinkConfig(connection, List.of(contracts), index, Duration.ofMillis(300), 200_000, 16 << 20, 2),
                registry);
    }

    /** In transactions of 50, every fifth of which is aborted and sent again. */
    private void produce(Contract contract, int events) {
        EventCodec codec = new EventCodec(contract, registry);
        try (KafkaProducer<byte[], byte[]> producer = producer("tx-" + contract.name())) {
            producer.initTransactions();
            for (int sent = 0; sent < events; sent += 50) {
                if (random.nextInt(5) == 0) {
                    producer.beginTransaction();
                    send(producer, Events.well(contract, codec, 1, "aborted", version));
                    producer.abortTransaction();
                }
                producer.beginTransaction();
                for (int i = sent; i < Math.min(events, sent + 50); i++) {
                    long number = random.nextInt(200);
                    version++;
                    String owner = random.nextInt(4) == 0 ? null : "owner" + version;
                    send(producer, Events.well(contract, codec, number, owner, version));
                    if (owner == null) {
                        expected.remove(number);
                    } else {
                        expected.put(number, owner);
                    }
                }
                producer.commitTransaction();
            }
        }
    }

    /** No key, no Avro, and a key that is not the entity's. */
    private void bad(Contract contract) {
        EventCodec codec = new EventCodec(contract, registry);
        String topic = contract.topic().toString();
        byte[] key = "F|1".getBytes(StandardCharsets.UTF_8);
        try (KafkaProducer<byte[], byte[]> producer = producer("bad-" + contract.name())) {
            producer.initTransactions();
            producer.beginTransaction();
            ProducerRecord<byte[], byte[]> good = Events.well(contract, codec, 1, "x", version);
            send(producer, new ProducerRecord<>(topic, 0, (byte[]) null, good.value(), good.headers()));
            send(producer, new ProducerRecord<>(topic, 0, key, new byte[] {9, 9}, good.headers()));
            send(
                    producer,
                    new ProducerRecord<>(
                            topic, 0, "F|2".getBytes(StandardCharsets.UTF_8), good.value(), good.headers()));
            producer.commitTransaction();
        }
    }

    /** A failure comes out when the transaction is committed. */
    private static void send(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        Future<?> unused = producer.send(record);
    }

    private static KafkaProducer<byte[], byte[]> producer(String transactionalId) {
        Map<String, Object> properties = connection.properties("test");
        properties.put("transactional.id", transactionalId);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static int rejected(Contract contract) {
        Map<String, Object> properties = connection.properties("test");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition =
                    new TopicPartition(contract.topic().rejected().toString(), 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            int records = 0;
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    assertThat(record.headers().lastHeader("mesh_rejected_reason"))
                            .isNotNull();
                    records++;
                }
            }
            return records;
        }
    }
}
