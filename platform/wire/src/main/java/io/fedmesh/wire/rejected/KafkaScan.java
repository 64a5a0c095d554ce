package io.fedmesh.wire.rejected;

import io.fedmesh.wire.KafkaConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A {@link Scan} of the brokers, without a group. */
final class KafkaScan implements Scan {
    /** How much of the transactions that are open or were aborted is seen. */
    enum Isolation {
        COMMITTED,
        EVERYTHING
    }

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Consumer<byte[], byte[]> consumer;

    KafkaScan(KafkaConnection connection, String clientId, Isolation isolation) {
        Map<String, Object> properties = connection.properties(clientId);
        properties.put(
                "isolation.level",
                switch (isolation) {
                    case COMMITTED -> "read_committed";
                    case EVERYTHING -> "read_uncommitted";
                });
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "earliest");
        properties.put("allow.auto.create.topics", false);
        properties.put("max.poll.records", 500);
        properties.put("fetch.max.bytes", 16 << 20);
        this.consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public int partitions(String topic) {
        return consumer.partitionsFor(topic, PATIENCE).size();
    }

    @Override
    public long begin(TopicPartition partition) {
        return consumer.beginningOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
    }

    @Override
    public long end(TopicPartition partition) {
        return consumer.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
    }

    @Override
    public void read(TopicPartition partition, long from, long to, Taker taker) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        long progress = System.nanoTime();
        long at = from;
        while (consumer.position(partition, PATIENCE) < to) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() >= to || !taker.take(record)) {
                    return;
                }
            }
            long now = consumer.position(partition, PATIENCE);
            if (now > at) {
                at = now;
                progress = System.nanoTime();
            } else if (System.nanoTime() - progress > PATIENCE.toNanos()) {
                throw new IllegalStateException("[" + partition + "] must be readable up to offset " + to
                        + " but stayed at " + at + " for " + PATIENCE.toSeconds()
                        + " s: a transaction is open there, or"
                        + " the brokers are busy");
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
