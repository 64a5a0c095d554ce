package io.fedmesh.testkit.ledger;

import io.fedmesh.testkit.ledger.Finding.Kind;
import io.fedmesh.testkit.ledger.Ledger.Event;
import io.fedmesh.testkit.ledger.Ledger.Fate;
import io.fedmesh.testkit.ledger.Ledger.Nature;
import io.fedmesh.testkit.ledger.Ledger.Told;
import io.fedmesh.wire.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Nothing lost, nothing twice, nothing wrong: compares a drained ledger with itself. It shares no code with what it
 * judges, and its answer depends on the ledger alone. Not thread-safe.
 */
public final class LedgerOracle {
    private final Ledger ledger;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<Place> indexFree = new HashSet<>();
    /** Keys that look alive on the topic again, out of turn: one TRUNCATE may then delete them twice. */
    private final Set<String> revived = new HashSet<>();

    private final Map<Identity, Told> oplog = new HashMap<>();
    private final Set<Identity> published = new HashSet<>();
    /** Changes that nobody downstream could read, and that were not put back. */
    private final Set<Identity> unread = new HashSet<>();

    /** A place in the source at which only one change of a key can stand. */
    private record Place(String key, long commitLsn, long lsn) {}

    /** A change; index -1 where it is free. */
    private record Identity(String key, long commitLsn, long lsn, int index) {}

    private LedgerOracle(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Everything that is wrong; empty when nothing is. */
    public static List<Finding> check(Ledger ledger) {
        LedgerOracle oracle = new LedgerOracle(ledger);
        oracle.topic();
        oracle.rejected();
        oracle.history();
        oracle.latest();
        oracle.account();
        TableChecks.check(ledger, "history", ledger.historySnapshots(), oracle.findings);
        TableChecks.check(ledger, "latest", ledger.latestSnapshots(), oracle.findings);
        TableChecks.rows(ledger, oracle.findings);
        return List.copyOf(oracle.findings);
    }

    private void topic() {
        for (Told told : ledger.oplog()) {
            if (told.isIndexFree()) {
                indexFree.add(new Place(
                        told.key(), told.version().commitLsn(), told.version().lsn()));
            }
        }
        for (Event event : ledger.topic()) {
            if (event.key() != null && (event.version() == null || event.nature() == Nature.REPLAY)) {
                revived.add(event.key());
            }
        }
        ledger.oplog().forEach(told -> oplog.put(identity(told.key(), told.version()), told));
        Map<Identity, Integer> times = new HashMap<>();
        Map<String, Version> last = new HashMap<>();
        Map<Version, String> owners = new HashMap<>();
        Set<Identity> replayed = new HashSet<>();
        for (Event event : ledger.topic()) {
            if (event.key() == null || event.version() == null) {
                continue; // a stranger's record: the sink's account covers it
            }
            Identity id = identity(event.key(), event.version());
            if (event.nature() == Nature.REPLAY) {
                replayed.add(id);
                continue;
            }
            Told told = oplog.get(id);
            if (told == null || told.fate() == Fate.REJECTED) {
                find(Kind.TOPIC_UNKNOWN, at(event));
            } else if (event.nature() == Nature.STATE && !Objects.equals(told.state(), event.state())) {
                find(Kind.TOPIC_DIFFERENT, at(event));
            }
            published.add(id);
            if (times.merge(once(event.key(), event.version()), 1, Integer::sum) == 2) {
                find(Kind.TOPIC_TWICE, at(event));
            }
            Version before = last.put(event.key(), event.version());
            if (before != null && before.compareTo(event.version()) > 0) {
                find(Kind.TOPIC_VERSION_FELL, at(event));
            }
            String owner = event.version().lsn() == 0 ? null : owners.put(event.version(), event.key());
            if (owner != null && !owner.equals(event.key())) {
                find(Kind.VERSION_SHARED, at(event));
            }
            if (event.nature() == Nature.UNREADABLE) {
                unread.add(id);
            }
        }
        unread.removeAll(replayed);
        Map<String, Version> newest = newest();
        oplog.forEach((id, told) -> {
            boolean mayBeGone = ledger.isCompacted() && !Objects.equals(newest.get(told.key()), told.version());
            if (told.fate() == Fate.PUBLISHED && !published.contains(id) && !mayBeGone) {
                find(Kind.TOPIC_MISSING, of(told.key(), told.version()));
            }
        });
    }

    private void rejected() {
        Map<Identity, Integer> byCapture = new HashMap<>();
        Set<List<Long>> bySink = new HashSet<>();
        for (Ledger.Rejected rejected : ledger.rejected()) {
            if (rejected.partition() >= 0) {
                bySink.add(List.of((long) rejected.partition(), rejected.offset()));
            } else if (rejected.key() != null && rejected.version() != null) {
                byCapture.merge(identity(rejected.key(), rejected.version()), 1, Integer::sum);
            }
        }
        for (Told told : ledger.oplog()) {
            if (told.fate() == Fate.REJECTED) {
                int times = byCapture.getOrDefault(identity(told.key(), told.version()), 0);
                if (times != 1) {
                    find(
                            times == 0 ? Kind.REJECTED_MISSING : Kind.REJECTED_TWICE,
                            "by capture " + of(told.key(), told.version()));
                }
            }
        }
        for (Event event : ledger.topic()) {
            if (event.nature() == Nature.UNREADABLE
                    && !bySink.contains(List.of((long) event.partition(), event.offset()))) {
                find(Kind.REJECTED_MISSING, "by the sink " + at(event));
            }
        }
    }

    private void history() {
        Map<Integer, Map<Long, Event>> events = new HashMap<>();
        ledger.topic()
                .forEach(e -> events.computeIfAbsent(e.partition(), partition -> new HashMap<>())
                        .put(e.offset(), e));
        Set<Identity> seen = new HashSet<>();
        Set<Identity> times = new HashSet<>();
        Map<String, Version> last = new HashMap<>();
        List<Ledger.Row> rows = new ArrayList<>(ledger.history());
        rows.sort(java.util.Comparator.comparingInt(Ledger.Row::partition).thenComparingLong(Ledger.Row::offset));
        for (Ledger.Row row : rows) {
            Identity id = identity(row.key(), row.version());
            Told told = oplog.get(id);
            if (told == null || told.fate() == Fate.REJECTED) {
                find(Kind.HISTORY_UNKNOWN, at(row));
            } else if (!Objects.equals(told.state(), row.state())) {
                find(Kind.HISTORY_DIFFERENT, at(row));
            }
            seen.add(id);
            if (!times.add(once(row.key(), row.version()))) {
                find(Kind.HISTORY_TWICE, at(row));
            }
            Event event = events.getOrDefault(row.partition(), Map.of()).get(row.offset());
            boolean isElsewhere =
                    event == null ? !ledger.isCompacted() : !Objects.equals(event.version(), row.version());
            if (isElsewhere) {
                find(Kind.HISTORY_OFFSET_WRONG, at(row));
            }
            if (event == null || event.nature() != Nature.REPLAY) {
                Version before = last.put(row.key(), row.version());
                if (before != null && before.compareTo(row.version()) > 0) {
                    find(Kind.HISTORY_VERSION_FELL, at(row));
                }
            }
        }
        oplog.forEach((id, told) -> {
            if (told.fate() == Fate.PUBLISHED && !seen.contains(id) && !unread.contains(id)) {
                find(Kind.HISTORY_MISSING, of(told.key(), told.version()));
            }
        });
        for (Event event : ledger.topic()) {
            if (event.key() != null && event.version() != null && event.nature() != Nature.UNREADABLE) {
                Identity id = identity(event.key(), event.version());
                Told told = oplog.get(id);
                boolean isFree = told != null && (told.fate() == Fate.OPTIONAL || told.fate() == Fate.UNCERTAIN);
                if (isFree && !seen.contains(id)) {
                    find(Kind.HISTORY_MISSING, at(event));
                }
            }
        }
    }

    private void latest() {
        Map<String, Told> expected = new TreeMap<>();
        for (Told told : ledger.oplog()) {
            Identity id = identity(told.key(), told.version());
            boolean isNever =
                    told.fate() == Fate.REJECTED || (told.fate() == Fate.UNCERTAIN && !published.contains(id));
            if (!isNever && !unread.contains(id)) {
                expected.merge(told.key(), told, (a, b) -> a.version().compareTo(b.version()) < 0 ? b : a);
            }
        }
        Map<String, Ledger.Current> rows = new TreeMap<>();
        for (Ledger.Current row : ledger.latest()) {
            if (rows.put(row.key(), row) != null) {
                find(Kind.LATEST_TWICE, of(row.key(), row.version()));
            }
        }
        expected.forEach((key, told) -> {
            Ledger.Current row = rows.remove(key);
            if (told.state() == null) {
                if (row != null) {
                    find(Kind.LATEST_EXTRA, of(key, row.version()));
                }
            } else if (row == null) {
                find(Kind.LATEST_MISSING, of(key, told.version()));
            } else if (!told.state().equals(row.state()) || !told.version().equals(row.version())) {
                find(Kind.LATEST_DIFFERENT, of(key, told.version()) + " was " + place(row.version()));
            }
        });
        rows.forEach((key, row) -> find(Kind.LATEST_EXTRA, of(key, row.version())));
    }

    private void account() {
        if (ledger.latestSnapshots().isEmpty()) {
            return;
        }
        for (Ledger.Snapshot snapshot : ledger.latestSnapshots()) {
            Map<String, Long> counts = snapshot.counts();
            long parts = count(counts, "applied")
                    + count(counts, "superseded")
                    + count(counts, "rejected")
                    + count(counts, "filtered");
            if (count(counts, "captured") != parts) {
                find(Kind.ACCOUNT_UNEQUAL, "snapshot " + snapshot.id() + " " + new TreeMap<>(counts));
            }
        }
        Ledger.Snapshot last =
                ledger.latestSnapshots().get(ledger.latestSnapshots().size() - 1);
        if (!ledger.isCompacted()) {
            long captured = 0;
            long rejected = 0;
            for (Event event : ledger.topic()) {
                if (event.offset() < last.offsets().getOrDefault(event.partition(), 0L)) {
                    captured++;
                    rejected += event.nature() == Nature.UNREADABLE ? 1 : 0;
                }
            }
            if (count(last.counts(), "captured") != captured || count(last.counts(), "rejected") != rejected) {
                find(
                        Kind.ACCOUNT_WRONG,
                        "must be captured=" + captured + " rejected=" + rejected + " but was "
                                + new TreeMap<>(last.counts()));
            }
        }
    }

    private static long count(Map<String, Long> counts, String name) {
        return counts.getOrDefault(name, 0L);
    }

    /** The newest version that the source told of each key. */
    private Map<String, Version> newest() {
        Map<String, Version> newest = new HashMap<>();
        for (Told told : ledger.oplog()) {
            newest.merge(told.key(), told.version(), (a, b) -> a.compareTo(b) < 0 ? b : a);
        }
        return newest;
    }

    private Identity identity(String key, Version version) {
        boolean isFree = !indexFree.isEmpty() && indexFree.contains(new Place(key, version.commitLsn(), version.lsn()));
        return new Identity(key, version.commitLsn(), version.lsn(), isFree ? -1 : version.index());
    }

    /** What must not be there twice. */
    private Identity once(String key, Version version) {
        return revived.contains(key)
                ? new Identity(key, version.commitLsn(), version.lsn(), version.index())
                : identity(key, version);
    }

    private void find(Kind kind, String detail) {
        findings.add(new Finding(kind, "[" + ledger.product() + "] " + detail));
    }

    private static String at(Event event) {
        return event.partition() + "@" + event.offset() + " " + of(event.key(), event.version());
    }

    private static String at(Ledger.Row row) {
        return row.partition() + "@" + row.offset() + " " + of(row.key(), row.version());
    }

    private static String of(@Nullable String key, @Nullable Version version) {
        return "key " + (key == null ? "none" : Finding.hash(key)) + " version "
                + (version == null ? "none" : place(version));
    }

    private static String place(Version version) {
        return Long.toUnsignedString(version.commitLsn()) + "/" + Long.toUnsignedString(version.lsn()) + "/"
                + version.index();
    }
}
