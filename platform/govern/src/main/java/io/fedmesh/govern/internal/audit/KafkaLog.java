package io.fedmesh.govern.internal.audit;

import io.fedmesh.govern.audit.AuditSettings;
import io.fedmesh.govern.audit.AuditUnavailableException;
import io.fedmesh.govern.audit.CheckpointStore;
import io.fedmesh.govern.internal.audit.LoggedRecord.Link;
import io.fedmesh.wire.KafkaConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A partition on the brokers, under one transactional.id for all who write to it: two writers take turns, and neither can
 * write behind what it has not read.
 */
final class KafkaLog implements LogPartition {
    private static final long NOWHERE = -1;

    private final KafkaConnection kafka;
    private final AuditSettings settings;
    private final int partition;
    private final Trust trust;
    private final CheckpointStore store;

    private @Nullable KafkaProducer<byte[], byte[]> producer;
    private @Nullable LogEnd end;

    /** From where on a commit of unknown outcome may stand. */
    private long doubtfulFrom = NOWHERE;

    KafkaLog(KafkaConnection kafka, AuditSettings settings, int partition, Trust trust, CheckpointStore store) {
        this.kafka = kafka;
        this.settings = settings;
        this.partition = partition;
        this.trust = trust;
        this.store = store;
    }

    @Override
    public boolean isOpen() {
        return producer != null;
    }

    @Override
    public LogEnd end() {
        LogEnd known = end;
        if (known == null) {
            throw new IllegalStateException("the log must be open but is not");
        }
        return known;
    }

    @Override
    public Map<ByteBuffer, Link> open() {
        close();
        KafkaProducer<byte[], byte[]> opened =
                new KafkaProducer<>(properties(), new ByteArraySerializer(), new ByteArraySerializer());
        producer = opened;
        try {
            opened.initTransactions();
            SignedCheckpoint newest = newest();
            LogEnd read = LogEnd.at(topic(), partition, newest);
            Map<ByteBuffer, Link> standing = new HashMap<>();
            replay(read, newest, standing);
            end = read;
            return standing;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private @Nullable SignedCheckpoint newest() {
        List<Long> ordinals = store.ordinals(partition);
        if (ordinals.isEmpty()) {
            return null;
        }
        long ordinal = ordinals.get(ordinals.size() - 1);
        byte[] content = store.read(partition, ordinal)
                .orElseThrow(() -> new AuditUnavailableException(
                        where() + " checkpoint " + ordinal + " must be readable but is not there"));
        try {
            SignedCheckpoint newest = SignedCheckpoint.open(content, trust);
            Checkpoint head = newest.head();
            if (head.ordinal() != ordinal
                    || head.partition() != partition
                    || !head.topic().equals(topic())) {
                throw new IllegalStateException(
                        where() + " checkpoint " + ordinal + " must be signed for its place but is not");
            }
            return newest;
        } catch (SignedCheckpoint.Unbelievable e) {
            throw new IllegalStateException(
                    where() + " checkpoint " + ordinal + " must hold but does not: " + e.getMessage(), e);
        }
    }

    private void replay(LogEnd read, @Nullable SignedCheckpoint newest, Map<ByteBuffer, Link> standing) {
        try (PartitionReader reader =
                new PartitionReader(kafka, topic(), partition, clientId() + ".end", settings.timeout())) {
            long begin = reader.begin();
            long to = reader.end();
            long from = begin;
            boolean isCoveredThere = newest != null && newest.head().offset() >= begin;
            if (newest != null && newest.head().offset() >= to) {
                throw new IllegalStateException(where() + " must reach beyond offset "
                        + newest.head().offset() + ", which checkpoint "
                        + newest.head().ordinal() + " covers, but ends at " + to
                        + ": verify the log before anything is written to it");
            }
            if (isCoveredThere && newest != null) {
                from = newest.head().offset();
            }
            if (doubtfulFrom != NOWHERE && doubtfulFrom < from) {
                reader.read(Math.max(begin, doubtfulFrom), from + 1).forEachRemaining(r -> stand(r, standing));
            }
            Iterator<LoggedRecord> records = reader.read(from, to);
            if (isCoveredThere && newest != null) {
                LoggedRecord covered = records.hasNext() ? records.next() : null;
                Link link = covered == null ? null : covered.link();
                if (link == null
                        || link.sequence() != newest.head().size() - 1
                        || !link.hash().equals(newest.head().head())) {
                    throw new IllegalStateException(where() + " must have at offset " + from
                            + " the record that checkpoint " + newest.head().ordinal()
                            + " covers last but has not: verify the log before anything is written to it");
                }
            }
            while (records.hasNext()) {
                LoggedRecord next = records.next();
                read.replay(next);
                stand(next, standing);
            }
        }
        doubtfulFrom = NOWHERE;
    }

    private static void stand(LoggedRecord record, Map<ByteBuffer, Link> standing) {
        Link link = record.link();
        if (link != null) {
            standing.put(ByteBuffer.wrap(record.value()), link);
        }
    }

    @Override
    public List<Link> commit(List<byte[]> values) {
        KafkaProducer<byte[], byte[]> open = producer;
        if (open == null) {
            throw new IllegalStateException("the log must be open but is not");
        }
        try {
            LogEnd known = end();
            List<Link> links = new ArrayList<>();
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            doubtfulFrom = known.offset();
            open.beginTransaction();
            for (byte[] value : values) {
                Link link = known.append(value);
                links.add(link);
                sent.add(open.send(RecordFormat.write(topic(), partition, link, value)));
            }
            open.commitTransaction();
            known.standsAt(sent.get(sent.size() - 1).get().offset());
            doubtfulFrom = NOWHERE;
            return links;
        } catch (ExecutionException e) {
            close();
            throw new KafkaException("a record was not taken", e.getCause());
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new KafkaException("writing was interrupted", e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = kafka.properties(clientId());
        int timeoutMs = Math.toIntExact(settings.timeout().toMillis());
        properties.put("transactional.id", clientId());
        properties.put("transaction.timeout.ms", Math.max(10_000, timeoutMs));
        properties.put("delivery.timeout.ms", Math.max(1_000, timeoutMs));
        properties.put("request.timeout.ms", Math.max(1_000, timeoutMs / 2));
        properties.put("max.block.ms", timeoutMs);
        properties.put("acks", "all");
        properties.put("enable.idempotence", true);
        properties.put("linger.ms", 0);
        return properties;
    }

    private String clientId() {
        return settings.transactionalId(partition);
    }

    private String topic() {
        return settings.topic().toString();
    }

    private String where() {
        return "[audit partition " + partition + "]";
    }

    @Override
    public void close() {
        KafkaProducer<byte[], byte[]> open = producer;
        producer = null;
        end = null;
        if (open != null) {
            open.close(Duration.ZERO);
        }
    }
}
