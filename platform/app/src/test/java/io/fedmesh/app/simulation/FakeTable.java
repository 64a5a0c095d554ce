package io.fedmesh.app.simulation;

import io.fedmesh.lake.internal.TablePort;
import io.fedmesh.wire.Version;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A model of an Iceberg table and its catalog entry: snapshots, data files as lists of rows, deletion vectors, one pointer. */
final class FakeTable {
    /** A row as it stands in a file; {@code state} is null for a deletion. */
    record Row(String key, @Nullable String state, Version version, int partition, long offset) {}

    /** What a commit brings: at most one new file, and per data file the deletion vector that replaces the ones before. */
    record Files(@Nullable String file, Map<String, BitSet> vectors) implements TablePort.Staged {}

    /** @param offsets null when the snapshot says none */
    record Snapshot(
            long id,
            @Nullable Snapshot parent,
            boolean isUpkeep,
            @Nullable Map<Integer, Long> offsets,
            @Nullable String commitId,
            long epoch,
            Map<String, Long> counts,
            List<String> added,
            Map<String, List<BitSet>> files) {}

    private record Late(long version, Files files, TablePort.Commit commit) {}

    private static final int KEPT = 4;

    final World world;
    final String name;
    final boolean isLatest;
    private final Map<String, List<Row>> stored = new HashMap<>();
    private final List<Late> late = new ArrayList<>();
    List<Snapshot> snapshots = new ArrayList<>();
    String uuid;
    private long version;
    private long expiredBefore;

    FakeTable(World world, String name, boolean isLatest) {
        this.world = world;
        this.name = name;
        this.isLatest = isLatest;
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
        if (!isHolding(base, commit)) {
            world.reach("stale base");
            throw new TablePort.StaleBaseException("[" + name + "] the table moved on");
        }
        Map<String, List<BitSet>> live = base == null ? new LinkedHashMap<>() : new LinkedHashMap<>(base.files());
        files.vectors().forEach((file, vector) -> {
            List<BitSet> before = live.get(file);
            if (before == null) {
                throw new TablePort.StaleBaseException("[" + name + "] a vector must have its file");
            }
            live.put(file, world.wiring.vectors(before, vector));
        });
        List<String> added = new ArrayList<>();
        if (files.file() != null) {
            live.put(files.file(), List.of());
            added.add(files.file());
        }
        return push(new Snapshot(
                nextId(), base, false, commit.offsets(), commit.id(), commit.epoch(), commit.counts(), added, live));
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

    /** Rewrites all live rows into one file, unless the table moved on since they were read. */
    @Nullable
    Runnable compaction() {
        Snapshot base = current();
        if (base == null || base.files().size() < 2) {
            return null;
        }
        List<Row> rows = new ArrayList<>();
        live(base, place -> rows.add(rows(place.file()).get(place.position())));
        return () -> {
            Snapshot now = current();
            if (now != base) {
                world.reach("compaction in vain");
                return;
            }
            world.reach("compaction");
            String file = world.id("compacted");
            store(file, rows);
            Map<String, List<BitSet>> files = new LinkedHashMap<>();
            files.put(file, List.of());
            Snapshot told = Objects.requireNonNull(told(base));
            push(new Snapshot(
                    nextId(),
                    base,
                    true,
                    world.wiring.carried(Objects.requireNonNull(told.offsets())),
                    told.commitId(),
                    told.epoch(),
                    told.counts(),
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
        late.clear();
        version++;
    }

    record LivePlace(String file, int position) {}

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

    private boolean isHolding(@Nullable Snapshot base, TablePort.Commit commit) {
        long current = base == null ? TablePort.NO_SNAPSHOT : base.id();
        if (current == commit.base().snapshotId()) {
            return true;
        }
        Snapshot told = told(base);
        return !isLatest
                && (told == null
                        ? commit.base().offsets().isEmpty()
                        : commit.base().offsets().equals(told.offsets()) && told.epoch() <= commit.epoch());
    }

    private Snapshot push(Snapshot next) {
        snapshots.add(next);
        version++;
        return next;
    }

    private long nextId() {
        return 1_000L * Integer.parseInt(uuid.substring("table".length())) + snapshots.size() + 1;
    }

    private @Nullable Snapshot parent(Snapshot of) {
        Snapshot parent = of.parent();
        return parent == null || parent.id() < expiredBefore ? null : parent;
    }
}
