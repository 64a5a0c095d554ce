package io.fedmesh.lake.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops old snapshots and then deletes the files that only they named. Never the current one, none that a tag or a branch
 * names, none that is younger than the retention, so that a commit with an unknown outcome can still be looked up.
 *
 * <p>Iceberg's own clean-up opens manifest lists by location, which finds no key; this one reads them as they are,
 * encrypted. It looks only at the border: no commit of ours brings a removed file back, so the snapshots that name a
 * file are connected, and one that an expired and a kept snapshot name is named by a kept one next to the expired ones.
 * Where the way between two snapshots cannot be seen, or one was cherry-picked, all kept ones are read.
 */
final class SnapshotExpiry {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotExpiry.class);
    /** Bounds what a round reads. */
    private static final int MAX_SNAPSHOTS = 1_000;

    private static final int MIN_SNAPSHOTS_KEPT = 5;

    /** What a round dropped. */
    record Result(int snapshots, int files) {}

    private final Table table;
    private final Clock clock;
    private final Supplier<String> ids;

    SnapshotExpiry(Table table, Clock clock, Supplier<String> ids) {
        this.table = table;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * Expires.
     *
     * @param retention age below which a snapshot stays
     * @param least snapshots that it must be worth
     */
    Result run(Duration retention, int least) {
        table.refresh();
        Snapshot current = table.currentSnapshot();
        long before = clock.millis() - retention.toMillis();
        List<Snapshot> old = old(before);
        if (current == null || old.size() < least) {
            return new Result(0, 0);
        }
        Holds.demandThatTagsStay(table);
        if (!current.summary().containsKey(Summary.OFFSETS)) {
            Map<String, String> said = CarriedCommit.carried(table, current);
            if (said.isEmpty() || !CarriedCommit.commit(table, current, table.newAppend(), ids.get())) {
                return new Result(0, 0);
            }
        }
        TableMetadata had = metadata();
        FileIO files = table.io(); // knows the keys of the snapshots that go: the table forgets them with these
        Snapshot bound = old.size() > MAX_SNAPSHOTS ? old.get(MAX_SNAPSHOTS) : null;
        table.expireSnapshots()
                .expireOlderThan(bound == null ? before : Math.min(before, bound.timestampMillis()))
                .retainLast(MIN_SNAPSHOTS_KEPT)
                .cleanExpiredFiles(false)
                .commit();
        table.refresh();
        return clean(had, files, metadata());
    }

    /** The oldest first, without those that something names. */
    private List<Snapshot> old(long before) {
        Set<Long> named =
                table.refs().values().stream().map(ref -> ref.snapshotId()).collect(Collectors.toSet());
        List<Snapshot> old = new ArrayList<>();
        for (Snapshot snapshot : table.snapshots()) {
            if (snapshot.timestampMillis() < before && !named.contains(snapshot.snapshotId())) {
                old.add(snapshot);
            }
        }
        old.sort((a, b) -> Long.compare(a.timestampMillis(), b.timestampMillis()));
        return old;
    }

    private TableMetadata metadata() {
        return Objects.requireNonNull(((HasTableOperations) table).operations().current());
    }

    /** A crash before or within leaves orphans, which are found by their own job. */
    private Result clean(TableMetadata had, FileIO files, TableMetadata has) {
        List<Snapshot> expired = had.snapshots().stream()
                .filter(snapshot -> has.snapshot(snapshot.snapshotId()) == null)
                .toList();
        if (expired.isEmpty()) {
            return new Result(0, 0);
        }
        Set<String> manifests = new HashSet<>();
        Set<Long> keptFiles = new HashSet<>();
        Set<String> gone = new HashSet<>();
        SnapshotFiles.each(
                table,
                table.io(),
                border(had, expired, has),
                manifests,
                location -> keptFiles.add(Orphans.hash(location)));
        SnapshotFiles.each(table, files, expired, manifests, location -> {
            if (!keptFiles.contains(Orphans.hash(location))) {
                gone.add(location);
            }
        });
        int deleted = 0;
        for (String location : gone) {
            try {
                table.io().deleteFile(location);
                deleted++;
            } catch (RuntimeException e) {
                LOG.atWarn()
                        .addKeyValue("table", table.name())
                        .log("a file of expired snapshots stays as an orphan: {}", Failures.tell(e));
            }
        }
        return new Result(expired.size(), deleted);
    }

    /** Kept snapshots that together name every file that both an expired and a kept one name. */
    static List<Snapshot> border(TableMetadata had, List<Snapshot> expired, TableMetadata has) {
        List<Long> line = line(had);
        boolean isSeen = expired.stream()
                .allMatch(gone -> line.contains(gone.snapshotId())
                        || gone.parentId() == null
                        || had.snapshot(gone.parentId()) != null);
        boolean isPicked =
                has.snapshots().stream().anyMatch(kept -> kept.summary().containsKey("source-snapshot-id"));
        if (!isSeen || isPicked) {
            return has.snapshots();
        }
        List<Long> keptLine = line(has);
        Set<Long> next = new HashSet<>();
        next.add(keptLine.get(keptLine.size() - 1));
        expired.forEach(gone -> next.add(gone.parentId()));
        return has.snapshots().stream()
                .filter(kept -> !keptLine.contains(kept.snapshotId()) || next.contains(kept.snapshotId()))
                .toList();
    }

    /** The current snapshot and its ancestors, as far back as can be seen. */
    private static List<Long> line(TableMetadata metadata) {
        List<Long> line = new ArrayList<>();
        for (Snapshot at = metadata.currentSnapshot(); at != null; ) {
            line.add(at.snapshotId());
            at = at.parentId() == null ? null : metadata.snapshot(at.parentId());
        }
        return line;
    }
}
