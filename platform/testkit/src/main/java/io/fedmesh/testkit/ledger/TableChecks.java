package io.fedmesh.testkit.ledger;

import io.fedmesh.testkit.ledger.Finding.Kind;
import io.fedmesh.testkit.ledger.Ledger.Snapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What must hold along the snapshots of one table, whatever its rows are. */
final class TableChecks {
    private final String where;
    private final List<Finding> findings;

    private TableChecks(String where, List<Finding> findings) {
        this.where = where;
        this.findings = findings;
    }

    static void check(Ledger ledger, String table, List<Snapshot> snapshots, List<Finding> findings) {
        TableChecks checks = new TableChecks("[" + ledger.product() + " " + table + "] ", findings);
        checks.offsets(snapshots, ledger.ends());
        checks.files(snapshots);
        checks.commits(snapshots);
    }

    /** Every row of {@code _history} stands in a file of the snapshot whose offsets moved over it. */
    static void rows(Ledger ledger, List<Finding> findings) {
        TableChecks checks = new TableChecks("[" + ledger.product() + " history] ", findings);
        Map<String, Map<Integer, Long>> from = new HashMap<>();
        Map<String, Map<Integer, Long>> to = new HashMap<>();
        Map<Integer, Long> before = Map.of();
        for (Snapshot snapshot : ledger.historySnapshots()) {
            if (!snapshot.isUpkeep()) {
                for (String file : snapshot.added()) {
                    from.put(file, before);
                    to.put(file, snapshot.offsets());
                }
            }
            before = snapshot.offsets();
        }
        for (Ledger.Row row : ledger.history()) {
            Map<Integer, Long> begin = from.get(row.file());
            Map<Integer, Long> end = to.get(row.file());
            if (begin != null
                    && end != null
                    && (row.offset() < begin.getOrDefault(row.partition(), 0L)
                            || row.offset() >= end.getOrDefault(row.partition(), 0L))) {
                checks.find(Kind.OFFSETS_GAP, row.partition() + "@" + row.offset() + " in " + row.file());
            }
        }
    }

    private void offsets(List<Snapshot> snapshots, Map<Integer, Long> ends) {
        Map<Integer, Long> before = Map.of();
        for (Snapshot snapshot : snapshots) {
            for (Map.Entry<Integer, Long> known : before.entrySet()) {
                Long now = snapshot.offsets().get(known.getKey());
                if (now == null) {
                    find(Kind.OFFSETS_LOST, "snapshot " + snapshot.id() + " partition " + known.getKey());
                } else if (now < known.getValue()) {
                    find(
                            Kind.OFFSETS_WENT_BACK,
                            "snapshot " + snapshot.id() + " partition " + known.getKey() + " from " + known.getValue()
                                    + " to " + now);
                }
            }
            before = snapshot.offsets();
        }
        for (Map.Entry<Integer, Long> end : new TreeMap<>(ends).entrySet()) {
            if (before.getOrDefault(end.getKey(), 0L) < end.getValue()) {
                find(
                        Kind.OFFSETS_BEHIND,
                        "partition " + end.getKey() + " must be at " + end.getValue() + " but was at "
                                + before.get(end.getKey()));
            }
        }
    }

    private void files(List<Snapshot> snapshots) {
        Set<String> added = new HashSet<>();
        for (Snapshot snapshot : snapshots) {
            for (String file : snapshot.added()) {
                if (!added.add(file)) {
                    find(Kind.FILE_TWICE, "snapshot " + snapshot.id() + " adds " + file);
                }
            }
            Set<String> covered = new HashSet<>();
            for (String file : snapshot.vectors()) {
                if (!covered.add(file)) {
                    find(Kind.VECTOR_TWICE, "snapshot " + snapshot.id() + " " + file);
                }
                if (!snapshot.files().contains(file)) {
                    find(Kind.VECTOR_WITHOUT_FILE, "snapshot " + snapshot.id() + " " + file);
                }
            }
        }
    }

    private void commits(List<Snapshot> snapshots) {
        Set<@Nullable String> ids = new HashSet<>();
        long epoch = 0;
        for (Snapshot snapshot : snapshots) {
            if (snapshot.epoch() < epoch) {
                find(Kind.EPOCH_WENT_BACK, "snapshot " + snapshot.id() + " from " + epoch + " to " + snapshot.epoch());
            }
            epoch = Math.max(epoch, snapshot.epoch());
            if (!snapshot.isUpkeep() && !ids.add(snapshot.commitId())) {
                find(Kind.COMMIT_TWICE, "snapshot " + snapshot.id() + " commit " + snapshot.commitId());
            }
        }
    }

    private void find(Kind kind, String detail) {
        findings.add(new Finding(kind, where + detail));
    }
}
