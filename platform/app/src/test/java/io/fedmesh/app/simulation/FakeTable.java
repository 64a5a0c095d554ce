package io.fedmesh.app.simulation;

import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.lake.Watermark;
import io.fedmesh.lake.internal.LatestPort;
import io.fedmesh.lake.internal.TablePort;
import io.fedmesh.wire.Version;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A model of an Iceberg table and its catalog entry: snapshots, data files as lists of rows, deletion vectors, one pointer. */
final class FakeTable {
    /** A row as it stands in a file; {@code state} is null for a deletion. */
    record Row(String key, @Nullable String state, Version version, int partition, long offset) {}

    /** What a commit brings: at most one new file a partition, and per data file the vector that replaces the ones before. */
    record Files(Map<Integer, String> rows, Map<String, BitSet> vectors) implements TablePort.Staged {}

    /** @param offsets null when the snapshot says none */
    record Snapshot(
            long id,
            @Nullable Snapshot parent,
            boolean isUpkeep,
            @Nullable Map<Integer, Long> offsets,
            @Nullable String commitId,
            long epoch,
            Map<String, Long> counts,
            Map<Integer, Watermark> watermarks,
            List<String> added,
            Map<String, List<BitSet>> files) {}

    private record Late(long version, Files files, TablePort.Commit commit) {}

    private static final int KEPT = 4;

    final World world;
    final String name;
    private final Map<String, List<Row>> stored = new HashMap<>();
    private final List<Late> late = new ArrayList<>();
    List<Snapshot> snapshots = new ArrayList<>();
    String uuid;
    private long version;
    private long expiredBefore;
    private int pushes;

    FakeTable(World world, String name) {
        this.world = world;
        this.name = name;
        this.uuid = world.id("table");
    }

    @Nullable
    Snapshot current() {
        return snapshots.isEmpty() ? null : snapshots.get(snapshots.size() - 1);
    }

    List<Row> rows(String file) {
        return Objects.requireNonNull(stored.get(file));
    }

    void store(String file, List<Row> rows) {
        stored.put(file, List.copyOf(rows));
    }

    /** The nearest snapshot, from this one on back, that says offsets; snapshots that were expired cannot be asked. */
    @Nullable
    Snapshot told(@Nullable Snapshot from) {
        for (Snapshot at = from; at != null; at = parent(at)) {
            if (at.offsets() != null) {
                return at;
            }
        }
        return null;
    }

    long snapshotOf(@Nullable Snapshot from, String commitId) {
        long own = TablePort.NO_SNAPSHOT;
        for (Snapshot at = from; at != null; at = parent(at)) {
            if (commitId.equals(at.commitId())) {
                own = at.id();
            }
        }
        return own;
    }

    /** Swaps the pointer if the claim holds now. */
    Snapshot apply(Files files, TablePort.Commit commit) {
        Snapshot base = current();
        TablePort.Head now = head(base);
        if (!world.wiring.holds(commit, now) || isTouched(base, files, commit)) {
            world.reach("stale base");
            throw new TablePort.StaleBaseException("[" + name + "] the table moved on");
        }
        if (base != null && base.id() != commit.base().snapshotId()) {
            world.reach("commit beside another's");
        }
        Map<String, List<BitSet>> live = base == null ? new LinkedHashMap<>() : new LinkedHashMap<>(base.files());
        files.vectors()
                .forEach((file, vector) ->
                        live.put(file, world.wiring.vectors(Objects.requireNonNull(live.get(file)), vector)));
        List<String> added = new ArrayList<>(files.rows().values());
        added.forEach(file -> live.put(file, List.of()));
        TablePort.Head next = world.wiring.next(commit, now);
        return push(new Snapshot(
                nextId(),
                base,
                false,
                next.offsets(),
                commit.id(),
                next.epoch(),
                next.counts(),
                next.watermarks(),
                added,
                live));
    }

    /** Whether a file of which rows are deleted is gone, or has another vector than the writer saw. */
    private boolean isTouched(@Nullable Snapshot now, Files files, TablePort.Commit commit) {
        if (files.vectors().isEmpty()) {
            return false;
        }
        Snapshot base = snapshot(commit.base().snapshotId());
        return base == null
                || now == null
                || files.vectors().keySet().stream()
                        .anyMatch(file -> now.files().get(file) == null
                                || !Objects.equals(
                                        now.files().get(file), base.files().get(file)));
    }

    TablePort.Head head(@Nullable Snapshot at) {
        if (at == null) {
            return TablePort.Head.none(uuid);
        }
        Snapshot told = told(at);
        if (told == null || told.offsets() == null) {
            throw new TableRefusedException("[" + name + "] some snapshot must say its offsets");
        }
        return new TablePort.Head(
                uuid, at.id(), told.offsets(), told.epoch(), told.commitId(), told.counts(), told.watermarks());
    }

    /** A snapshot that can still be asked. */
    @Nullable
    Snapshot snapshot(long id) {
        return id < expiredBefore
                ? null
                : snapshots.stream().filter(s -> s.id() == id).findAny().orElse(null);
    }

    /** As on a real table: snapshots between are asked, and what nobody can say is null. */
    LatestPort.@Nullable Tail tail(int partition, long snapshotId, TablePort.Head head, @Nullable String ownCommitId) {
        Deque<Snapshot> between = new ArrayDeque<>();
        Snapshot at = snapshot(head.snapshotId());
        while (at != null && at.id() != snapshotId) {
            between.push(at);
            Snapshot parent = parent(at);
            if (parent == null && at.parent() != null) {
                return null;
            }
            at = parent;
        }
        if ((at == null) != (snapshotId == TablePort.NO_SNAPSHOT)) {
            return null;
        }
        TablePort.Head before = head(at);
        long from = before.next(partition);
        boolean isTouched = false;
        Set<String> files = new HashSet<>();
        for (Snapshot next : between) {
            TablePort.Head after = head(next);
            boolean isOwn = !next.isUpkeep() && Objects.equals(next.commitId(), ownCommitId);
            boolean isMoved = after.next(partition) != before.next(partition);
            if (!isOwn && (isMoved || next.isUpkeep())) {
                List<String> added = next.added().stream()
                        .filter(f -> partition(f) == partition)
                        .toList();
                files.addAll(added);
                isTouched |= isMoved || !added.isEmpty();
                files.removeIf(file -> !next.files().containsKey(file));
            }
            before = after;
        }
        return new LatestPort.Tail(from, files, isTouched);
    }

    /** A file's name begins with its partition. */
    static int partition(String file) {
        return Integer.parseInt(file.substring(0, file.indexOf('-')));
    }

    /** The commit is on its way to the catalog and may arrive after its sender gave up. */
    void delay(Files files, TablePort.Commit commit) {
        late.add(new Late(version, files, commit));
    }

    /** Late commits arrive; the catalog takes them if its pointer did not move. */
    void settle() {
        for (Late next : List.copyOf(late)) {
            if (next.version() == version && world.random.nextBoolean()) {
                world.reach("late commit");
                try {
                    apply(next.files(), next.commit());
                } catch (TablePort.StaleBaseException e) {
                    world.note("in vain");
                }
            }
        }
        late.clear();
    }

    /**
     * Rewrites all live rows of some partition into one file, unless one of its files is gone by then. What was deleted
     * since they were read is deleted in the new file too.
     */
    @Nullable
    Runnable compaction() {
        Snapshot base = current();
        if (base == null) {
            return null;
        }
        int partition = world.random.nextInt(Bank.PARTITIONS);
        List<String> old = base.files().keySet().stream()
                .filter(f -> partition(f) == partition)
                .toList();
        if (old.size() < 2) {
            return null;
        }
        List<Row> rows = new ArrayList<>();
        Map<LivePlace, Integer> places = new HashMap<>();
        live(base, place -> {
            if (partition(place.file()) == partition) {
                places.put(place, rows.size());
                rows.add(rows(place.file()).get(place.position()));
            }
        });
        return () -> {
            Snapshot now = current();
            if (now == null || !now.files().keySet().containsAll(old)) {
                world.reach("compaction in vain");
                return;
            }
            world.reach(now == base ? "compaction" : "compaction beside a commit");
            BitSet late = new BitSet();
            places.forEach((from, to) -> {
                if (isDeleted(now, from)) {
                    late.set(to);
                }
            });
            if (!late.isEmpty()) {
                world.reach("compaction beside a delete");
            }
            String file = partition + "-" + world.id("compacted");
            store(file, rows);
            Map<String, List<BitSet>> files = new LinkedHashMap<>(now.files());
            old.forEach(files::remove);
            files.put(file, late.isEmpty() ? List.of() : world.wiring.lateDeletes(late));
            TablePort.Head head = head(now);
            push(new Snapshot(
                    nextId(),
                    now,
                    true,
                    world.wiring.carried(head.offsets()),
                    head.commitId(),
                    head.epoch(),
                    head.counts(),
                    head.watermarks(),
                    List.of(file),
                    files));
        };
    }

    /** Old snapshots cannot be asked any more. */
    void expire() {
        if (snapshots.size() > KEPT) {
            expiredBefore = snapshots.get(snapshots.size() - KEPT).id();
        }
    }

    /** Dropped and made anew under the same name. */
    void recreate() {
        uuid = world.id("table");
        snapshots = new ArrayList<>();
        pushes = 0;
        late.clear();
        version++;
    }

    /** Set back to an older snapshot that is still known; false when there is none. */
    boolean setBack() {
        int oldest = 0;
        while (oldest < snapshots.size() && snapshots.get(oldest).id() < expiredBefore) {
            oldest++;
        }
        int older = snapshots.size() - 1 - oldest;
        if (older < 1) {
            return false;
        }
        snapshots = new ArrayList<>(snapshots.subList(0, oldest + 1 + world.random.nextInt(older)));
        late.clear();
        version++;
        return true;
    }

    record LivePlace(String file, int position) {}

    private static boolean isDeleted(Snapshot at, LivePlace place) {
        return Objects.requireNonNull(at.files().get(place.file())).stream()
                .anyMatch(vector -> vector.get(place.position()));
    }

    void live(Snapshot at, Consumer<LivePlace> each) {
        at.files().forEach((file, vectors) -> {
            int count = rows(file).size();
            for (int position = 0; position < count; position++) {
                int p = position;
                if (vectors.stream().noneMatch(v -> v.get(p))) {
                    each.accept(new LivePlace(file, position));
                }
            }
        });
    }

    private Snapshot push(Snapshot next) {
        snapshots.add(next);
        version++;
        return next;
    }

    private long nextId() {
        return 1_000L * Integer.parseInt(uuid.substring("table".length())) + ++pushes;
    }

    private @Nullable Snapshot parent(Snapshot of) {
        Snapshot parent = of.parent();
        return parent == null || parent.id() < expiredBefore ? null : parent;
    }
}
