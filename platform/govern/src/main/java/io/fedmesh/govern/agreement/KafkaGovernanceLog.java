package io.fedmesh.govern.agreement;

import io.fedmesh.contract.TopicName;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.ProvisioningSettings;
import io.fedmesh.wire.KafkaConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The log on a topic of one partition that is never compacted and keeps everything. A record is appended by an idempotent
 * producer and acknowledged by every replica in sync. A topic whose beginning is gone is refused: what it lost may have been
 * a revocation. Thread-safe.
 */
public final class KafkaGovernanceLog implements GovernanceLog {
    /** The topic; the platform's own. */
    public static final String TOPIC =
            new TopicName("mesh", TopicName.Visibility.PRIVATE, "governance", TopicName.Kind.INTERNAL, 1).toString();

    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final int HEADROOM_BYTES = 1024;

    private final Duration timeout;
    private final Map<String, Object> writing;
    private final Consumer<byte[], byte[]> consumer;
    private @Nullable Producer<byte[], byte[]> producer;

    /**
     * @param connection of a principal that may read the topic; who appends must be allowed to write it too
     * @param timeout the longest that one call waits for the brokers; 1 s or more
     */
    public KafkaGovernanceLog(KafkaConnection connection, Duration timeout) {
        if (timeout.toMillis() < 1000) {
            throw new IllegalArgumentException("'timeout' must be 1000 ms or more but was " + timeout.toMillis());
        }
        this.timeout = timeout;
        int timeoutMs = Math.toIntExact(timeout.toMillis());
        this.writing = connection.properties("mesh.governance");
        writing.put("enable.idempotence", true);
        writing.put("acks", "all");
        writing.put("linger.ms", 0);
        writing.put("max.block.ms", timeoutMs);
        writing.put("request.timeout.ms", timeoutMs / 2);
        writing.put("delivery.timeout.ms", timeoutMs);
        writing.put("max.request.size", EventCodec.MAX_BYTES + HEADROOM_BYTES);
        writing.put("buffer.memory", 4L * EventCodec.MAX_BYTES);
        Map<String, Object> reading = connection.properties("mesh.governance");
        reading.put("isolation.level", "read_committed");
        reading.put("enable.auto.commit", false);
        reading.put("auto.offset.reset", "none");
        reading.put("allow.auto.create.topics", false);
        reading.put("default.api.timeout.ms", timeoutMs);
        reading.put("max.partition.fetch.bytes", EventCodec.MAX_BYTES + HEADROOM_BYTES);
        this.consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(List.of(PARTITION));
    }

    /** The topic as it must be. */
    public static DesiredState.Topic topic(ProvisioningSettings settings) {
        return new DesiredState.Topic(
                TOPIC,
                1,
                settings.replicationFactor(),
                Map.of(
                        "cleanup.policy", "delete",
                        "retention.ms", "-1",
                        "retention.bytes", "-1",
                        "min.insync.replicas", Integer.toString(settings.minInSyncReplicas()),
                        "unclean.leader.election.enable", "false",
                        "compression.type", "producer",
                        "message.timestamp.type", "LogAppendTime",
                        "max.message.bytes", Integer.toString(EventCodec.MAX_BYTES + HEADROOM_BYTES)));
    }

    @Override
    public synchronized void append(byte[] event) {
        try {
            producer()
                    .send(new ProducerRecord<>(TOPIC, 0, null, event))
                    .get(2 * timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new GovernanceLogException("[log] a record must be appended but the brokers said no", e.getCause());
        } catch (TimeoutException | KafkaException e) {
            throw new GovernanceLogException("[log] a record must be appended but there was no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GovernanceLogException("[log] a record must be appended but the thread was interrupted", e);
        }
    }

    /** Made when it is first needed: one that may not write fails at once, and most only read. */
    private Producer<byte[], byte[]> producer() {
        Producer<byte[], byte[]> current = producer;
        if (current == null) {
            current = new KafkaProducer<>(writing, new ByteArraySerializer(), new ByteArraySerializer());
            producer = current;
        }
        return current;
    }

    @Override
    public synchronized List<Entry> read(long fromOffset) {
        try {
            long end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, -1L);
            if (end < fromOffset) {
                throw new GovernanceLogException(
                        "[log] it must not become shorter but ends at " + end + " and was read to " + fromOffset, null);
            }
            consumer.seek(PARTITION, fromOffset);
            return read(fromOffset, end);
        } catch (KafkaException e) {
            throw new GovernanceLogException("[log] it must be readable from offset " + fromOffset + " but was not", e);
        }
    }

    private List<Entry> read(long fromOffset, long end) {
        List<Entry> entries = new ArrayList<>();
        long deadline = System.nanoTime() + timeout.toNanos();
        while (consumer.position(PARTITION) < end) {
            long before = consumer.position(PARTITION);
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                byte[] event = record.value();
                entries.add(new Entry(record.offset(), event == null ? new byte[0] : event));
            }
            if (consumer.position(PARTITION) > before) {
                deadline = System.nanoTime() + timeout.toNanos();
            } else if (System.nanoTime() - deadline > 0) {
                throw new GovernanceLogException(
                        "[log] it must be readable from " + fromOffset + " to " + end + " but stood at " + before,
                        null);
            }
        }
        return entries;
    }

    @Override
    public synchronized void close() {
        try {
            if (producer != null) {
                producer.close(timeout);
            }
        } finally {
            consumer.close(CloseOptions.timeout(timeout));
        }
    }
}
