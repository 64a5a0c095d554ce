package io.fedmesh.app.simulation;

import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.lake.internal.Change;
import io.fedmesh.lake.internal.Key;
import io.fedmesh.lake.internal.KeyIndex;
import io.fedmesh.lake.internal.LatestPort;
import io.fedmesh.lake.internal.Place;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One process's view of a simulated table: it knows the table as it loaded it last, and its calls can fail. */
final class FakeTablePort implements LatestPort {
    private final World world;
    private final Process process;
    private final FakeTable table;
    private final @Nullable FakeTable history;
    private FakeTable.@Nullable Snapshot loaded;
    private @Nullable String uuid;

    /** @param history where deletes are found when the index is rebuilt; null for a history table itself */
    FakeTablePort(World world, Process process, FakeTable table, @Nullable FakeTable history) {
        this.world = world;
        this.process = process;
        this.table = table;
        this.history = history;
    }

    @Override
    public Head head() {
        load("head");
        return table.head(loaded);
    }

    @Override
    public long snapshotOf(String commitId) {
        load("snapshotOf");
        return table.snapshotOf(loaded, commitId);
    }

    @Override
    public Stage stage(Head base) {
        world.port(process, table.name + " stage");
        FakeTable.Snapshot at = base.snapshotId() == NO_SNAPSHOT ? null : table.snapshot(base.snapshotId());
        if (at == null && base.snapshotId() != NO_SNAPSHOT) {
            throw new StaleBaseException("[" + table.name + "] the base must still be known");
        }
        return new FakeStage(at);
    }

    @Override
    public Head commit(Staged staged, Commit commit) {
        reach("commit");
        same();
        FakeTable.Files files = (FakeTable.Files) staged;
        if (world.chance(world.faults.lost())) {
            int how = world.random.nextInt(3);
            world.reach("sink lost response " + how);
            if (how == 1) {
                table.apply(files, commit);
                if (world.chance(world.faults.interleaving() * 2)) {
                    world.operator.compact(table); // before the sender can look for its commit
                }
            } else if (how == 2) {
                table.delay(files, commit);
            }
            throw new IllegalStateException("lost response");
        }
        loaded = table.apply(files, commit);
        world.note(process + " " + table.name + " commit " + commit.id() + " epoch " + commit.epoch() + " "
                + commit.moves() + " snapshot " + loaded.id());
        world.port(process, table.name + " commit, done");
        return table.head(loaded);
    }

    @Override
    public @Nullable Tail tail(int partition, long snapshotId, Head head, @Nullable String ownCommitId) {
        reach("tail");
        return table.tail(partition, snapshotId, head, ownCommitId);
    }

    @Override
    public void rows(Head head, int partition, @Nullable Set<String> files, BiConsumer<Key, KeyIndex.Entry> rows) {
        reach("rows");
        FakeTable.Snapshot at = table.snapshot(head.snapshotId());
        if (at == null) {
            throw new StaleBaseException("[" + table.name + "] the head must still be known");
        }
        table.live(at, place -> {
            if (FakeTable.partition(place.file()) == partition && (files == null || files.contains(place.file()))) {
                FakeTable.Row row = table.rows(place.file()).get(place.position());
                rows.accept(
                        Key.of(row.key()),
                        new KeyIndex.Entry(row.version(), new Place(place.file(), place.position())));
            }
        });
    }

    @Override
    public void deletes(int partition, long fromOffset, long beforeOffset, BiConsumer<Key, KeyIndex.Entry> rows) {
        reach("deletes");
        FakeTable.Snapshot at = history == null ? null : history.current();
        if (history == null || at == null) {
            return;
        }
        history.live(at, place -> {
            FakeTable.Row row = history.rows(place.file()).get(place.position());
            if (row.state() == null
                    && row.partition() == partition
                    && row.offset() >= fromOffset
                    && row.offset() < beforeOffset) {
                rows.accept(Key.of(row.key()), new KeyIndex.Entry(row.version(), null));
            }
        });
    }

    private void load(String call) {
        reach(call);
        same();
        loaded = table.current();
    }

    private void same() {
        if (uuid != null && !uuid.equals(table.uuid)) {
            throw new TableRefusedException("[" + table.name + "] the table must be " + uuid + " but is " + table.uuid);
        }
        uuid = table.uuid;
    }

    private void reach(String call) {
        world.port(process, table.name + " " + call);
        if (world.chance(world.faults.outage())) {
            throw new IllegalStateException("outage in " + call);
        }
    }

    private final class FakeStage implements Stage {
        private final FakeTable.@Nullable Snapshot base;
        private final Map<Integer, List<FakeTable.Row>> rows = new HashMap<>();
        private final Map<Integer, String> files = new HashMap<>();
        private final Map<String, BitSet> deleted = new HashMap<>();

        private FakeStage(FakeTable.@Nullable Snapshot base) {
            this.base = base;
        }

        @Override
        public Place append(Change change) {
            String state = change.value() == null
                    ? null
                    : Encoding.decode(java.util.Arrays.copyOfRange(
                            change.value().bytes(),
                            change.value().offset(),
                            change.value().offset() + change.value().length()));
            String file = files.computeIfAbsent(change.partition(), p -> p + "-" + world.id("file"));
            List<FakeTable.Row> of = rows.computeIfAbsent(change.partition(), p -> new ArrayList<>());
            of.add(new FakeTable.Row(
                    change.key().text(), state, change.version(), change.partition(), change.offset()));
            return new Place(file, of.size() - 1);
        }

        @Override
        public void delete(Place place) {
            deleted.computeIfAbsent(place.file(), name -> new BitSet()).set((int) place.position());
        }

        @Override
        public Staged close() {
            reach("close");
            files.forEach((partition, file) -> table.store(file, rows.getOrDefault(partition, List.of())));
            Map<String, BitSet> vectors = new HashMap<>();
            deleted.forEach((name, positions) -> {
                BitSet vector = (BitSet) positions.clone();
                List<BitSet> before = base == null ? null : base.files().get(name);
                if (before == null) {
                    throw new StaleBaseException("[" + table.name + "] a place must be in a file of the base");
                }
                before.forEach(vector::or);
                vectors.put(name, vector);
            });
            return new FakeTable.Files(files, vectors);
        }

        @Override
        public void discard() {}
    }
}
