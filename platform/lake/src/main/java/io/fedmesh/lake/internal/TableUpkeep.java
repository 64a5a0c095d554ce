package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.apache.iceberg.Table;

/** One round of upkeep of one table. Used by one thread. */
final class TableUpkeep {
    /** Of the input files of a round: bounds what a round reads, writes and, as row groups, has in memory. */
    private static final long MAX_BYTES_PER_ROUND = 256L << 20;

    /** Snapshots that an expiry must be worth: each opens the manifests of the oldest snapshot that stays. */
    private static final int LEAST_EXPIRED = 16;

    private static final int LEAST_MANIFESTS = 8;

    private final Supplier<Table> load;
    private final Contract.Upkeep policy;
    private final Clock clock;
    private final Supplier<String> ids;
    private final LongConsumer pauseMs;

    /** @param load the table anew, each time */
    TableUpkeep(Supplier<Table> load, Contract.Upkeep policy, Clock clock, Supplier<String> ids, LongConsumer pauseMs) {
        this.load = load;
        this.policy = policy;
        this.clock = clock;
        this.ids = ids;
        this.pauseMs = pauseMs;
    }

    /** What a round did. */
    record Result(Compaction.Result compaction, int dropped, int manifests, SnapshotExpiry.Result expiry) {}

    /** A round of {@code _history}, whose events have an end. */
    Result runHistory(Duration retention) {
        return run(table -> new HistoryRetention(table, clock, ids).run(retention));
    }

    /** A round of {@code _latest}. */
    Result runLatest() {
        return run(table -> 0);
    }

    private Result run(ToIntFunction<Table> dropping) {
        Table table = load.get();
        Set<String> held = Holds.of(table).keySet();
        policy.holds().stream().filter(name -> !held.contains(name)).forEach(name -> Holds.place(table, name));
        int dropped = dropping.applyAsInt(table);
        CompactionPlan plan = new CompactionPlan(policy.targetFileBytes(), policy.minInputFiles(), MAX_BYTES_PER_ROUND);
        Compaction.Rewritten rewritten = new Compaction(table, plan, ids, pauseMs).read();
        Compaction.Result compaction = rewritten == null ? Compaction.Result.NOTHING : rewritten.commit();
        int manifests = ManifestMerge.run(table, LEAST_MANIFESTS, ids);
        SnapshotExpiry.Result expiry =
                new SnapshotExpiry(table, clock, ids).run(policy.snapshotRetention(), LEAST_EXPIRED);
        return new Result(compaction, dropped, manifests, expiry);
    }
}
