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
     * When a batch is due, and when the tables are looked at without one.
     *
     * @param interval from when a batch's first record could be read until it is visible, where the machine keeps up
     * @param maxRecords records of a batch
     * @param maxBytes bytes of a batch's records
     * @param look from a commit or a look until the tables are looked at again, while nothing is in hand; well under what
     *     snapshots are known for
     */
    public record Limits(Duration interval, int maxRecords, long maxBytes, Duration look) {
        /** Two looks a minute, each of which reads each table's metadata. */
        private static final Duration LOOK = Duration.ofSeconds(30);

        public Limits(Duration interval, int maxRecords, long maxBytes) {
            this(interval, maxRecords, maxBytes, LOOK);
        }
    }

    /** The last line before the network: how often an unknown outcome is looked up and tried again. */
    private static final int MAX_TRIES = 3;

    private final String product;
    private final TablePort history;
    private final @Nullable LatestPort latest;
    private final @Nullable Indexes indexes;
    private final Clock clock;
    private final Pace pace;
    private final Supplier<String> commitIds;

    private TablePort.@Nullable Head historyHead;
    private TablePort.@Nullable Head latestHead;
    private long epoch;
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
        this.clock = clock;
        this.pace = new Pace(limits, clock);
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
        pace.read(batch, change.timestampMs(), size);
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
        pace.read(batch, timestampMs, size);
        if (offset >= accountHead().next(partition)) {
            batch.reject();
        }
        batch.advance(partition, offset + 1);
        return offset >= historyHead().next(partition)
                && offset >= accountHead().next(partition);
    }

    /** The partition was read up to this offset, markers of transactions included. */
    public void advance(int partition, long nextOffset) {
        if (batch.records() > 0) {
            batch.advance(partition, nextOffset);
        }
    }

    /** Whether the batch should be flushed now though more is coming. */
    public boolean due() {
        return pace.isDue(batch);
    }

    /** Whether the batch should be flushed now that nothing more is coming. */
    public boolean dueWhenIdle() {
        return pace.isDueWhenIdle(batch);
    }

    /** Whether it is open, nothing is in hand and nobody looked at the tables for a while: {@link #keepUp} then. */
    public boolean isBehind() {
        return historyHead != null && batch.records() == 0 && pace.isUnseen();
    }

    /**
     * Looks at the tables though there is nothing to commit: follows other writers' commits and upkeep, so that their
     * snapshots are known when they must be told apart, and finds out what else became of the tables meanwhile.
     *
     * @throws TableRefusedException when a table is gone or is another one of the same name
     * @throws TablePort.StaleBaseException when a partition does not stand where this writer left it: {@link #open} again
     */
    public void keepUp() {
        TablePort.Head historyBefore = historyHead();
        TablePort.Head accountBefore = accountHead();
        look();
        demandOurs("history", historyBefore, Map.of(), historyHead());
        demandOurs("latest", accountBefore, Map.of(), accountHead());
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
        pace.flushed(startMs);
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
        TablePort.Head head =
                commit(history, staged, new TablePort.Commit(commitIds.get(), epoch, base, moves, counts));
        historyStage = null;
        demandOurs("history", base, moves, head);
        historyHead = head;
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
                demandOurs("latest", base, Map.of(), now);
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
        demandOurs("latest", base, moves, head);
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

    /**
     * Refuses to go on from a head at which some partition of ours, moved by a commit of ours or not, does not stand where we
     * left it: our next record of it would pass over what lies between.
     */
    private void demandOurs(
            String table, TablePort.Head before, Map<Integer, TablePort.Move> moves, TablePort.Head now) {
        for (Integer partition : partitions) {
            TablePort.Move move = moves.get(partition);
            long left = move == null ? before.next(partition) : move.to();
            if (now.next(partition) != left) {
                throw new TablePort.StaleBaseException("[" + product + " " + table + "] partition " + partition
                        + " must stand at " + left + " where this sink left it but stands at " + now.next(partition)
                        + ": another sink took it over, or the table was set back");
            }
        }
    }

    private TablePort.Head same(String table, TablePort.@Nullable Head before, TablePort.Head now) {
        if (before != null && !before.tableUuid().equals(now.tableUuid())) {
            throw new TableRefusedException("[" + product + " " + table + "] the table must be " + before.tableUuid()
                    + " but is " + now.tableUuid() + ": it was dropped and made anew under the sink");
        }
        return now;
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
        pace.looked();
    }
}
