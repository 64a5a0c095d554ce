package io.fedmesh.access;

import io.fedmesh.wire.KafkaConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Topics' tails from the brokers, by connections of their own. Thread-safe. */
public final class KafkaTails implements TopicTails {
    private static final Duration ANSWER_TIME = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConnection connection;

    /**
     * @param connection of a principal who may read products' topics
     */
    public KafkaTails(KafkaConnection connection) {
        this.connection = connection;
    }

    @Override
    public void read(String topic, Map<Integer, Long> from, Consumer<ConsumerRecord<byte[], byte[]>> records) {
        Map<TopicPartition, Long> ends;
        try (KafkaConsumer<byte[], byte[]> looking = consumer("read_uncommitted")) {
            List<TopicPartition> partitions = looking.partitionsFor(topic, ANSWER_TIME).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            // With the open transactions: what is committed by now may stand behind one of them.
            ends = new HashMap<>(looking.endOffsets(partitions, ANSWER_TIME));
        }
        try (KafkaConsumer<byte[], byte[]> reading = consumer("read_committed")) {
            Map<TopicPartition, Long> begins = reading.beginningOffsets(ends.keySet(), ANSWER_TIME);
            Map<TopicPartition, Long> starts = new HashMap<>();
            begins.forEach((partition, begin) ->
                    starts.put(partition, Math.max(begin, from.getOrDefault(partition.partition(), 0L))));
            ends.entrySet().removeIf(end -> starts.getOrDefault(end.getKey(), 0L) >= end.getValue());
            reading.assign(ends.keySet());
            ends.keySet().forEach(partition -> reading.seek(partition, starts.getOrDefault(partition, 0L)));
            long giveUp = System.nanoTime() + ANSWER_TIME.toNanos();
            while (!ends.isEmpty()) {
                for (ConsumerRecord<byte[], byte[]> record : reading.poll(POLL)) {
                    Long end = ends.get(new TopicPartition(record.topic(), record.partition()));
                    if (end != null && record.offset() < end) {
                        records.accept(record);
                    }
                }
                if (ends.entrySet().removeIf(end -> reading.position(end.getKey(), ANSWER_TIME) >= end.getValue())) {
                    reading.pause(reading.assignment());
                    reading.resume(ends.keySet());
                }
                if (System.nanoTime() - giveUp > 0) {
                    throw new QueryRefusedException("[" + topic + "] must be readable to its end within "
                            + ANSWER_TIME.toSeconds() + " s but was not: a transaction is open there");
                }
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
        Map<String, Object> properties = connection.properties("query-fresh");
        properties.put("isolation.level", isolation);
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "earliest");
        properties.put("allow.auto.create.topics", false);
        properties.put("fetch.max.bytes", 8 << 20);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
