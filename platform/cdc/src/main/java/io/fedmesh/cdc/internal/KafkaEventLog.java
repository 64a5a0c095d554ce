package io.fedmesh.cdc.internal;

import io.fedmesh.cdc.CaptureRefusedException;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.Source;
import io.fedmesh.contract.failpoint.Failpoint;
import io.fedmesh.wire.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events and position in one Kafka transaction under the source's own transactional.id. After anything but a success the
 * producer is closed and made anew: what it still had in flight cannot surface later.
 */
final class KafkaEventLog implements EventLog {
    private static final Logger LOGGER = LoggerFactory.getLogger(KafkaEventLog.class);
    /** A delivery fails before the broker gives the transaction up, so that a slow broker never looks like a fence. */
    private static final int DELIVERY_TIMEOUT_MS = 30_000;

    private static final int TRANSACTION_TIMEOUT_MS = 120_000;
    private static final int WINDOW = 200;

    private final Source source;
    private final KafkaConnection kafka;
    private final String where;
    private final String topic;
    private final byte[] key;
    private final Duration patience;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    /**
     * @param patience how long to wait for the brokers in one attempt
     */
    KafkaEventLog(Source source, KafkaConnection kafka, Duration patience) {
        this.source = source;
        this.kafka = kafka;
        this.where = source.domain() + "." + source.name();
        this.topic = source.positionTopic().toString();
        this.key = source.name().getBytes(StandardCharsets.UTF_8);
        this.patience = patience;
    }

    @Override
    public Optional<Position> open() {
        close();
        try {
            KafkaProducer<byte[], byte[]> opened =
                    new KafkaProducer<>(properties(), new ByteArraySerializer(), new ByteArraySerializer());
            producer = opened;
            opened.initTransactions();
            return readPosition();
        } catch (RuntimeException e) {
            close();
            throw KafkaFailures.of(where, "to write to " + topic + " and the products' topics", e);
        }
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = kafka.properties(clientId());
        properties.put("transactional.id", Names.transactionalId(source.domain(), "cdc", source.name()));
        properties.put("transaction.timeout.ms", TRANSACTION_TIMEOUT_MS);
        properties.put("delivery.timeout.ms", DELIVERY_TIMEOUT_MS);
        properties.put("request.timeout.ms", 10_000);
        properties.put("max.block.ms", patience.toMillis());
        properties.put("acks", "all");
        properties.put("enable.idempotence", true);
        properties.put("linger.ms", 20); // a commit flushes: nothing waits for it
        properties.put("batch.size", 256 << 10);
        properties.put("buffer.memory", 64L << 20);
        properties.put("max.request.size", 16 << 20);
        properties.put("compression.type", "lz4");
        return properties;
    }

    private String clientId() {
        return Names.transactionalId(source.domain(), "cdc", source.name());
    }

    private Optional<Position> readPosition() {
        try (TopicTail tail = new TopicTail(kafka, clientId() + ".position", patience)) {
            List<TopicPartition> partitions = tail.partitions(topic);
            Map<TopicPartition, Long> begin = tail.begin(partitions);
            Map<TopicPartition, Long> end = tail.end(partitions);
            AtomicReference<byte @Nullable []> found = new AtomicReference<>();
            for (long window = WINDOW; ; window *= 10) {
                Map<TopicPartition, Long> from = new HashMap<>();
                boolean isWhole = true;
                for (TopicPartition partition : partitions) {
                    long first = begin.getOrDefault(partition, 0L);
                    long start = Math.max(first, end.getOrDefault(partition, 0L) - window);
                    isWhole &= start == first;
                    from.put(partition, start);
                }
                tail.read(from, end, r -> {
                    if (Arrays.equals(r.key(), key)) {
                        found.set(r.value());
                    }
                });
                byte[] value = found.get();
                if (value != null || isWhole) {
                    return Optional.ofNullable(value).map(Position::ofJson);
                }
            }
        }
    }

    @Override
    public Outcome commit(List<ProducerRecord<byte[], byte[]>> records, Position position) {
        KafkaProducer<byte[], byte[]> open = producer;
        if (open == null) {
            return Outcome.UNKNOWN;
        }
        AtomicReference<Exception> failed = new AtomicReference<>();
        Callback noted = (metadata, failure) -> {
            if (failure != null) {
                failed.compareAndSet(null, failure);
            }
        };
        try {
            Failpoint.CAPTURE_BEFORE_SEND.hit();
            open.beginTransaction();
            for (ProducerRecord<byte[], byte[]> event : records) {
                send(open, event, noted);
                Exception first = failed.get();
                if (first != null) { // each further send would wait as long as this one did
                    throw new KafkaException("a send failed", first);
                }
            }
            send(open, new ProducerRecord<>(topic, key, position.toJson(source.name())), noted);
            Failpoint.CAPTURE_AFTER_SEND.hit();
            open.commitTransaction();
            Failpoint.CAPTURE_AFTER_COMMIT.hit();
            return Outcome.COMMITTED;
        } catch (RuntimeException e) {
            Exception first = failed.get();
            close();
            if (KafkaFailures.isFenced(e) || (first != null && KafkaFailures.isFenced(first))) {
                return Outcome.FENCED;
            }
            refuse(first == null ? e : first);
            LOGGER.warn(
                    "commit has an unknown outcome domain={} source={} cause={}",
                    source.domain(),
                    source.name(),
                    (first == null ? e : first).toString());
            return Outcome.UNKNOWN;
        }
    }

    /** What trying again alone does not mend. The transaction is not committed: it is aborted with the next opening. */
    private void refuse(Exception failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof AuthorizationException) {
                throw KafkaFailures.of(where, "to write to the products' topics", new KafkaException(failure));
            }
            if (t instanceof RecordTooLargeException) {
                throw new CaptureRefusedException(
                        "[" + where + "] the topics must take values as large as capture lets through: raise their"
                                + " max.message.bytes or lower capture's 'maxValueBytes': " + t.getMessage(),
                        failure);
            }
        }
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> event, Callback noted) {
        var unused = producer.send(event, noted); // commitTransaction waits for it and throws what it threw
    }

    @Override
    public void close() {
        KafkaProducer<byte[], byte[]> open = producer;
        producer = null;
        if (open != null) {
            try {
                open.close(Duration.ZERO);
            } catch (RuntimeException e) {
                LOGGER.debug("closing a producer failed domain={} source={}", source.domain(), source.name(), e);
            }
        }
    }
}
