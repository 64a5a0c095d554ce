package io.fedmesh.cdc.internal;

import io.debezium.connector.common.DebeziumTaskState;
import io.debezium.connector.postgresql.PostgresConnectorTask;
import io.fedmesh.cdc.CaptureConfig;
import io.fedmesh.cdc.CaptureRefusedException;
import io.fedmesh.contract.Source;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.BadRecordException.Reason;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.RegistryUnavailableException;
import io.fedmesh.wire.SchemaRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;

/**
 * The source's changes by Debezium's PostgreSQL connector, driven as what it is: a Kafka Connect source task. The only
 * class that knows Debezium's envelope and offsets. Used by one thread.
 *
 * <p>The task resumes from an offset that holds only the end of the last transaction that is published, without what
 * Debezium itself thinks it processed: it then asks PostgreSQL for everything that was committed from there on and skips
 * nothing. Debezium's own search for the place to resume lost rows more than once; here the core drops what is published
 * already. The slot is moved by the same offset, so that it is never ahead of what is stored.
 */
final class DebeziumSource implements AutoCloseable {
    private static final AtomicLong STARTS = new AtomicLong();
    /** When no row has come for so long, the source is quiet. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    /**
     * Between two looks at a quiet source, and at one that has been quiet for seconds: Debezium's queue spins through the last
     * millisecond of each of its own waits.
     */
    private static final long QUIET_PAUSE_MS = 8;

    private static final long LONGEST_PAUSE_MS = 40;

    private final Source source;
    private final List<Product> products;
    private final CaptureConfig config;
    private final Consumer<Runnable> untilRegistered;
    private final Map<String, Table> tables = new HashMap<>();
    private final String prefix;
    private final Placeholder placeholder = new Placeholder("fedmesh-unavailable-" + UUID.randomUUID());
    private final AvroBytes bytes = new AvroBytes();
    private final PostgresConnectorTask task = new PostgresConnectorTask();
    private volatile long storedLsn;
    private long lastRowNanos = System.nanoTime();
    private long snapshotLsn;
    private boolean isInSnapshot;

    /** A captured table, and the plan for the shape in which its rows came last. */
    private static final class Table {
        final Product product;
        final EventCodec codec;

        @Nullable
        RowPlan plan;

        Table(Product product, EventCodec codec) {
            this.product = product;
            this.codec = codec;
        }
    }

    /**
     * @param resumeLsn end of the last published transaction; 0 to begin with a snapshot
     * @param registered runs an action again until the registry answers
     */
    DebeziumSource(
            CaptureConfig config,
            List<Product> products,
            SchemaRegistry registry,
            long resumeLsn,
            Consumer<Runnable> registered) {
        this.source = config.source();
        this.products = products;
        this.config = config;
        this.untilRegistered = registered;
        this.storedLsn = resumeLsn;
        this.isInSnapshot = resumeLsn == 0;
        this.prefix = source.slot() + "_" + STARTS.incrementAndGet();
        for (Product product : products) {
            EventCodec codec =
                    new EventCodec(product.contract(), registry, config.bounds().maxValueBytes());
            tables.put(prefix + "." + product.captured().table(), new Table(product, codec));
        }
    }

    /** Starts the connector; a snapshot's slot exists when this returns. */
    void start() {
        task.initialize(new Context());
        task.start(DebeziumSettings.of(config, products, prefix, placeholder.text()));
        if (task.getTaskState() != DebeziumTaskState.RUNNING) {
            throw new OutageException(
                    "[" + source.domain() + "." + source.name() + "] the database could not be reached");
        }
    }

    /** The position of the snapshot that {@link #start} began. */
    void snapshotAt(long commitLsn) {
        snapshotLsn = commitLsn;
    }

    /** The next changes, at most a batch of rows; may be empty. */
    List<Change> poll() throws InterruptedException {
        long quietNanos = System.nanoTime() - lastRowNanos;
        if (quietNanos > QUIET_NANOS) {
            // A hundredth of the time that it is quiet already.
            long pauseMs = TimeUnit.NANOSECONDS.toMillis(quietNanos) / 100;
            TimeUnit.MILLISECONDS.sleep(Math.max(QUIET_PAUSE_MS, Math.min(LONGEST_PAUSE_MS, pauseMs)));
        }
        List<SourceRecord> records = task.poll();
        if (records == null || records.isEmpty()) {
            return List.of();
        }
        List<Change> changes = new ArrayList<>(records.size() + 2);
        for (SourceRecord record : records) {
            map(record, changes);
        }
        if (changes.stream().anyMatch(change -> !(change instanceof Change.Progress))) {
            lastRowNanos = System.nanoTime();
        }
        return changes;
    }

    /** The position is stored: the slot may move there with the next poll. */
    void stored(long commitLsn) throws InterruptedException {
        storedLsn = commitLsn;
        task.commit();
    }

    @Override
    public void close() {
        task.stop();
    }

    private void map(SourceRecord record, List<Change> changes) {
        Map<String, ?> offset = record.sourceOffset();
        boolean isSnapshotRecord = offset.containsKey("snapshot");
        if (isSnapshotRecord) {
            demandSlots(offset);
        } else if (isInSnapshot) {
            isInSnapshot = false;
            changes.add(new Change.SnapshotDone(snapshotLsn, micros(offset)));
        }
        Table table = tables.get(record.topic());
        if (table == null) { // Debezium's heartbeat, a logical message
            if (!isSnapshotRecord && offset.get("lsn_commit") instanceof Long commitLsn) {
                changes.add(new Change.Progress(commitLsn));
            }
            return;
        }
        long commitLsn = offset.get("lsn_commit") instanceof Long lsn ? lsn : snapshotLsn;
        long lsn = offset.get("lsn") instanceof Long at ? at : 0;
        long transaction = offset.get("txId") instanceof Long id ? id : 0;
        change(table, (Struct) record.value(), new At(commitLsn, lsn, transaction, micros(offset)), changes);
    }

    /** Debezium takes a snapshot of any moment where it finds a slot; a row of it might be newer than its version says. */
    private void demandSlots(Map<String, ?> offset) {
        if (!Long.valueOf(snapshotLsn).equals(offset.get("lsn"))) {
            throw new OutageException("[" + source.domain() + "." + source.name() + "] a snapshot must be of its slot's"
                    + " position " + Long.toUnsignedString(snapshotLsn) + " but was taken at " + offset.get("lsn")
                    + ": somebody else made the slot meanwhile");
        }
    }

    private static long micros(Map<String, ?> offset) {
        return offset.get("ts_usec") instanceof Long micros ? micros : 0;
    }

    /** Where a change stands in the source. */
    private record At(long commitLsn, long lsn, long transaction, long committedAtMicros) {}

    private void change(Table table, Struct envelope, At at, List<Change> changes) {
        String op = envelope.getString("op");
        switch (op) {
            case "r" ->
                changes.add(row(
                        table,
                        Op.READ,
                        envelope.getStruct("after"),
                        new At(snapshotLsn, 0, 0, at.committedAtMicros())));
            case "c" -> changes.add(row(table, Op.CREATE, envelope.getStruct("after"), at));
            case "u" -> updated(table, envelope.getStruct("before"), envelope.getStruct("after"), at, changes);
            case "d" -> changes.add(gone(table, envelope.getStruct("before"), at));
            case "t" ->
                changes.add(new Change.Truncated(
                        table.product, at.commitLsn(), at.lsn(), at.transaction(), at.committedAtMicros()));
            default -> throw new IllegalStateException("an operation must be one of r, c, u, d, t but was " + op);
        }
    }

    /** Debezium splits a change of the primary key into a delete and a create; this stays right if it does not. */
    private void updated(Table table, @Nullable Struct before, Struct after, At at, List<Change> changes) {
        if (before != null) {
            String oldKey = plan(table, before).key(before);
            if (!oldKey.equals(plan(table, after).key(after))) {
                changes.add(gone(table, before, at));
                changes.add(row(table, Op.CREATE, after, at));
                return;
            }
        }
        changes.add(row(table, Op.UPDATE, after, at));
    }

    private Change.Row gone(Table table, Struct before, At at) {
        String key = plan(table, before).key(before);
        return new Change.Row(
                table.product,
                Op.DELETE,
                key,
                null,
                at.commitLsn(),
                at.lsn(),
                at.transaction(),
                at.committedAtMicros(),
                null);
    }

    private Change.Row row(Table table, Op op, Struct after, At at) {
        RowPlan plan = plan(table, after);
        String key = plan.key(after);
        byte[] value;
        BadRecordException refusal = null;
        try {
            bytes.begin(EventCodec.BODY_OFFSET);
            plan.write(after, bytes);
            value = framed(table);
        } catch (BadRecordException e) {
            if (e.reason() == Reason.UNKNOWN_SCHEMA) {
                throw new CaptureRefusedException(
                        "[" + table.product + "] the contract's schema must be registered under "
                                + table.product.contract().topic().subject() + ": " + e.getMessage(),
                        e);
            }
            refusal = e;
            value = Readable.json(after);
        }
        return new Change.Row(
                table.product,
                op,
                key,
                value,
                at.commitLsn(),
                at.lsn(),
                at.transaction(),
                at.committedAtMicros(),
                refusal);
    }

    private byte[] framed(Table table) {
        try {
            return table.codec.framed(bytes.bytes(), bytes.end());
        } catch (RegistryUnavailableException e) {
            byte[][] value = new byte[1][];
            untilRegistered.accept(() -> value[0] = table.codec.framed(bytes.bytes(), bytes.end()));
            return value[0];
        }
    }

    private RowPlan plan(Table table, Struct row) {
        RowPlan plan = table.plan;
        if (plan == null || !plan.fits(row.schema())) {
            plan = new RowPlan(table.product, row.schema(), placeholder);
            table.plan = plan;
        }
        return plan;
    }

    /** What Debezium resumes from, and what it moves the slot to. */
    private final class Context implements SourceTaskContext, OffsetStorageReader {
        @Override
        public Map<String, String> configs() {
            return Map.of();
        }

        @Override
        public OffsetStorageReader offsetStorageReader() {
            return this;
        }

        @Override
        public PluginMetrics pluginMetrics() {
            throw new UnsupportedOperationException("capture has no plug-in metrics");
        }

        @Override
        @SuppressWarnings("NullAway") // Connect's word for "no offset"
        public <T> Map<String, Object> offset(Map<String, T> partition) {
            long lsn = storedLsn;
            return lsn == 0 ? null : Map.of("lsn", lsn, "lsn_commit", lsn);
        }

        @Override
        public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
            Map<Map<String, T>, Map<String, Object>> offsets = new HashMap<>();
            for (Map<String, T> partition : partitions) {
                offsets.put(partition, offset(partition));
            }
            return offsets;
        }
    }
}
