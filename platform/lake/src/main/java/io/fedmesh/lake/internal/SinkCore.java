package io.fedmesh.lake.internal;

import io.fedmesh.contract.failpoint.Failpoint;
import io.fedmesh.lake.TableRefusedException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sink of one product, without threads, network or disk: records in, two commits out, nothing lost and nothing twice
 * whatever the ports do. Used by one thread.
 *
 * <p>Each table holds its own map of partition to next offset. A commit claims the map that it started from; the table
 * refuses it when another writer moved on. After an outcome that is unknown the core looks for its commit's id before it
 * decides. After an exception the batch is void: {@link #open} again and read from the offsets that it answers.
 */
public final class SinkCore implements AutoCloseable {
    /**
     * When a batch is due.
     *
     * @param interval since the batch's first record
     * @param maxRecords records of a batch
     * @param maxBytes bytes of a batch's records
     */
    public record Limits(Duration interval, int maxRecords, long maxBytes) {}

    /** The last line before the network: how often an unknown outcome is looked up and tried again. */
    private static final int MAX_TRIES = 3;

    /** Newest ids of commits of this writer that are remembered. */
    private static final int MAX_OWN_IDS = 64;

    private final String product;
    private final TablePort history;
    private final @Nullable LatestPort latest;
    private final @Nullable KeyIndex index;
    private final Limits limits;
    private final Clock clock;
    private final Supplier<String> commitIds;

    private TablePort.@Nullable Head historyHead;
    private TablePort.@Nullable Head latestHead;
    private final Set<String> ownIds = new LinkedHashSet<>();
    private long epoch;
    private long lastFlushMs;
    private Batch batch = new Batch();
    private TablePort.@Nullable Stage historyStage;

    /** @param commitIds a new id, never the same twice */
    public SinkCore(
            String product,
            TablePort history,
            LatestPort latest,
            KeyIndex index,
            Limits limits,
            Clock clock,
            Supplier<String> commitIds) {
        this(product, history, limits, clock, commitIds, latest, index);
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
            @Nullable KeyIndex index) {
        this.product = product;
        this.history = history;
        this.latest = latest;
        this.index = index;
        this.limits = limits;
        this.clock = clock;
        this.commitIds = commitIds;
    }

    /**
     * Looks at both tables, brings the index up to them and drops what was not committed.
     *
     * @return per partition the offset to read from; a partition without one is read from its beginning
     * @throws FencedException when a newer writer has committed
     * @throws TableRefusedException when a table is gone or is another one of the same name
     */
    public Map<Integer, Long> open() {
        discard();
        TablePort.Head h = same("history", historyHead, history.head());
        if (latest == null || index == null) {
            return openHistory(h);
        }
        TablePort.Head l = same("latest", latestHead, latest.head());
        if (epoch == 0) {
            epoch = Math.max(h.epoch(), l.epoch()) + 1;
        } else {
            refuseOtherWriter(h, historyHead);
            refuseOtherWriter(l, latestHead);
        }
        historyHead = h;
        latestHead = l;
        KeyIndex.Stand stand = new KeyIndex.Stand(l.tableUuid(), l.snapshotId());
        if (!stand.equals(index.stand())) {
            index.rebuild(stand, rows -> {
                if (l.snapshotId() != TablePort.NO_SNAPSHOT) {
                    latest.rows(l, rows);
                    latest.deletes(l.offsets(), rows);
                }
            });
        }
        Map<Integer, Long> from = new HashMap<>();
        h.offsets().forEach((partition, offset) -> {
            Long other = l.offsets().get(partition);
            if (other != null) {
                from.put(partition, Math.min(offset, other));
            }
        });
        return from;
    }

    private Map<Integer, Long> openHistory(TablePort.Head h) {
        if (epoch == 0) {
            epoch = h.epoch() + 1;
        } else {
            refuseOtherWriter(h, historyHead);
        }
        historyHead = h;
        return h.offsets();
    }

    /** Whether the tables hold the record already: it needs no decoding. */
    public boolean holds(int partition, long offset) {
        return offset < next(historyHead(), partition) && offset < next(accountHead(), partition);
    }

    /** Takes a record; each partition in the order of its offsets, without those that {@link #holds} knows. */
    public void add(Change change, long size) {
        Failpoint.SINK_IN_BATCH.hit();
        batch.read(change.timestampMs(), size, clock.millis());
        if (change.offset() >= next(historyHead(), change.partition())) {
            if (historyStage == null) {
                historyStage = history.stage(historyHead());
            }
            historyStage.append(change);
        }
        if (latest == null) {
            batch.addEvent();
        } else if (change.offset() >= next(latestHead(), change.partition())) {
            batch.add(change);
        }
        batch.advance(change.partition(), change.offset() + 1);
    }

    /**
     * Accounts for a refused record.
     *
     * @return whether it must be sent to the rejected topic before the next {@link #flush}: no commit has passed it yet
     */
    public boolean reject(int partition, long offset, long timestampMs, long size) {
        batch.read(timestampMs, size, clock.millis());
        if (offset >= next(accountHead(), partition)) {
            batch.reject();
        }
        batch.advance(partition, offset + 1);
        return offset >= next(historyHead(), partition) && offset >= next(accountHead(), partition);
    }

    /** The partition was read up to this offset, markers of transactions included. */
    public void advance(int partition, long nextOffset) {
        if (batch.records() > 0) {
            batch.advance(partition, nextOffset);
        }
    }

    /**
     * Whether the batch should be flushed now. The interval stretches to twice what the last flush took, so that a machine
     * with more to do than it can writes larger commits instead of more.
     */
    public boolean due() {
        return batch.records() > 0
                && (batch.records() >= limits.maxRecords()
                        || batch.bytes() >= limits.maxBytes()
                        || clock.millis() - batch.startedMs()
                                >= Math.max(limits.interval().toMillis(), 2 * lastFlushMs));
    }

    /** Commits the batch to its tables and tells the timestamps of its records, which are visible from now on. */
    public long[] flush() {
        if (batch.records() == 0) {
            return new long[0];
        }
        long startMs = clock.millis();
        commitHistory();
        if (latest != null && index != null) {
            Failpoint.SINK_BETWEEN_TABLES.hit();
            commitLatest(latest, index);
        }
        Failpoint.SINK_AFTER_FLUSH.hit();
        lastFlushMs = clock.millis() - startMs;
        long[] visible = batch.timestampsMs();
        batch = new Batch();
        return visible;
    }

    /** The account at the last commit. */
    public Counts counts() {
        TablePort.Head head = latest == null ? historyHead : latestHead;
        return head == null ? Counts.NONE : Counts.of(head.counts());
    }

    /** Per partition the next offset of {@code _latest}, or of history where it is alone. */
    public Map<Integer, Long> offsets() {
        TablePort.Head head = latest == null ? historyHead : latestHead;
        return head == null ? Map.of() : head.offsets();
    }

    /** Gives up what was not committed and closes the index. */
    @Override
    public void close() {
        discard();
        if (index != null) {
            index.close();
        }
    }

    private void commitHistory() {
        TablePort.Head base = historyHead();
        Map<Integer, Long> offsets = batch.offsets(base.offsets());
        if (offsets.equals(base.offsets())) {
            return;
        }
        TablePort.Stage stage = historyStage == null ? history.stage(base) : historyStage;
        historyStage = stage;
        TablePort.Staged staged = stage.close();
        Map<String, Long> counts = latest != null
                ? Map.of()
                : Counts.of(base.counts()).plus(batch.counts(batch.events(), 0)).toMap();
        historyHead = commit(history, staged, base, offsets, counts);
        historyStage = null;
    }

    private void commitLatest(LatestPort latest, KeyIndex index) {
        TablePort.Head base = latestHead();
        Map<Integer, Long> offsets = batch.offsets(base.offsets());
        if (offsets.equals(base.offsets())) {
            return;
        }
        Map<String, KeyIndex.Entry> entries = new HashMap<>();
        long stale = 0;
        TablePort.Stage stage = latest.stage(base);
        TablePort.Staged staged;
        try {
            for (Change change : batch.newest().values()) {
                KeyIndex.Entry known = index.find(change.key());
                if (known != null && known.version().compareTo(change.version()) >= 0) {
                    stale++;
                    continue;
                }
                if (known != null && known.place() != null) {
                    stage.delete(known.place());
                }
                Place place = change.value() == null ? null : stage.append(change);
                entries.put(change.key(), new KeyIndex.Entry(change.version(), place));
            }
            staged = stage.close();
        } catch (RuntimeException e) {
            stage.discard();
            throw e;
        }
        Counts counts = Counts.of(base.counts()).plus(batch.counts(entries.size(), stale));
        TablePort.Head head = commit(latest, staged, base, offsets, counts.toMap());
        Failpoint.SINK_AFTER_COMMIT.hit();
        index.apply(new KeyIndex.Stand(head.tableUuid(), head.snapshotId()), entries);
        latestHead = head;
    }

    /** Commits, and after an unknown outcome looks before it tries again. */
    private TablePort.Head commit(
            TablePort table,
            TablePort.Staged staged,
            TablePort.Head base,
            Map<Integer, Long> offsets,
            Map<String, Long> counts) {
        String id = commitIds.get();
        remember(id);
        TablePort.Commit commit = new TablePort.Commit(id, epoch, base, Map.copyOf(offsets), counts);
        for (int tries = 1; ; tries++) {
            try {
                Failpoint.SINK_BEFORE_COMMIT.hit();
                return table.commit(staged, commit);
            } catch (TableRefusedException e) {
                throw e;
            } catch (RuntimeException e) {
                long made = table.snapshotOf(id);
                if (made != TablePort.NO_SNAPSHOT) {
                    return own(table.head(), made, commit);
                }
                if (e instanceof TablePort.StaleBaseException) {
                    refuseOtherWriter(table.head(), base);
                    throw e;
                }
                if (tries == MAX_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** The head after a commit of ours that was found by its id, if nothing followed it. */
    private TablePort.Head own(TablePort.Head head, long made, TablePort.Commit commit) {
        refuseOtherWriter(head, commit.base());
        if (head.snapshotId() != made) {
            throw new TablePort.StaleBaseException(
                    "[" + product + "] another commit, or upkeep, followed " + commit.id());
        }
        return head;
    }

    private TablePort.Head same(String table, TablePort.@Nullable Head before, TablePort.Head now) {
        if (before != null && !before.tableUuid().equals(now.tableUuid())) {
            throw new TableRefusedException("[" + product + " " + table + "] the table must be " + before.tableUuid()
                    + " but is " + now.tableUuid() + ": it was dropped and made anew under the sink");
        }
        return now;
    }

    /**
     * Stops when a writer with this epoch or a higher one has committed since the base. Commits of ours, late ones too, and
     * upkeep, which carries the newest commit's id and epoch on, are no other writer; nor is an older one, a zombie.
     */
    private void refuseOtherWriter(TablePort.Head head, TablePort.@Nullable Head base) {
        boolean known = Objects.equals(head.commitId(), base == null ? null : base.commitId())
                || (head.commitId() != null && ownIds.contains(head.commitId()));
        if (head.epoch() > epoch || (head.epoch() == epoch && !known)) {
            throw new FencedException("[" + product + "] this writer's epoch " + epoch
                    + " must be the highest but another writer committed with epoch " + head.epoch());
        }
    }

    private void remember(String id) {
        ownIds.add(id);
        if (ownIds.size() > MAX_OWN_IDS) {
            ownIds.remove(ownIds.iterator().next());
        }
    }

    private void discard() {
        if (historyStage != null) {
            historyStage.discard();
            historyStage = null;
        }
        batch = new Batch();
    }

    private TablePort.Head historyHead() {
        return Objects.requireNonNull(historyHead, "open the core before it is used");
    }

    /** The head of the table that keeps the account. */
    private TablePort.Head accountHead() {
        return latest == null ? historyHead() : latestHead();
    }

    private TablePort.Head latestHead() {
        return Objects.requireNonNull(latestHead, "open the core before it is used");
    }

    private static long next(TablePort.Head head, int partition) {
        return head.offsets().getOrDefault(partition, 0L);
    }
}
