package io.fedmesh.lake.internal;

import io.fedmesh.contract.Quality;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The audit of one product: it takes the newest staged snapshots at which both tables hold the same of the topic, counts what
 * the contract's rules ask for in the rows of {@code _latest}, and where every rule holds publishes exactly these, history
 * first. It keeps no state: after a crash anywhere, and beside the audits of other processes, the next one goes on from what the
 * tables say. Used by one thread.
 */
final class Audit {
    /** How far it looks back for a moment at which the two tables agree. */
    private static final int MAX_LOOK_BACK = 1_000;

    private final Quality quality;
    private final Supplier<Table> loadHistory;
    private final Supplier<Table> loadLatest;
    private final RandomGenerator random;

    /**
     * @param loadHistory the table as readers see it, anew each time
     * @param loadLatest likewise
     */
    Audit(Quality quality, Supplier<Table> loadHistory, Supplier<Table> loadLatest, RandomGenerator random) {
        this.quality = quality;
        this.loadHistory = loadHistory;
        this.loadLatest = loadLatest;
        this.random = random;
    }

    /**
     * What came of an audit.
     *
     * @param broken rules that did not hold, with what was counted: nothing was published then
     * @param isPublished whether something was published that was not before
     */
    record Result(List<RowAudit.Finding> broken, boolean isPublished) {
        static final Result NOTHING_NEW = new Result(List.of(), false);
    }

    private record Pair(Snapshot history, Snapshot latest) {}

    /** Audits what is staged; nothing is read where readers have it already. */
    Result run() {
        Table latest = loadLatest.get(); // first: history is ahead of it
        Table history = loadHistory.get();
        Pair newest = newest(metadata(history), metadata(latest));
        if (newest == null
                || (Publication.isReached(metadata(history), newest.history())
                        && Publication.isReached(metadata(latest), newest.latest()))) {
            return Result.NOTHING_NEW;
        }
        List<RowAudit.Finding> broken = new RowAudit(latest, newest.latest().snapshotId(), random)
                .findings(quality).stream().filter(finding -> !finding.isGood()).toList();
        if (!broken.isEmpty()) {
            return new Result(broken, false);
        }
        Publication.publish(history, newest.history().snapshotId());
        Publication.publish(latest, newest.latest().snapshotId());
        return new Result(List.of(), true);
    }

    /** The newest snapshots of both tables that say the same offsets; null when there are none. */
    private static @Nullable Pair newest(TableMetadata history, TableMetadata latest) {
        Map<Map<Integer, Long>, Snapshot> byOffsets = new HashMap<>();
        int looked = 0;
        for (Snapshot at = StagedOperations.head(history);
                at != null && looked < MAX_LOOK_BACK;
                at = parent(history, at), looked++) {
            byOffsets.putIfAbsent(offsets(at), at);
        }
        looked = 0;
        for (Snapshot at = StagedOperations.head(latest);
                at != null && looked < MAX_LOOK_BACK;
                at = parent(latest, at), looked++) {
            Map<Integer, Long> offsets = offsets(at);
            Snapshot same = byOffsets.get(offsets);
            if (same != null && !offsets.isEmpty()) {
                return new Pair(same, at);
            }
        }
        return null;
    }

    private static Map<Integer, Long> offsets(Snapshot snapshot) {
        return Summary.offsets(snapshot.summary().get(Summary.OFFSETS));
    }

    private static @Nullable Snapshot parent(TableMetadata metadata, Snapshot snapshot) {
        Long parent = snapshot.parentId();
        return parent == null ? null : metadata.snapshot(parent);
    }

    private static TableMetadata metadata(Table table) {
        return ((HasTableOperations) table).operations().current();
    }
}
