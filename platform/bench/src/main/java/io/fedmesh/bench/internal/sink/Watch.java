package io.fedmesh.bench.internal.sink;

import io.fedmesh.bench.internal.measure.Child;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Sees from inside a consumer, whoever owns it, when the first record of a topic came and when all have come. It costs one
 * addition a poll. It is a producer's interceptor too, so that one set of client properties serves both.
 */
public final class Watch implements ConsumerInterceptor<byte[], byte[]>, ProducerInterceptor<byte[], byte[]> {
    private static volatile @Nullable Watched watched;

    /** One topic that is waited for. */
    static final class Watched {
        private final String topic;
        private final long records;
        private final CountDownLatch all = new CountDownLatch(1);
        private long seen;

        private Watched(String topic, long records) {
            this.topic = topic;
            this.records = records;
        }

        /** @throws IllegalStateException when it takes longer */
        void awaitAll(Duration patience) {
            try {
                if (!all.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException(
                            "[bench] " + records + " records of " + topic + " must come but only " + seen + " did");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("[bench] waiting for records must not be interrupted but was", e);
            }
        }

        private synchronized void add(int count) {
            if (seen == 0 && count > 0) {
                Child.tell("begun " + topic + " " + Child.cpuSeconds() + " " + System.nanoTime());
            }
            seen += count;
            if (seen >= records) {
                all.countDown();
            }
        }
    }

    /** Waits for a topic from now on. The parent is told when its first record comes. */
    static Watched expect(String topic, long records) {
        Watched next = new Watched(topic, records);
        watched = next;
        return next;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        Watched now = watched;
        if (now != null && !records.isEmpty()) {
            for (TopicPartition partition : records.partitions()) {
                if (partition.topic().equals(now.topic)) {
                    now.add(records.records(partition).size());
                }
            }
        }
        return records;
    }

    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> sent) {
        return sent;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void onAcknowledgement(RecordMetadata metadata, Exception exception) {}

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> properties) {}
}
