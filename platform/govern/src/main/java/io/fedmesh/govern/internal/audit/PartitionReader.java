package io.fedmesh.govern.internal.audit;

import io.fedmesh.wire.KafkaConnection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what is committed in one partition of the log. Not thread-safe. */
final class PartitionReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final Duration patience;

    PartitionReader(KafkaConnection kafka, String topic, int partition, String clientId, Duration patience) {
        Map<String, Object> properties = kafka.properties(clientId);
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "none");
        properties.put("allow.auto.create.topics", false);
        properties.put("max.poll.records", 1_000);
        this.partition = new TopicPartition(topic, partition);
        this.patience = patience;
        this.consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(List.of(this.partition));
    }

    /** The first offset that is there. */
    long begin() {
        return consumer.beginningOffsets(List.of(partition), patience).getOrDefault(partition, 0L);
    }

    /** The offset after the last one that is committed. */
    long end() {
        return consumer.endOffsets(List.of(partition), patience).getOrDefault(partition, 0L);
    }

    /** The records from one offset up to, but without, another; throws {@link KafkaException} when they do not come in time. */
    Iterator<LoggedRecord> read(long from, long to) {
        consumer.seek(partition, from);
        return new Iterator<>() {
            private final Deque<LoggedRecord> ready = new ArrayDeque<>();
            private long progress = System.nanoTime();
            private long at = from;

            @Override
            public boolean hasNext() {
                while (ready.isEmpty() && at < to) {
                    fill();
                }
                return !ready.isEmpty();
            }

            private void fill() {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.offset() < to) {
                        ready.add(RecordFormat.read(record));
                    }
                }
                long now = consumer.position(partition, patience);
                if (now > at) {
                    at = now;
                    progress = System.nanoTime();
                } else if (System.nanoTime() - progress > patience.toNanos()) {
                    throw new KafkaException("[" + partition + "] must be readable up to offset " + to
                            + " but stayed at " + at + " for " + patience.toMillis() + " ms");
                }
            }

            @Override
            public LoggedRecord next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("there is no record left");
                }
                return ready.remove();
            }
        };
    }

    @Override
    public void close() {
        consumer.close();
    }
}
