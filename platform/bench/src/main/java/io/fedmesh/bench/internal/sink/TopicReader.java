package io.fedmesh.bench.internal.sink;

import io.fedmesh.contract.Contract;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.KafkaConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A reader of committed records who notes when each came, by the number that its row carries. */
final class TopicReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long LOOK_NANOS = 10_000_000;

    private final double[] seenAtMs;
    private final long[] offsets;
    private final Thread thread;
    private volatile boolean isClosed;
    private volatile long maxOffset = -1;
    private volatile int seen;

    private TopicReader(KafkaConnection kafka, Contract contract, int count) {
        this.seenAtMs = new double[count];
        this.offsets = new long[count];
        this.thread = new Thread(() -> read(kafka, contract), "topic-reader");
    }

    /**
     * Starts to read the topic's one partition from its beginning.
     *
     * @param count revisions 1 to this are noted; others are passed over
     */
    static TopicReader start(KafkaConnection kafka, Contract contract, int count) {
        TopicReader reader = new TopicReader(kafka, contract, count);
        reader.thread.setDaemon(true);
        reader.thread.start();
        return reader;
    }

    /** Waits until so many of them have come. */
    void await(int changes, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (seen < changes) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "[bench] " + changes + " changes must come to the topic but only " + seen + " did");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** @param change 0 for revision 1 */
    double seenAtMs(int change) {
        return seenAtMs[change];
    }

    long offset(int change) {
        return offsets[change];
    }

    long maxOffset() {
        return maxOffset;
    }

    @Override
    public void close() {
        isClosed = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(KafkaConnection kafka, Contract contract) {
        EventCodec codec = new EventCodec(contract, AccountTopic.registry(List.of(contract)));
        Map<String, Object> properties = kafka.properties("bench-reader");
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", false);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partition =
                    List.of(new TopicPartition(contract.topic().toString(), 0));
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            while (!isClosed) {
                var records = consumer.poll(POLL);
                double now = WallClock.millis();
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    take(codec, contract, record, now);
                }
            }
        }
    }

    private void take(EventCodec codec, Contract contract, ConsumerRecord<byte[], byte[]> record, double nowMs) {
        maxOffset = record.offset();
        if (record.value() == null) {
            return;
        }
        var account = codec.decode(record.value(), record.headers(), contract.schema());
        long revision = (Long) Objects.requireNonNull(account.get(Accounts.REVISION));
        if (revision < 1) {
            return;
        }
        int change = (int) revision - 1;
        if (seenAtMs[change] == 0) {
            seenAtMs[change] = nowMs;
            offsets[change] = record.offset();
            seen++;
        }
    }
}
