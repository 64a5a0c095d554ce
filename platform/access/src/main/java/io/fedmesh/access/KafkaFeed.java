package io.fedmesh.access;

import io.fedmesh.wire.KafkaConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A topic from the brokers, in no consumer group: nothing of the reading stays. */
public final class KafkaFeed implements TopicFeed {
    private static final Duration ANSWER_TIME = Duration.ofSeconds(30);

    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> ends;

    private KafkaFeed(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        this.consumer = consumer;
        this.ends = ends;
    }

    /**
     * Opens feeds over connections of their own.
     *
     * @param connection of a principal who may read products' topics
     */
    public static Opener over(KafkaConnection connection) {
        return (topic, start) -> {
            Map<TopicPartition, Long> ends;
            // With the open transactions: what is committed by now may stand behind one of them.
            try (Consumer<byte[], byte[]> looking = consumer(connection, "read_uncommitted")) {
                ends = ends(looking, topic);
            }
            return open(consumer(connection, "read_committed"), ends, start);
        };
    }

    /** Takes the consumer over. */
    static KafkaFeed open(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, Start start) {
        try {
            consumer.assign(ends.keySet());
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(ends.keySet(), ANSWER_TIME);
            Map<TopicPartition, OffsetAndTimestamp> times = times(consumer, ends, start);
            ends.forEach((partition, end) -> consumer.seek(
                    partition, offset(start, begins.getOrDefault(partition, 0L), end, times.get(partition))));
            return new KafkaFeed(consumer, new HashMap<>(ends));
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    private static Map<TopicPartition, OffsetAndTimestamp> times(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, Start start) {
        if (!(start instanceof Start.At at)) {
            return Map.of();
        }
        Map<TopicPartition, Long> wanted = new HashMap<>();
        ends.keySet().forEach(partition -> wanted.put(partition, at.time().toEpochMilli()));
        return consumer.offsetsForTimes(wanted, ANSWER_TIME);
    }

    private static long offset(Start start, long begin, long end, @Nullable OffsetAndTimestamp found) {
        if (start instanceof Start.From from) {
            return Math.max(begin, from.offset());
        }
        if (start instanceof Start.At) {
            return found == null ? end : Math.max(begin, found.offset());
        }
        return begin;
    }

    private static Map<TopicPartition, Long> ends(Consumer<byte[], byte[]> looking, String topic) {
        List<PartitionInfo> partitions = looking.partitionsFor(topic, ANSWER_TIME);
        if (partitions == null || partitions.isEmpty()) {
            throw new QueryRefusedException("[" + topic + "] must be there to be read but is not");
        }
        return looking.endOffsets(
                partitions.stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList(),
                ANSWER_TIME);
    }

    @Override
    public List<ConsumerRecord<byte[], byte[]>> poll(Duration atMost) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        consumer.poll(atMost).forEach(records::add);
        return records;
    }

    @Override
    public boolean isThrough() {
        return ends.entrySet().stream()
                .allMatch(
                        end -> consumer.position(end.getKey(), ANSWER_TIME) >= Objects.requireNonNull(end.getValue()));
    }

    @Override
    public void close() {
        consumer.close();
    }

    private static Consumer<byte[], byte[]> consumer(KafkaConnection connection, String isolation) {
        Map<String, Object> properties = connection.properties("consume");
        properties.put("isolation.level", isolation);
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "earliest");
        properties.put("allow.auto.create.topics", false);
        properties.put("fetch.max.bytes", 8 << 20);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
