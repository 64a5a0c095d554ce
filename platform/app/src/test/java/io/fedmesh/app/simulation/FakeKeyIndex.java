package io.fedmesh.app.simulation;

import io.fedmesh.lake.internal.Key;
import io.fedmesh.lake.internal.KeyEntries;
import io.fedmesh.lake.internal.KeyIndex;
import io.fedmesh.lake.internal.KeySet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A key index on a disk of its own: the disk outlives the process, but a crash may take its last writes, or all of it.
 */
final class FakeKeyIndex implements KeyIndex {
    /** Disks, and so processes, of one product at a time. */
    static final int PODS = 3;

    private static final int UNDO = 6;

    /** A process's disk: an index of each partition that it ever owned. */
    static final class Disk {
        private final Map<Integer, Part> parts = new HashMap<>();

        Part part(int partition) {
            return parts.computeIfAbsent(partition, p -> new Part());
        }

        private void lose(World world) {
            parts.values().forEach(part -> part.lose(world));
        }
    }

    /** What is on the disk of one partition. */
    static final class Part {
        private Map<Key, Entry> entries = new HashMap<>();
        private @Nullable Stand stand;
        private final Deque<Runnable> undo = new ArrayDeque<>();

        /** For bugs only: writes beside the protocol. */
        void put(Key key, Entry entry) {
            entries.put(key, entry);
        }

        private void lose(World world) {
            int dice = world.random.nextInt(10);
            if (dice == 0) {
                world.reach("index lost");
                entries = new HashMap<>();
                stand = null;
                undo.clear();
            } else if (dice < 4) {
                world.reach("index lost its last writes");
                for (int i = world.random.nextInt(UNDO); i > 0 && !undo.isEmpty(); i--) {
                    undo.removeLast().run();
                }
            }
        }
    }

    private final World world;
    private final Process process;
    private final Part disk;

    FakeKeyIndex(World world, Process process, Part disk) {
        this.world = world;
        this.process = process;
        this.disk = disk;
    }

    /** A disk that no living process of the product holds. */
    static Disk free(World world, int table) {
        List<Disk> disks = world.disks.computeIfAbsent(table, t -> {
            List<Disk> made = new ArrayList<>();
            for (int i = 0; i < PODS; i++) {
                made.add(new Disk());
            }
            return made;
        });
        List<Disk> free = new ArrayList<>(disks);
        world.sinks.get(table).forEach(sink -> free.remove(sink.disk));
        return free.get(world.random.nextInt(free.size()));
    }

    static void crash(World world, Disk disk) {
        disk.lose(world);
    }

    @Override
    public @Nullable Stand stand() {
        world.port(process, "index.stand");
        return disk.stand;
    }

    @Override
    public KeySet keys() {
        return KeySet.ofSecret(1, 2);
    }

    @Override
    public KeyEntries find(KeySet keys) {
        return KeyEntries.of(keys, disk.entries::get);
    }

    @Override
    public void apply(Stand stand, Changes applied) {
        Map<Key, Entry> changes = applied.byKey();
        world.port(process, "index.apply");
        if (world.chance(world.faults.outage())) {
            throw new IllegalStateException("the disk is full");
        }
        Map<Key, @Nullable Entry> before = new HashMap<>();
        changes.keySet().forEach(key -> before.put(key, disk.entries.get(key)));
        Stand old = disk.stand;
        if (disk.undo.size() == UNDO) {
            disk.undo.removeFirst();
        }
        disk.undo.add(() -> {
            before.forEach((key, entry) -> {
                if (entry == null) {
                    disk.entries.remove(key);
                } else {
                    disk.entries.put(key, entry);
                }
            });
            disk.stand = old;
        });
        disk.entries.putAll(changes);
        disk.stand = stand;
        world.port(process, "index.apply, done");
    }

    @Override
    public void rebuild(Stand stand, Consumer<BiConsumer<Key, Entry>> rows) {
        world.reach("index rebuild");
        disk.undo.clear();
        disk.stand = null;
        disk.entries.clear();
        world.port(process, "index.rebuild");
        rows.accept((key, entry) ->
                disk.entries.merge(key, entry, (a, b) -> a.version().compareTo(b.version()) < 0 ? b : a));
        world.port(process, "index.rebuild, done");
        disk.stand = stand;
    }

    @Override
    public void replay(Stand stand, Consumer<BiConsumer<Key, Entry>> rows) {
        world.reach("index replay");
        disk.undo.clear();
        world.port(process, "index.replay");
        rows.accept((key, entry) ->
                disk.entries.merge(key, entry, (a, b) -> a.version().compareTo(b.version()) <= 0 ? b : a));
        world.port(process, "index.replay, done");
        disk.stand = stand;
    }

    @Override
    public void close() {}
}
