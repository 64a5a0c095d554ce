package io.fedmesh.lake;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.lake.internal.Samples;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.EventHeaders;
import io.fedmesh.wire.KafkaConnection;
import io.fedmesh.wire.KeyText;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.SchemaRegistry;
import io.fedmesh.wire.Version;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** State events of a product, numbered by its source, in transactions. Used by one thread. */
public final class Events implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final SchemaRegistry registry;
    private long version;

    Events(KafkaConnection connection, SchemaRegistry registry, String transactionalId) {
        Map<String, Object> properties = connection.properties("test");
        properties.put("transactional.id", transactionalId);
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        this.registry = registry;
        producer.initTransactions();
    }

    static void topics(KafkaConnection connection, Contract contract, int partitions) throws Exception {
        try (Admin admin = Admin.create(connection.properties("admin"))) {
            admin.createTopics(List.of(
                            new NewTopic(contract.topic().toString(), partitions, (short) 1),
                            new NewTopic(contract.topic().rejected().toString(), 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    /** The ends of the topic's partitions that hold something. */
    static Map<Integer, Long> ends(KafkaConnection connection, Contract contract, int partitions) throws Exception {
        Map<Integer, Long> ends = new TreeMap<>();
        try (Admin admin = Admin.create(connection.properties("admin"))) {
            for (int partition = 0; partition < partitions; partition++) {
                TopicPartition at = new TopicPartition(contract.topic().toString(), partition);
                long end = admin.listOffsets(Map.of(at, OffsetSpec.latest()))
                        .partitionResult(at)
                        .get()
                        .offset();
                if (end > 0) {
                    ends.put(partition, end);
                }
            }
        }
        return ends;
    }

    long version() {
        return version;
    }

    void begin() {
        producer.beginTransaction();
    }

    void commit() {
        producer.commitTransaction();
    }

    /** The entity as its writer's contract has it; partitions are Kafka's own choice, by the key. */
    void put(Contract contract, GenericRecord entity) {
        send(contract, KeyText.of(entity, contract.keyFields()), new EventCodec(contract, registry).encode(entity));
    }

    void delete(Contract contract, GenericRecord entity) {
        send(contract, KeyText.of(entity, contract.keyFields()), null);
    }

    private void send(Contract contract, String key, byte @Nullable [] value) {
        version++;
        Future<?> unused = producer.send(
                record(contract, null, key.getBytes(StandardCharsets.UTF_8), value, new Version(version, version, 0)));
    }

    /** A sample well with this owner, or the end of it; on one of two partitions. */
    static ProducerRecord<byte[], byte[]> well(
            Contract contract, EventCodec codec, long number, @Nullable String owner, long version) {
        GenericRecord well = Samples.well("F", number, owner);
        return record(
                contract,
                (int) (number % 2),
                KeyText.of(well, contract.keyFields()).getBytes(StandardCharsets.UTF_8),
                owner == null ? null : codec.encode(well),
                new Version(version, version, 0));
    }

    /**
     * A change of an entity, or its end, with the headers of a captured event.
     *
     * @param partition null leaves it to Kafka
     */
    public static ProducerRecord<byte[], byte[]> record(
            Contract contract,
            @Nullable Integer partition,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Version version) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(contract.topic().toString(), partition, key, value);
        new EventHeaders(
                        "/drilling/main",
                        contract.name() + ".v1",
                        Instant.now(),
                        key == null ? "" : new String(key, StandardCharsets.UTF_8),
                        Classification.INTERNAL,
                        value == null ? Op.DELETE : Op.UPDATE,
                        version,
                        7L)
                .writeTo(record.headers());
        return record;
    }

    @Override
    public void close() {
        producer.close();
    }
}
