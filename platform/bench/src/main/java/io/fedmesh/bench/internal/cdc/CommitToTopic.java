package io.fedmesh.bench.internal.cdc;

import io.fedmesh.wire.EventHeaders;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Small transactions at a steady rate, and how long each took from its commit, as the database's own clock has it, until a
 * reader of committed records held its event. All on one machine: there is one clock.
 */
final class CommitToTopic {
    private static final int WRITERS = 2;
    /** Not counted: the compiler is at work. */
    private static final Duration WARM_UP = Duration.ofSeconds(5);

    private final CdcParts parts;
    private final int transactionsPerSecond;
    private final Duration duration;

    CommitToTopic(CdcParts parts, int transactionsPerSecond, Duration duration) {
        this.parts = parts;
        this.transactionsPerSecond = transactionsPerSecond;
        this.duration = duration;
    }

    /** Milliseconds of each event after the warm-up. */
    List<Double> run() throws InterruptedException, ExecutionException {
        long begin = System.nanoTime();
        long warm = begin + WARM_UP.toNanos();
        long end = warm + duration.toNanos();
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1);
        try {
            List<Future<Long>> written = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                written.add(threads.submit(() -> write(writer, begin, end)));
            }
            Future<List<Double>> read = threads.submit(() -> read(warm, end));
            long transactions = 0;
            for (Future<Long> one : written) {
                transactions += one.get();
            }
            List<Double> latencies = read.get();
            if (transactions < transactionsPerSecond * (duration.toSeconds() + WARM_UP.toSeconds()) * 0.95) {
                throw new IllegalStateException("[bench] the database must take " + transactionsPerSecond
                        + " transactions a second but took " + transactions + " in all");
            }
            return latencies;
        } finally {
            threads.shutdownNow();
        }
    }

    private long write(int writer, long begin, long end) throws SQLException {
        long pauseNanos = TimeUnit.SECONDS.toNanos(WRITERS) / transactionsPerSecond;
        try (Connection connection = parts.connect();
                PreparedStatement update = connection.prepareStatement(
                        "update ledger.entry set quantity = quantity + 1, changed_at = now() where id = ?")) {
            long count = 0;
            for (long due = begin + writer * pauseNanos / WRITERS; due < end; due += pauseNanos) {
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                update.setLong(1, 1 + (count++ * WRITERS + writer) % parts.rows);
                update.executeUpdate();
            }
            return count;
        }
    }

    private List<Double> read(long warm, long end) {
        List<Double> latencies = new ArrayList<>();
        Map<String, Object> properties = parts.operator().properties("bench-reader");
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", false);
        String topic = Ledger.contract().topic().toString();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(p -> new TopicPartition(topic, p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            while (System.nanoTime() < end + TimeUnit.SECONDS.toNanos(1)) {
                var records = consumer.poll(Duration.ofMillis(100));
                Instant now = Instant.now();
                boolean isCounted = System.nanoTime() > warm;
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    if (isCounted) {
                        latencies.add(Duration.between(
                                                EventHeaders.read(record.headers())
                                                        .time(),
                                                now)
                                        .toNanos()
                                / 1e6);
                    }
                }
            }
        }
        return latencies;
    }
}
