package io.fedmesh.lake.internal;

import io.fedmesh.contract.failpoint.Failpoint;
import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.lake.Watermark;
import io.fedmesh.wire.Version;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sink of one product in one process, without threads, network or disk: records in, two commits out, nothing lost and
 * nothing twice whatever the ports, and other processes' sinks of the same product, do. Used by one thread.
 *
 * <p>Each table holds its own map of partition to next offset. A commit claims, for the partitions that it writes, the
 * offsets that it started from; the table refuses it when somebody else moved one of them on, so that of two writers who
 * both think that they own a partition one begins again from where the other came. After an outcome that is unknown the
 * core looks for its commit's id before it decides. After an exception the batch is void: {@link #open} again and read
 * from the offsets that it answers.
 */
public final class SinkCore implements AutoCloseable {
    /**
     * When a batch is due.
     *
     * @param interval from when a batch's first record could be read until it is visible, where the machine keeps up
     * @param maxRecords records of a batch
     * @param maxBytes bytes of a batch's records
     */
    public record Limits(Duration interval, int maxRecords, long maxBytes) {}

    /** The last line before the network: how often an unknown outcome is looked up and tried again. */
    private static final int MAX_TRIES = 3;

    /** A record that is read within this time after a flush had to wait for its end. */
    private static final long WAITING_MS = 100;

    private static final long NEVER_MS = Long.MIN_VALUE / 2;

    /** How long the first batch takes what stood there when the sink began. */
    private static final long FIRST_MS = 100;

    /** Snapshots are known for much longer. */
    private static final long MAX_UNSEEN_MS = 60_000;

    private final String product;
    private final TablePort history;
    private final @Nullable LatestPort latest;
    private final @Nullable Indexes indexes;
    private final Limits limits;
    private final Clock clock;
    private final Supplier<String> commitIds;

    private TablePort.@Nullable Head historyHead;
    private TablePort.@Nullable Head latestHead;
    private long epoch;
    private long lastFlushMs;
    private long flushedMs = NEVER_MS;
    private long stoodMs;
    private long lookedMs;
    private Batch batch;
    private Set<Integer> partitions = Set.of();
    private TablePort.@Nullable Stage historyStage;

    /**
     * A core that writes both tables.
     *
     * @param indexes the index of a partition
     * @param commitIds a new id, never the same twice
     */
    public SinkCore(
            String product,
            TablePort history,
            LatestPort latest,
            IntFunction<KeyIndex> indexes,
            Limits limits,
            Clock clock,
            Supplier<String> commitIds) {
        this(product, history, limits, clock, commitIds, latest, new Indexes(latest, indexes));
    }

    /** A core that writes history alone: no row is overtaken, so there is no index and no {@code _latest}. */
    public static SinkCore ofHistory(
            String product, TablePort history, Limits limits, Clock clock, Supplier<String> commitIds) {
        return new SinkCore(product, history, limits, clock, commitIds, null, null);
    }

    private SinkCore(
            String product,
            TablePort history,
            Limits limits,
            Clock clock,
            Supplier<String> commitIds,
            @Nullable LatestPort latest,
            @Nullable Indexes indexes) {
        this.product = product;
        this.history = history;
        this.latest = latest;
        this.indexes = indexes;
        this.limits = limits;
        this.clock = clock;
        this.commitIds = commitIds;
        this.batch = newBatch();
    }

    /**
     * Takes partitions over: looks at the tables, brings the partitions' indexes up to them, gives up other partitions,
     * and drops what was not committed.
     *
     * @return per partition the offset to read from; a partition without one is read from its beginning
     * @throws TableRefusedException when a table is gone or is another one of the same name
     */
    public Map<Integer, Long> open(Set<Integer> taken) {
        discard();
        look();
        partitions = Set.copyOf(taken);
        if (epoch == 0) {
            epoch = Math.max(historyHead().epoch(), accountHead().epoch()) + 1;
        }
        if (indexes != null) {
            indexes.own(partitions);
            indexes.follow(accountHead(), historyHead());
        }
        Map<Integer, Long> from = new HashMap<>();
        for (Integer partition : partitions) {
            if (historyHead().offsets().containsKey(partition)
                    && accountHead().offsets().containsKey(partition)) {
                from.put(
                        partition,
                        Math.min(historyHead().next(partition), accountHead().next(partition)));
            }
        }
        return from;
    }

    /** The partitions that were taken over last. */
    public Set<Integer> partitions() {
        return partitions;
    }

    /** Whether the tables hold the record already: it needs no decoding. */
    public boolean holds(int partition, long offset) {
        return offset < historyHead().next(partition) && offset < accountHead().next(partition);
    }

    /** Takes a record; each partition in the order of its offsets, without those that {@link #holds} knows. */
    public void add(Change change, long size) {
        Failpoint.SINK_IN_BATCH.hit();
        read(change.timestampMs(), size);
        if (change.offset() >= historyHead().next(change.partition())) {
            if (historyStage == null) {
                historyStage = history.stage(historyHead());
            }
            historyStage.append(change);
        }
        if (latest == null) {
            batch.addEvent();
        } else if (change.offset() >= accountHead().next(change.partition())) {
            batch.add(change);
        }
        batch.advance(change);
    }

    /**
     * Accounts for a refused record.
     *
     * @return whether it must be sent to the rejected topic before the next {@link #flush}: no commit has passed it yet
     */
    public boolean reject(int partition, long offset, long timestampMs, long size) {
        read(timestampMs, size);
        if (offset >= accountHead().next(partition)) {
            batch.reject();
        }
        batch.advance(partition, offset + 1);
        return offset >= historyHead().next(partition)
                && offset >= accountHead().next(partition);
    }

    private void read(long timestampMs, long size) {
        long now = clock.millis();
        if (batch.records() == 0) {
            stoodMs = flushedMs == NEVER_MS
                    ? Math.min(now - timestampMs, limits.interval().toMillis() - FIRST_MS)
                    : 0;
        }
        batch.read(timestampMs, size, now);
    }

    /** The partition was read up to this offset, markers of transactions included. */
    public void advance(int partition, long nextOffset) {
        if (batch.records() > 0) {
            batch.advance(partition, nextOffset);
        }
    }

    /**
     * Whether the batch should be flushed now though more is coming: when its first record would be visible at the end of
     * the interval. It is read for at least as long as the last flush took, so that a machine with more to do than it can
     * writes larger commits instead of more.
     */
    public boolean due() {
        return isDue(lastFlushMs);
    }

    /** Whether the batch should be flushed now that nothing more is coming: by the end of the interval if that can be. */
    public boolean dueWhenIdle() {
        return isDue(earlyMs());
    }

    private boolean isDue(long leastMs) {
        if (batch.records() == 0 || isFull()) {
            return batch.records() > 0;
        }
        long now = clock.millis();
        long readMs = batch.startedMs();
        // what is read right after a flush came while it ran, what is read first while no sink ran
        long cameMs = readMs - flushedMs < WAITING_MS ? flushedMs - lastFlushMs : readMs - Math.max(0, stoodMs);
        return now - cameMs >= limits.interval().toMillis() - earlyMs() && now - readMs >= leastMs;
    }

    /** How much before the end of the interval a flush begins: by what the last one took, at most half of it. */
    private long earlyMs() {
        return Math.min(lastFlushMs, limits.interval().toMillis() / 2);
    }

    /** Whether nothing is in hand and nobody looked at the tables for a while: {@link #keepUp} then. */
    public boolean isBehind() {
        return batch.records() == 0 && clock.millis() - lookedMs >= MAX_UNSEEN_MS;
    }

    /** Follows other writers' commits and upkeep, so that their snapshots are known when they must be told apart. */
    public void keepUp() {
        look();
        if (indexes != null) {
            indexes.follow(accountHead(), historyHead());
        }
    }

    /** Commits the batch to its tables and tells the timestamps of its records, which are visible from now on. */
    public long[] flush() {
        if (batch.records() == 0) {
            return new long[0];
        }
        long startMs = clock.millis();
        commitHistory();
        if (latest != null && indexes != null) {
            Failpoint.SINK_BETWEEN_TABLES.hit();
            commitLatest(latest, indexes);
        }
        Failpoint.SINK_AFTER_FLUSH.hit();
        flushedMs = clock.millis();
        lookedMs = flushedMs;
        lastFlushMs = flushedMs - startMs;
        long[] visible = batch.timestampsMs();
        batch = newBatch();
        return visible;
    }

    /** The product's account at the last commit or opening. */
    public Counts counts() {
        return historyHead == null ? Counts.NONE : Counts.of(accountHead().counts());
    }

    /** Per partition, of any owner, the next offset of {@code _latest}, or of history where it is alone, as known at the last commit or opening. */
    public Map<Integer, Long> offsets() {
        return historyHead == null ? Map.of() : accountHead().offsets();
    }

    /** Per partition, of any owner, how far the same table is complete as known at the last commit or opening. */
    public Map<Integer, Watermark> watermarks() {
        return historyHead == null ? Map.of() : accountHead().watermarks();
    }

    /** Gives up what was not committed and closes the indexes. */
    @Override
    public void close() {
        discard();
        if (indexes != null) {
            indexes.close();
        }
    }

    private void commitHistory() {
        TablePort.Head base = historyHead();
        Map<Integer, TablePort.Move> moves = moves(base);
        if (moves.isEmpty()) {
            return;
        }
        TablePort.Stage stage = historyStage == null ? history.stage(base) : historyStage;
        historyStage = stage;
        TablePort.Staged staged = stage.close();
        Map<String, Long> counts =
                latest != null ? Map.of() : batch.counts(batch.events(), 0).toMap();
        historyHead = commit(history, staged, new TablePort.Commit(commitIds.get(), epoch, base, moves, counts));
        historyStage = null;
    }

    private void commitLatest(LatestPort to, Indexes at) {
        for (int tries = 1; ; tries++) {
            TablePort.Head base = accountHead();
            Map<Integer, TablePort.Move> moves = moves(base);
            if (moves.isEmpty()) {
                return;
            }
            try {
                at.follow(base, historyHead());
                commitLatest(to, at, base, moves);
                return;
            } catch (TablePort.StaleBaseException e) {
                TablePort.Head now = same("latest", base, to.head());
                boolean isOurs = moves.keySet().stream().allMatch(p -> now.next(p) == base.next(p));
                if (!isOurs || tries == MAX_TRIES) {
                    throw e;
                }
                at.follow(now, historyHead()); // upkeep moved our rows: the same batch finds them where they are now
                latestHead = now;
            }
        }
    }

    private void commitLatest(LatestPort to, Indexes at, TablePort.Head base, Map<Integer, TablePort.Move> moves) {
        Map<Integer, KeyIndex.Changes> changes = new HashMap<>();
        long applied = 0;
        long stale = 0;
        TablePort.Stage stage = to.stage(base);
        TablePort.Staged staged;
        try {
            for (Batch.Part part : batch.parts()) {
                NewestChanges newest = part.newest();
                if (newest != null) {
                    KeyEntries entries = stage(newest, at.of(part.partition()).find(newest.keys()), stage);
                    applied += entries.entries();
                    stale += newest.keys().count() - entries.entries();
                    changes.put(part.partition(), new KeyIndex.Changes(newest.keys(), entries));
                }
            }
            staged = stage.close();
        } catch (RuntimeException e) {
            stage.discard();
            throw e;
        }
        String id = commitIds.get();
        Map<String, Long> counts = batch.counts(applied, stale).toMap();
        TablePort.Head head = commit(to, staged, new TablePort.Commit(id, epoch, base, moves, counts));
        Failpoint.SINK_AFTER_COMMIT.hit();
        at.committed(head, historyHead(), id, changes);
        latestHead = head;
    }

    /** Puts rows in the place of older ones; answers where each key stands then, without those that stay as they are. */
    private static KeyEntries stage(NewestChanges newest, KeyEntries known, TablePort.Stage stage) {
        KeyEntries entries = new KeyEntries(newest.keys().count());
        for (int i = 0; i < newest.keys().count(); i++) {
            Change change = newest.change(i);
            Version version = change.version();
            if (known.isKnown(i) && known.version(i).compareTo(version) >= 0) {
                continue;
            }
            Place old = known.place(i);
            if (old != null) {
                stage.delete(old);
            }
            Place place = change.value() == null ? null : stage.append(change);
            entries.put(i, version.commitLsn(), version.lsn(), version.index(), place);
        }
        return entries;
    }

    private Map<Integer, TablePort.Move> moves(TablePort.Head base) {
        Map<Integer, TablePort.Move> moves = new HashMap<>();
        for (Batch.Part part : batch.parts()) {
            long from = base.next(part.partition());
            if (part.next() > from) {
                moves.put(part.partition(), new TablePort.Move(from, part.next(), watermark(part)));
            }
        }
        return Map.copyOf(moves);
    }

    private static @Nullable Watermark watermark(Batch.Part part) {
        Version furthest = part.furthest();
        return furthest == null
                ? null
                : new Watermark(furthest, Instant.EPOCH.plus(part.furthestMicros(), ChronoUnit.MICROS));
    }

    /** Commits, and after an unknown outcome looks before it tries again. */
    private TablePort.Head commit(TablePort table, TablePort.Staged staged, TablePort.Commit commit) {
        for (int tries = 1; ; tries++) {
            try {
                Failpoint.SINK_BEFORE_COMMIT.hit();
                return table.commit(staged, commit);
            } catch (TableRefusedException e) {
                throw e;
            } catch (RuntimeException e) {
                if (table.snapshotOf(commit.id()) != TablePort.NO_SNAPSHOT) {
                    return own(table.head(), commit);
                }
                if (e instanceof TablePort.StaleBaseException || tries == MAX_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** The head after a commit of ours that was found by its id, if its partitions still stand where it left them. */
    private TablePort.Head own(TablePort.Head head, TablePort.Commit commit) {
        commit.moves().forEach((partition, move) -> {
            if (head.next(partition) != move.to()) {
                throw new TablePort.StaleBaseException(
                        "[" + product + "] another writer moved partition " + partition + " on after " + commit.id());
            }
        });
        return head;
    }

    private TablePort.Head same(String table, TablePort.@Nullable Head before, TablePort.Head now) {
        if (before != null && !before.tableUuid().equals(now.tableUuid())) {
            throw new TableRefusedException("[" + product + " " + table + "] the table must be " + before.tableUuid()
                    + " but is " + now.tableUuid() + ": it was dropped and made anew under the sink");
        }
        return now;
    }

    private boolean isFull() {
        return batch.records() >= limits.maxRecords() || batch.bytes() >= limits.maxBytes();
    }

    private Batch newBatch() {
        return new Batch(partition -> Objects.requireNonNull(indexes, "history has no index")
                .of(partition)
                .keys());
    }

    private void discard() {
        if (historyStage != null) {
            historyStage.discard();
            historyStage = null;
        }
        batch = newBatch();
    }

    private TablePort.Head historyHead() {
        return Objects.requireNonNull(historyHead, "open the core before it is used");
    }

    /** The head of the table that keeps the account. */
    private TablePort.Head accountHead() {
        return latest == null ? historyHead() : Objects.requireNonNull(latestHead, "open the core before it is used");
    }

    private void look() {
        historyHead = same("history", historyHead, history.head());
        if (latest != null) {
            latestHead = same("latest", latestHead, latest.head());
        }
        lookedMs = clock.millis();
    }
}
