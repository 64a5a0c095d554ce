package io.fedmesh.bench.internal.sink;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A hand-written loop on one thread: consume, write one file, commit once. */
final class FloorLeg implements LegMain.Run {
    private static final Duration POLL = Duration.ofMillis(500);

    private final Leg leg;
    private final LegSettings settings;
    private final JdbcCatalog catalog;

    FloorLeg(Leg leg, LegSettings settings) {
        this.leg = leg;
        this.settings = settings;
        this.catalog = new JdbcCatalog();
        Map<String, String> properties = PlainCatalog.properties(settings);
        properties.put("metrics-reporter-impl", CommitTimes.class.getName());
        catalog.initialize(PlainCatalog.NAME, properties);
    }

    @Override
    public void run(LegSettings.Part part) throws Exception {
        Table table = PlainCatalog.create(
                catalog,
                part.product(),
                leg == Leg.FLOOR_HISTORY ? AccountColumns.history() : AccountColumns.entity(),
                2);
        Loop loop = loop(table);
        Map<String, Object> properties = settings.watchedKafka().properties("bench-floor");
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", false);
        properties.put("max.poll.records", 10_000);
        properties.put("fetch.min.bytes", 512 << 10);
        properties.put("fetch.max.bytes", 50 << 20);
        properties.put("max.partition.fetch.bytes", 8 << 20);
        Watch.expect(part.topic(), part.records());
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(part.topic()).stream()
                    .map(info -> new TopicPartition(part.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            for (long taken = 0; taken < part.records(); ) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    loop.take(record);
                    taken++;
                }
            }
        }
        table.newAppend().appendFile(loop.close()).commit();
        LegMain.done(part);
    }

    private Loop loop(Table table) throws Exception {
        String location = table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet");
        return switch (leg) {
            case FLOOR_GENERIC -> new GenericLoop(table, location);
            case FLOOR_HISTORY -> DirectLoop.ofHistory(new DirectFile(table, location));
            case FLOOR_DIRECT, PEER, HISTORY, CHECKED, HISTORY_ENCRYPTED, BOTH, BOTH_ENCRYPTED ->
                DirectLoop.ofEntity(new DirectFile(table, location));
        };
    }
}
