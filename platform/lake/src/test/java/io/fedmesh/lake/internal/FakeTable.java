package io.fedmesh.lake.internal;

import io.fedmesh.lake.TableRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A table in memory that several writers share: a list of snapshots, optimistic commits, and faults to order. */
final class FakeTable {
    /** What happens to a commit's response. */
    enum Fault {
        /** The commit takes place, the writer sees an error. */
        APPLIED_BUT_ERROR,
        /** The commit takes place, then upkeep, the writer sees an error. */
        APPLIED_AND_COMPACTED_BUT_ERROR,
        /** The commit does not take place, the writer sees an error that does not say so. */
        NOT_APPLIED_BUT_ERROR,
        /** The writer sees an error; the commit takes place when the table is looked at for the second time after. */
        APPLIED_LATE
    }

    private record Snapshot(long id, TablePort.@Nullable Commit commit, Map<Place, Change> rows, TablePort.Head head) {}

    private record Files(Map<Place, Change> rows, Set<Place> deletes) implements TablePort.Staged {}

    private final List<Snapshot> snapshots = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private String uuid;
    private boolean dropped;
    private int files;
    private int lookUps;
    private int outages;
    private long lastId;
    private @Nullable Runnable late;
    private @Nullable Runnable before;
    int commits;

    FakeTable(String uuid) {
        this.uuid = uuid;
    }

    void fault(Fault fault) {
        faults.add(fault);
    }

    /** Happens before the next commit. */
    void before(Runnable what) {
        before = what;
    }

    void drop() {
        dropped = true;
    }

    void makeAnew(String newUuid) {
        snapshots.clear();
        uuid = newUuid;
        lastId = 0;
    }

    /** The next look at the table fails. */
    void outage() {
        outages++;
    }

    /** An operator sets the table back to the snapshot before the current one. */
    void setBack() {
        snapshots.remove(snapshots.size() - 1);
    }

    /** Upkeep: each partition's rows move to another file, everything else is carried on. */
    void compact() {
        Snapshot now = current();
        Map<Place, Change> moved = new LinkedHashMap<>();
        int number = ++files;
        Map<Integer, Integer> rows = new HashMap<>();
        now.rows()
                .values()
                .forEach(change -> moved.put(
                        new Place(
                                file(change.partition(), number), rows.merge(change.partition(), 1, Integer::sum) - 1),
                        change));
        TablePort.Head head = now.head();
        long id = ++lastId;
        snapshots.add(new Snapshot(
                id,
                null,
                moved,
                new TablePort.Head(
                        uuid, id, head.offsets(), head.epoch(), head.commitId(), head.counts(), head.watermarks())));
    }

    private static String file(int partition, int number) {
        return String.format("%05d-file%d", partition, number);
    }

    /** Snapshots before the newest ones cannot be asked any more. */
    void expire() {
        while (snapshots.size() > 1) {
            snapshots.remove(0);
        }
    }

    TablePort.Head head() {
        return current().head();
    }

    /** Well number to owner. */
    Map<Long, String> owners() {
        Map<Long, String> owners = new TreeMap<>();
        for (Change change : current().rows().values()) {
            Object value = Samples.value(java.util.Objects.requireNonNull(change.value()))
                    .get("owner_name");
            String key = change.key().text();
            if (owners.put(Long.parseLong(key.substring(key.indexOf('|') + 1)), String.valueOf(value)) != null) {
                throw new AssertionError("the key stands twice");
            }
        }
        return owners;
    }

    /** Offsets of all rows, in order of their coming. */
    List<Long> offsets() {
        return current().rows().values().stream().map(Change::offset).toList();
    }

    Map<String, Long> counts() {
        return current().head().counts();
    }

    /** Ids of commits that took place, in order. */
    List<String> commitIds() {
        return snapshots.stream()
                .map(Snapshot::commit)
                .filter(java.util.Objects::nonNull)
                .map(TablePort.Commit::id)
                .toList();
    }

    Port port(FakeTable history) {
        return new Port(history);
    }

    Port historyPort() {
        return new Port(this);
    }

    private Snapshot current() {
        return snapshots.isEmpty()
                ? new Snapshot(TablePort.NO_SNAPSHOT, null, Map.of(), TablePort.Head.none(uuid))
                : snapshots.get(snapshots.size() - 1);
    }

    private Snapshot look() {
        if (late != null && ++lookUps >= 2) {
            Runnable now = late;
            late = null;
            now.run();
        }
        if (outages > 0) {
            outages--;
            throw new UncheckedIOException(new IOException("the catalog is away"));
        }
        if (dropped) {
            throw new TableRefusedException("[fake] the table must exist but does not");
        }
        return current();
    }

    /** One writer's way to the table. */
    final class Port implements LatestPort {
        private final FakeTable history;

        private Port(FakeTable history) {
            this.history = history;
        }

        @Override
        public Head head() {
            return look().head();
        }

        @Override
        public long snapshotOf(String commitId) {
            look();
            for (Snapshot snapshot : snapshots) {
                if (snapshot.commit() != null && snapshot.commit().id().equals(commitId)) {
                    return snapshot.id();
                }
            }
            return NO_SNAPSHOT;
        }

        @Override
        public Stage stage(Head base) {
            int number = ++files;
            Map<Integer, Integer> counts = new HashMap<>();
            Map<Place, Change> rows = new LinkedHashMap<>();
            Set<Place> deletes = new HashSet<>();
            return new Stage() {
                @Override
                public Place append(Change change) {
                    int position = counts.merge(change.partition(), 1, Integer::sum) - 1;
                    Place place = new Place(file(change.partition(), number), position);
                    rows.put(place, change);
                    return place;
                }

                @Override
                public void delete(Place place) {
                    deletes.add(place);
                }

                @Override
                public Staged close() {
                    return new Files(rows, deletes);
                }

                @Override
                public void discard() {}
            };
        }

        @Override
        public Head commit(Staged staged, Commit commit) {
            commits++;
            if (before != null) {
                Runnable first = before;
                before = null;
                first.run();
            }
            Fault fault = faults.isEmpty() ? null : faults.remove(0);
            if (fault == Fault.NOT_APPLIED_BUT_ERROR) {
                throw new IllegalStateException("response lost");
            }
            if (fault == Fault.APPLIED_LATE) {
                lookUps = 0;
                late = () -> apply((Files) staged, commit);
                throw new IllegalStateException("response lost");
            }
            Head head = apply((Files) staged, commit);
            if (fault == Fault.APPLIED_AND_COMPACTED_BUT_ERROR) {
                compact();
            }
            if (fault == Fault.APPLIED_BUT_ERROR || fault == Fault.APPLIED_AND_COMPACTED_BUT_ERROR) {
                throw new IllegalStateException("response lost");
            }
            return head;
        }

        private Head apply(Files staged, Commit commit) {
            Snapshot base = current();
            boolean isMoved =
                    staged.deletes().stream().anyMatch(place -> !base.rows().containsKey(place));
            if (!commit.holdsOn(base.head()) || isMoved) {
                throw new StaleBaseException("[fake] the base must hold");
            }
            Map<Place, Change> rows = new LinkedHashMap<>(base.rows());
            rows.keySet().removeAll(staged.deletes());
            rows.putAll(staged.rows());
            long id = ++lastId;
            Head head = commit.on(base.head(), id);
            snapshots.add(new Snapshot(id, commit, rows, head));
            return head;
        }

        @Override
        public @Nullable Tail tail(int partition, long snapshotId, Head head, @Nullable String ownCommitId) {
            boolean isKnown = snapshotId == NO_SNAPSHOT
                    ? snapshots.isEmpty() || snapshots.get(0).id() == 1
                    : snapshots.stream().anyMatch(snapshot -> snapshot.id() == snapshotId);
            if (!isKnown) {
                return null;
            }
            long from = 0;
            long before = 0;
            boolean isTouched = false;
            Set<String> old = new HashSet<>();
            Set<String> now = new HashSet<>();
            for (Snapshot snapshot : snapshots) {
                if (snapshot.id() > head.snapshotId()) {
                    break;
                }
                long next = snapshot.head().next(partition);
                Set<String> files = new HashSet<>();
                snapshot.rows().keySet().stream()
                        .map(Place::file)
                        .filter(file -> FileNames.partition(file) == partition)
                        .forEach(files::add);
                if (snapshot.id() <= snapshotId) {
                    from = next;
                    old = files;
                } else if (snapshot.commit() == null) {
                    isTouched |= !files.isEmpty();
                } else {
                    isTouched |= next != before && !snapshot.commit().id().equals(ownCommitId);
                }
                before = next;
                now = files;
            }
            now.removeAll(old);
            return new Tail(from, now, isTouched);
        }

        @Override
        public void rows(Head head, int partition, @Nullable Set<String> of, BiConsumer<Key, KeyIndex.Entry> rows) {
            current().rows().forEach((place, change) -> {
                if (change.partition() == partition && (of == null || of.contains(place.file()))) {
                    rows.accept(change.key(), new KeyIndex.Entry(change.version(), place));
                }
            });
        }

        @Override
        public void deletes(int partition, long fromOffset, long beforeOffset, BiConsumer<Key, KeyIndex.Entry> rows) {
            for (Change change : history.current().rows().values()) {
                if (change.value() == null
                        && change.partition() == partition
                        && change.offset() >= fromOffset
                        && change.offset() < beforeOffset) {
                    rows.accept(change.key(), new KeyIndex.Entry(change.version(), null));
                }
            }
        }
    }

    /** The key index in memory; it can forget. */
    static final class Index implements KeyIndex {
        private final Map<Key, Entry> entries = new HashMap<>();
        private @Nullable Stand stand;
        int rebuilds;
        int replays;

        void forget() {
            entries.clear();
            stand = null;
        }

        @Override
        public @Nullable Stand stand() {
            return stand;
        }

        @Override
        public KeySet keys() {
            return KeySet.ofSecret(1, 2);
        }

        @Override
        public KeyEntries find(KeySet keys) {
            return KeyEntries.of(keys, entries::get);
        }

        @Override
        public void apply(Stand newStand, Changes changes) {
            entries.putAll(changes.byKey());
            stand = newStand;
        }

        @Override
        public void rebuild(Stand newStand, java.util.function.Consumer<BiConsumer<Key, Entry>> rows) {
            rebuilds++;
            entries.clear();
            rows.accept((key, entry) ->
                    entries.merge(key, entry, (a, b) -> a.version().compareTo(b.version()) >= 0 ? a : b));
            stand = newStand;
        }

        @Override
        public void replay(Stand newStand, java.util.function.Consumer<BiConsumer<Key, Entry>> rows) {
            replays++;
            rows.accept((key, entry) ->
                    entries.merge(key, entry, (a, b) -> a.version().compareTo(b.version()) > 0 ? a : b));
            stand = newStand;
        }

        @Override
        public void close() {}
    }
}
