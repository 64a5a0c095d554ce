package io.fedmesh.wire.rejected;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.TopicName;
import io.fedmesh.wire.BadRecordException.Reason;
import io.fedmesh.wire.KafkaConnection;
import io.fedmesh.wire.SchemaRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The refused records of products and what becomes of them. A record is settled once: replayed, filtered or discarded; who
 * did it, when and why is a record on the same topic. Nothing is ever deleted but by the topic's retention. One thread.
 *
 * <p>The principal may read and write the products' topics and their rejected topics, and use the transactional id
 * {@code <domain>.replay.<product>}; so two people who replay one product exclude each other.
 */
public final class RejectedRecords implements AutoCloseable {
    /** Refused records of a product that have reason, refuser and contract version in common. */
    public record Group(
            ProductName product,
            String reason,
            String by,
            String contractVersion,
            long open,
            long settled,
            Instant oldest,
            long oldestOffset) {
        private Group plus(Group later) {
            return new Group(
                    product,
                    reason,
                    by,
                    contractVersion,
                    open + later.open,
                    settled + later.settled,
                    oldest,
                    oldestOffset);
        }
    }

    /**
     * What is told of one refused record: never its values.
     *
     * @param position {@code partition:offset} on the rejected topic
     * @param headers the names of all headers with the length of each in bytes; the text of our own alone
     * @param keyBytes length of its key; -1 when it has none
     * @param valueBytes length of its value; -1 when it has none
     * @param framing the value's first five bytes in hexadecimal: magic byte and schema id, no part of the entity
     * @param settled what became of it, by whom, when and why; null while it is open
     */
    public record Entry(
            String position,
            Instant refusedAt,
            String reason,
            String message,
            String by,
            String contractVersion,
            String origin,
            Map<String, String> headers,
            int keyBytes,
            int valueBytes,
            String framing,
            @Nullable String settled) {}

    /**
     * Which of a product's open refused records are meant.
     *
     * @param reason of the refusal; null means any
     * @param from the first offset on the rejected topic
     * @param to behind the last offset
     */
    public record Selection(@Nullable Reason reason, long from, long to) {
        /** Every one. */
        public static final Selection ALL = new Selection(null, 0, Long.MAX_VALUE);

        public Selection {
            if (from < 0 || to < from) {
                throw new IllegalArgumentException(
                        "'from' must be 0 or more and 'to' no less but were " + from + " and " + to);
            }
        }
    }

    /** A record that its topic's readers would refuse again; it stays open. */
    public record RefusedAgain(long offset, String reason, String message) {}

    /**
     * What became of the records, or would.
     *
     * @param replayed put on their topic
     * @param filtered settled without, because the topic holds the same state or a newer one
     * @param refused left open, as they would be refused again
     * @param examples the first of those
     */
    public record Report(ProductName product, long replayed, long filtered, long refused, List<RefusedAgain> examples) {
        public Report {
            examples = List.copyOf(examples);
        }
    }

    private static final String CLIENT = "mesh-rejected";
    private static final int MAX_PART_RECORDS = 5_000;
    private static final long MAX_PART_BYTES = 16L << 20;
    private static final int MAX_REQUEST_BYTES = 32 << 20;

    private final Contracts contracts;
    private final SchemaRegistry registry;
    private final KafkaConnection connection;
    private final Clock clock;
    private final Function<Map<String, Object>, Producer<byte[], byte[]>> producers;
    private final Scan committed;

    /**
     * @param connection of a principal with the rights above
     * @param clock tells when something was settled
     */
    public RejectedRecords(Contracts contracts, SchemaRegistry registry, KafkaConnection connection, Clock clock) {
        this(
                contracts,
                registry,
                connection,
                clock,
                properties -> new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    RejectedRecords(
            Contracts contracts,
            SchemaRegistry registry,
            KafkaConnection connection,
            Clock clock,
            Function<Map<String, Object>, Producer<byte[], byte[]>> producers) {
        this.contracts = contracts;
        this.registry = registry;
        this.connection = connection;
        this.clock = clock;
        this.producers = producers;
        this.committed = new KafkaScan(connection, CLIENT, KafkaScan.Isolation.COMMITTED);
    }

    /** A product's refused records by reason, refuser and contract version, in the order of their first. */
    public List<Group> list(ProductName product) {
        Survey survey = Survey.of(committed, partition(product));
        Map<List<String>, Group> groups = new LinkedHashMap<>();
        committed.read(survey.partition(), survey.begin(), survey.end(), record -> {
            if (Settlement.of(record) == null) {
                Refusal refusal = Refusal.of(record);
                long settled = survey.isSettled(refusal.offset()) ? 1 : 0;
                groups.merge(
                        List.of(refusal.reason(), refusal.by(), refusal.contractVersion()),
                        new Group(
                                product,
                                refusal.reason(),
                                refusal.by(),
                                refusal.contractVersion(),
                                1 - settled,
                                settled,
                                refusal.refusedAt(),
                                refusal.offset()),
                        Group::plus);
            }
            return true;
        });
        return List.copyOf(groups.values());
    }

    /** One refused record, without its values; empty when there is none at this offset. */
    public Optional<Entry> show(ProductName product, long offset) {
        TopicPartition partition = partition(product);
        Settlement[] settlement = {null};
        committed.read(partition, offset, committed.end(partition), record -> {
            Settlement found = Settlement.of(record);
            if (found != null && found.offset() == offset) {
                settlement[0] = found;
            }
            return settlement[0] == null;
        });
        return find(partition, offset).map(refusal -> Entries.of(partition, refusal, settlement[0]));
    }

    /**
     * A refused record's value as it is. Who asks must be allowed to read the product: that is the caller's duty.
     *
     * @return empty when there is no such record, or it has no value
     */
    public Optional<byte[]> value(ProductName product, long offset) {
        return find(partition(product), offset).map(Refusal::value);
    }

    /** What {@link #replay} would do at this moment. Nothing is written. */
    public Report plan(ProductName product, Selection selection) {
        Survey survey = Survey.of(committed, partition(product));
        Replay replay = new Replay(product, survey, new EventCheck(contracts, registry), committed, clock, "");
        parts(survey, selection, replay::plan);
        return replay.report();
    }

    /**
     * Puts open records back on the topics where they were refused, each exactly once whatever crashes. Records that would
     * be refused again stay open. A record whose entity has the same state or a newer one on the topic is settled without:
     * an old state never comes up.
     *
     * @param by who does it
     */
    public Report replay(ProductName product, Selection selection, String by) {
        TopicPartition partition = partition(product);
        try (Producer<byte[], byte[]> producer = producer(product);
                Scan everything = new KafkaScan(connection, CLIENT + "-look-back", KafkaScan.Isolation.EVERYTHING)) {
            // Ends what a crashed predecessor left open: what it settled is known from here on.
            producer.initTransactions();
            Survey survey = Survey.of(committed, partition);
            Replay replay = new Replay(product, survey, new EventCheck(contracts, registry), committed, clock, by);
            parts(survey, selection, part -> replay.run(part, producer, everything));
            return replay.report();
        }
    }

    /**
     * Settles open records for good without putting them back.
     *
     * @param by who does it
     * @param why for the record; not blank
     * @return how many
     */
    public long discard(ProductName product, Selection selection, String by, String why) {
        if (why.isBlank()) {
            throw new IllegalArgumentException("'why' must be given: it is kept as long as the record is");
        }
        TopicPartition partition = partition(product);
        long[] discarded = {0};
        try (Producer<byte[], byte[]> producer = producer(product)) {
            producer.initTransactions();
            parts(Survey.of(committed, partition), selection, part -> {
                producer.beginTransaction();
                for (Refusal refusal : part) {
                    Settlement settlement =
                            new Settlement(refusal.offset(), Settlement.Outcome.DISCARDED, by, why, clock.instant());
                    // A failure comes out when the transaction is committed.
                    Future<RecordMetadata> unused = producer.send(settlement.record(partition.topic()));
                }
                producer.commitTransaction();
                discarded[0] += part.size();
            });
        }
        return discarded[0];
    }

    @Override
    public void close() {
        committed.close();
    }

    /** The open records of a selection, in bounded parts. */
    private void parts(Survey survey, Selection selection, Consumer<List<Refusal>> parts) {
        long from = Math.max(survey.begin(), selection.from());
        long to = Math.min(survey.end(), selection.to());
        while (from < to) {
            List<Refusal> part = new ArrayList<>();
            long[] size = {0};
            long[] next = {to};
            committed.read(survey.partition(), from, to, record -> {
                if (Settlement.of(record) != null || survey.isSettled(record.offset())) {
                    return true;
                }
                Refusal refusal = Refusal.of(record);
                if (selection.reason() == null || selection.reason().name().equals(refusal.reason())) {
                    part.add(refusal);
                    size[0] += refusal.bytes();
                }
                boolean full = part.size() == MAX_PART_RECORDS || size[0] >= MAX_PART_BYTES;
                next[0] = full ? record.offset() + 1 : to;
                return !full;
            });
            from = next[0];
            if (!part.isEmpty()) {
                parts.accept(part);
            }
        }
    }

    private Optional<Refusal> find(TopicPartition partition, long offset) {
        Refusal[] found = {null};
        if (offset >= committed.begin(partition) && offset < committed.end(partition)) {
            committed.read(partition, offset, offset + 1, record -> {
                if (record.offset() == offset && Settlement.of(record) == null) {
                    found[0] = Refusal.of(record);
                }
                return false;
            });
        }
        return Optional.ofNullable(found[0]);
    }

    private TopicPartition partition(ProductName product) {
        TopicName topic = contract(product).topic().rejected();
        int partitions = committed.partitions(topic.toString());
        if (partitions != 1) {
            throw new IllegalStateException(
                    "[" + topic + "] a rejected topic must have 1 partition but has " + partitions);
        }
        return new TopicPartition(topic.toString(), 0);
    }

    private Contract contract(ProductName product) {
        return contracts
                .product(product)
                .orElseThrow(() ->
                        new IllegalArgumentException("[product] must be one of the mesh but '" + product + "' is not"));
    }

    private Producer<byte[], byte[]> producer(ProductName product) {
        Map<String, Object> properties = connection.properties(CLIENT);
        properties.put("transactional.id", Names.transactionalId(product.domain(), "replay", product.product()));
        properties.put("acks", "all");
        properties.put("max.request.size", MAX_REQUEST_BYTES);
        properties.put("compression.type", "zstd");
        properties.put("max.block.ms", 30_000);
        properties.put("delivery.timeout.ms", 60_000);
        return producers.apply(properties);
    }
}
