package io.fedmesh.cdc.internal;

import io.fedmesh.wire.KafkaConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Reads what is committed on a topic, up to its end when the reading began. The end is that of all records, not of the
 * committed ones: just after a commit its markers may still be on their way, and stopping at the last marker would miss
 * records that are committed already.
 */
final class TopicTail implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> committed;
    private final KafkaConsumer<byte[], byte[]> ends;
    private final Duration patience;

    /**
     * @param patience how long to wait for the brokers, and for a transaction that is being ended
     */
    TopicTail(KafkaConnection kafka, String clientId, Duration patience) {
        this.patience = patience;
        this.committed = consumer(kafka, clientId + "-read", IsolationLevel.READ_COMMITTED, patience);
        this.ends = consumer(kafka, clientId + "-ends", IsolationLevel.READ_UNCOMMITTED, patience);
    }

    private static KafkaConsumer<byte[], byte[]> consumer(
            KafkaConnection kafka, String clientId, IsolationLevel isolation, Duration patience) {
        Map<String, Object> properties = kafka.properties(clientId);
        properties.put("isolation.level", isolation.toString().toLowerCase(java.util.Locale.ROOT));
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "none");
        properties.put("allow.auto.create.topics", false);
        properties.put("max.poll.records", 5_000);
        properties.put("default.api.timeout.ms", (int) patience.toMillis());
        properties.put("request.timeout.ms", (int) Math.min(10_000, patience.toMillis()));
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** The topic's partitions; empty when there is no such topic. */
    List<TopicPartition> partitions(String topic) {
        List<PartitionInfo> infos = committed.partitionsFor(topic);
        return infos == null
                ? List.of()
                : infos.stream()
                        .map(i -> new TopicPartition(topic, i.partition()))
                        .toList();
    }

    Map<TopicPartition, Long> begin(Collection<TopicPartition> partitions) {
        return ends.beginningOffsets(partitions);
    }

    Map<TopicPartition, Long> end(Collection<TopicPartition> partitions) {
        return ends.endOffsets(partitions);
    }

    /** Tells every committed record from one offset of each partition to the other. */
    void read(
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> to,
            Consumer<ConsumerRecord<byte[], byte[]>> record) {
        Map<TopicPartition, Long> left = new HashMap<>(to);
        left.entrySet().removeIf(e -> from.getOrDefault(e.getKey(), 0L) >= e.getValue());
        committed.assign(left.keySet());
        left.keySet().forEach(p -> committed.seek(p, from.getOrDefault(p, 0L)));
        long deadline = System.nanoTime() + patience.toNanos();
        while (!left.isEmpty()) {
            for (ConsumerRecord<byte[], byte[]> next : committed.poll(POLL)) {
                Long end = to.get(new TopicPartition(next.topic(), next.partition()));
                if (end != null && next.offset() < end) {
                    record.accept(next);
                }
                deadline = System.nanoTime() + patience.toNanos();
            }
            left.entrySet().removeIf(e -> committed.position(e.getKey()) >= e.getValue());
            if (System.nanoTime() - deadline > 0) {
                throw new OutageException("reading " + left.keySet() + " to its end took too long");
            }
        }
        committed.assign(List.of());
    }

    @Override
    public void close() {
        Utils.closeQuietly(
                () -> committed.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ZERO)),
                "consumer");
        Utils.closeQuietly(
                () -> ends.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ZERO)), "consumer");
    }
}
