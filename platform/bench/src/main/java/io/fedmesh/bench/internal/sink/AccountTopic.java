package io.fedmesh.bench.internal.sink;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.testkit.MemoryRegistry;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.EventHeaders;
import io.fedmesh.wire.KafkaConnection;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Fills a topic with state events as capture writes them: framing, headers, transactions, compression. */
final class AccountTopic {
    private static final int RECORDS_PER_TRANSACTION = 10_000;
    private static final int CHANGES_PER_SOURCE_TRANSACTION = 20;
    private static final long FIRST_LSN = 0x1_6000_0000L;

    private final KafkaConnection kafka;

    AccountTopic(KafkaConnection kafka) {
        this.kafka = kafka;
    }

    /** The registry that every process of a run agrees on: one schema, id 1 for the first product that is asked for. */
    static MemoryRegistry registry(List<Contract> contracts) {
        MemoryRegistry registry = new MemoryRegistry();
        contracts.forEach(contract -> registry.register(contract.topic().subject(), contract.schema()));
        return registry;
    }

    /** Makes the topic and writes so many changes to it; answers what tables must hold afterwards. */
    Truth fill(Contract contract, int records, long seed) {
        make(contract.topic().toString(), contract.partitions());
        AccountStream stream = new AccountStream(records, seed);
        EventCodec codec = new EventCodec(contract, registry(List.of(contract)));
        try (Producer<byte[], byte[]> producer = producer(contract)) {
            producer.initTransactions();
            while (stream.hasNext()) {
                producer.beginTransaction();
                for (int i = 0; i < RECORDS_PER_TRANSACTION && stream.hasNext(); i++) {
                    var unused =
                            producer.send(record(contract, codec, stream.next())); // the commit throws what it threw
                }
                producer.commitTransaction();
            }
        }
        return Truth.of(stream, records);
    }

    /** Makes a topic that keeps every record. */
    void make(String topic, int partitions) {
        try (Admin admin = Admin.create(kafka.properties("bench-admin"))) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)
                            .configs(Map.of("cleanup.policy", "delete", "retention.ms", "-1"))))
                    .all()
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("[bench] making a topic must not be interrupted but was", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("[bench] the broker must make the topic " + topic + " but did not", e);
        }
    }

    /** One change as a record of the product's topic. */
    static ProducerRecord<byte[], byte[]> record(Contract contract, EventCodec codec, AccountStream.Change change) {
        Instant committedAt = AccountStream.committedAt(change.number());
        byte[] value = change.value() == null ? null : codec.encode(change.value());
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                contract.topic().toString(),
                Math.floorMod(change.key().hashCode(), contract.partitions()),
                committedAt.toEpochMilli(),
                change.key().getBytes(StandardCharsets.UTF_8),
                value);
        int transaction = change.number() / CHANGES_PER_SOURCE_TRANSACTION;
        new EventHeaders(
                        EventHeaders.source("bench", "main"),
                        EventHeaders.type(contract),
                        committedAt,
                        change.key(),
                        Classification.INTERNAL,
                        value == null ? Op.DELETE : change.isNew() ? Op.CREATE : Op.UPDATE,
                        new Version(
                                FIRST_LSN + transaction * 4_096L,
                                FIRST_LSN
                                        + transaction * 4_096L
                                        + change.number() % CHANGES_PER_SOURCE_TRANSACTION * 184L,
                                0),
                        1_000L + transaction)
                .writeTo(record.headers());
        return record;
    }

    /** Writes without transactions, so that offsets count records. */
    static Producer<byte[], byte[]> feeder(KafkaConnection kafka) {
        Map<String, Object> properties = kafka.properties("bench-feed");
        properties.put("acks", "all");
        properties.put("linger.ms", 5);
        properties.put("batch.size", 1 << 20);
        properties.put("compression.type", "lz4");
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Producer<byte[], byte[]> producer(Contract contract) {
        Map<String, Object> properties = kafka.properties("bench-" + contract.name());
        properties.put("transactional.id", "bench." + contract.name());
        properties.put("acks", "all");
        properties.put("linger.ms", 20);
        properties.put("batch.size", 256 << 10);
        properties.put("buffer.memory", 64L << 20);
        properties.put("compression.type", "lz4");
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
