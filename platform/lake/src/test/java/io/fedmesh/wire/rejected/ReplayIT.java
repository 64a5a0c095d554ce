package io.fedmesh.wire.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.lake.Events;
import io.fedmesh.lake.Lakehouse;
import io.fedmesh.lake.Sink;
import io.fedmesh.lake.SinkConfig;
import io.fedmesh.lake.SinkStatus;
import io.fedmesh.lake.Sinks;
import io.fedmesh.lake.internal.LakeRig;
import io.fedmesh.lake.internal.Samples;
import io.fedmesh.testkit.Broker;
import io.fedmesh.testkit.MemoryRegistry;
import io.fedmesh.wire.BadRecordException.Reason;
import io.fedmesh.wire.KafkaConnection;
import io.fedmesh.wire.Version;
import io.fedmesh.wire.rejected.RejectedRecords.Selection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Poison on a topic of a running sink, and its way back, whatever happens on that way. */
class ReplayIT {
    /** The entity; a later one has a field more; the broken writer's lacks a field that the contract demands at first. */
    private static final Schema GATE = gate("\"default\":0,", "");

    private static final Schema GATE_LATER =
            gate("\"default\":0,", ",{\"name\":\"paint\",\"type\":[\"null\",\"string\"],\"default\":null}");
    private static final Schema GATE_BROKEN = new Schema.Parser().parse("""
                    {"type":"record","name":"Gate","namespace":"test","fields":[
                     {"name":"id","type":"long"},{"name":"state","type":"string"}]}
                    """);
    private static final Contract STRICT = Samples.contract("gate", gate("", ""), List.of("id"));
    private static final Contract MENDED = Samples.contract("gate", GATE, List.of("id"));
    private static final String TOPIC = MENDED.topic().toString();
    private static final int TOO_LARGE_BYTES = (8 << 20) + 1;

    @TempDir
    Path home;

    private final MemoryRegistry registry = new MemoryRegistry();
    private final TreeMap<Long, String> expected = new TreeMap<>();
    private KafkaConnection connection = new KafkaConnection("nowhere", Map.of());

    @Test
    void poisonIsRefusedThePartitionGoesOnAndReplayEndsAsIfItHadNeverBeen() throws Exception {
        int id = registry.register(MENDED.topic().subject(), STRICT.schema());
        int broken = registry.register(MENDED.topic().subject(), GATE_BROKEN);
        int foreign = registry.register("other-value", GATE_LATER);
        int unknown = foreign + 1;
        try (Broker broker = Broker.start(home.resolve("broker"));
                Lakehouse lakehouse = Lakehouse.open(LakeRig.get().newLake())) {
            connection = broker.operator();
            topics();
            try (Sink sink = sink(lakehouse, STRICT)) {
                for (long key = 0; key < 10; key++) {
                    good(key, 1, id, STRICT.schema());
                }
                send(key(0), new byte[] {9, 's', 'e', 'c', 'r', 'e', 't'}, 2);
                send(null, framed(id, STRICT.schema(), 1, "nobody"), 2);
                send(key(1), new byte[TOO_LARGE_BYTES], 2);
                send(key(2), framed(foreign, GATE_LATER, 2, "v2"), 2);
                send(key(3), framed(unknown, GATE, 3, "v2"), 2);
                send(key(4), framed(broken, GATE_BROKEN, 4, "v2"), 2);
                send(key(5), framed(broken, GATE_BROKEN, 5, "v2"), 2);
                send(key(6), framed(broken, GATE_BROKEN, 6, "v2"), 2);
                send(key(7), framed(broken, GATE_BROKEN, 7, "v2"), 2);
                good(5, 3, id, STRICT.schema());
                Sinks.awaitCaptured(sink, 20);
                assertThat(sink.status().get(0).rejected()).isEqualTo(9);
            }
            // Mended: the schemas stand under the subject, the contract has a default for what writers may lack.
            registry.register(MENDED.topic().subject(), GATE_LATER);
            assertThat(registry.register(MENDED.topic().subject(), GATE)).isEqualTo(unknown);
            try (Sink sink = sink(lakehouse, MENDED)) {
                lookAtThem();
                replayAcrossCrashes();
                good(8, 1, id, STRICT.schema()); // an old state: the sink's own guard filters it
                Sinks.awaitCaptured(sink, 20 + 4 + 1 + 1);
                SinkStatus status = sink.status().get(0);
                assertThat(status.rejected()).isEqualTo(9);
                assertThat(status.filtered()).isEqualTo(1);
            }
            expected.put(2L, "v2");
            expected.put(3L, "v2");
            expected.put(4L, "v2");
            expected.put(6L, "v2");
            expected.put(7L, "v4");
            assertThat(latest(lakehouse)).isEqualTo(expected);
        }
    }

    private void lookAtThem() {
        try (RejectedRecords rejected = new RejectedRecords(contracts(), registry, connection, Clock.systemUTC())) {
            assertThat(rejected.list(MENDED.name()))
                    .extracting(g ->
                            g.reason() + " " + g.open() + " " + g.settled() + " " + g.by() + " " + g.contractVersion())
                    .containsExactlyInAnyOrder(
                            "BAD_FRAMING 1 0 sink 1.0.0",
                            "NULL_KEY 1 0 sink 1.0.0",
                            "TOO_LARGE 1 0 sink 1.0.0",
                            "WRONG_SUBJECT 1 0 sink 1.0.0",
                            "UNKNOWN_SCHEMA 1 0 sink 1.0.0",
                            "UNDECODABLE 4 0 sink 1.0.0");
            RejectedRecords.Entry first = rejected.show(MENDED.name(), 0).orElseThrow();
            assertThat(first.reason()).isEqualTo("BAD_FRAMING");
            assertThat(first.origin()).startsWith(TOPIC + ":0:");
            assertThat(first.valueBytes()).isEqualTo(7);
            assertThat(first.framing()).isEqualTo("09");
            assertThat(first.settled()).isNull();
            assertThat(first.toString()).doesNotContain("secret", "736563");
            assertThat(rejected.value(MENDED.name(), 0).orElseThrow())
                    .endsWith("secret".getBytes(StandardCharsets.UTF_8));
            assertThat(rejected.show(MENDED.name(), 1_000)).isEmpty();

            RejectedRecords.Report plan = rejected.plan(MENDED.name(), Selection.ALL);
            assertThat(List.of(plan.replayed(), plan.filtered(), plan.refused()))
                    .containsExactly(5L, 1L, 3L);
            assertThat(plan.examples())
                    .extracting(RejectedRecords.RefusedAgain::reason)
                    .containsExactly("BAD_FRAMING", "NULL_KEY", "TOO_LARGE");
            assertThat(rejected.list(MENDED.name())).allMatch(g -> g.settled() == 0);
        }
    }

    /** A crash before the commit, a lost response after it, a newer state that overtakes, and once more for nothing. */
    private void replayAcrossCrashes() {
        Selection undecodable = new Selection(Reason.UNDECODABLE, 0, Long.MAX_VALUE);
        try (RejectedRecords dying = rejected(new KafkaFate() {
            @Override
            public void beforeCommit() {
                throw new KafkaException("died");
            }
        })) {
            assertThatThrownBy(() -> dying.replay(MENDED.name(), undecodable, "tester"))
                    .hasMessage("died");
        }
        AtomicInteger begun = new AtomicInteger();
        try (RejectedRecords losing = rejected(new KafkaFate() {
            @Override
            public void afterBegin() {
                // Behind what replay has looked at, before what it is about to write.
                if (begun.incrementAndGet() == 1) {
                    send(key(7), framed(1, STRICT.schema(), 7, "v4"), 4);
                }
            }

            @Override
            public void afterCommit() {
                throw new KafkaException("response lost");
            }
        })) {
            assertThatThrownBy(() -> losing.replay(MENDED.name(), undecodable, "tester"))
                    .hasMessage("response lost");
        }
        assertThat(begun).hasValue(2);
        try (RejectedRecords rejected = new RejectedRecords(contracts(), registry, connection, Clock.systemUTC())) {
            assertThat(rejected.replay(MENDED.name(), undecodable, "tester"))
                    .isEqualTo(new RejectedRecords.Report(MENDED.name(), 0, 0, 0, List.of()));
            RejectedRecords.Report report = rejected.replay(MENDED.name(), Selection.ALL, "tester");
            assertThat(List.of(report.replayed(), report.filtered(), report.refused()))
                    .containsExactly(2L, 0L, 3L);
            assertThat(rejected.discard(MENDED.name(), Selection.ALL, "tester", "nothing to be saved"))
                    .isEqualTo(3);
            assertThat(rejected.list(MENDED.name())).allMatch(g -> g.open() == 0);
            assertThat(rejected.show(MENDED.name(), 0).orElseThrow().settled())
                    .startsWith("DISCARDED by tester at ")
                    .endsWith(": nothing to be saved");
        }
    }

    /** What happens to a producer. */
    private interface KafkaFate {
        default void afterBegin() {}

        default void beforeCommit() {}

        default void afterCommit() {}
    }

    private RejectedRecords rejected(KafkaFate fate) {
        return new RejectedRecords(
                contracts(),
                registry,
                connection,
                Clock.systemUTC(),
                properties -> new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public void beginTransaction() {
                        super.beginTransaction();
                        fate.afterBegin();
                    }

                    @Override
                    public void commitTransaction() {
                        fate.beforeCommit();
                        super.commitTransaction();
                        fate.afterCommit();
                    }

                    @Override
                    public void close() {
                        // As a process that dies: without a word to the brokers.
                        close(Duration.ZERO);
                    }
                });
    }

    private static Contracts contracts() {
        return new Contracts(List.of(), List.of(), List.of(MENDED));
    }

    private Sink sink(Lakehouse lakehouse, Contract contract) {
        return Sinks.start(
                lakehouse,
                new SinkConfig(
                        connection,
                        List.of(contract),
                        home.resolve("index"),
                        Duration.ofMillis(100),
                        1_000,
                        16 << 20,
                        1),
                registry);
    }

    private void topics() throws Exception {
        Map<String, String> large = Map.of("max.message.bytes", "12582912");
        try (Admin admin = Admin.create(connection.properties("admin"))) {
            admin.createTopics(List.of(
                            new NewTopic(TOPIC, 1, (short) 1).configs(large),
                            new NewTopic(MENDED.topic().rejected().toString(), 1, (short) 1).configs(large)))
                    .all()
                    .get();
        }
    }

    private void good(long key, long version, int schemaId, Schema schema) {
        String state = "v" + version;
        send(key(key), framed(schemaId, schema, key, state), version);
        expected.put(key, key == 8 ? "v1" : state);
    }

    private void send(byte @Nullable [] key, byte[] value, long version) {
        Map<String, Object> properties = connection.properties("test");
        properties.put("max.request.size", 12 << 20);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            Future<?> unused = producer.send(Events.record(MENDED, 0, key, value, new Version(version, version, 0)));
        }
    }

    private static byte[] key(long key) {
        return Long.toString(key).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] framed(int schemaId, Schema schema, long key, String state) {
        GenericRecord gate = new GenericData.Record(schema);
        gate.put("id", key);
        gate.put("state", state);
        if (schema.getField("width") != null) {
            gate.put("width", 3);
        }
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(
                    ByteBuffer.allocate(5).put((byte) 0).putInt(schemaId).array());
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new GenericDatumWriter<GenericRecord>(schema).write(gate, encoder);
            encoder.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Schema gate(String widthDefault, String more) {
        return new Schema.Parser().parse("""
                        {"type":"record","name":"Gate","namespace":"test","fields":[
                         {"name":"id","type":"long"},{"name":"state","type":"string"},
                         {"name":"width",%s"type":"int"}%s]}
                        """.formatted(widthDefault, more));
    }

    private static Map<Long, String> latest(Lakehouse lakehouse) throws IOException {
        Map<Long, String> rows = new TreeMap<>();
        try (CloseableIterable<Record> records = lakehouse.scan(MENDED.name(), true, List.of("id", "state"))) {
            for (Record row : records) {
                assertThat(rows.put(row.get(0, Long.class), row.get(1, String.class)))
                        .isNull();
            }
        }
        return rows;
    }
}
