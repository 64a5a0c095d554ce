package io.fedmesh.bench.internal.sink;

import io.fedmesh.bench.internal.measure.Child;
import io.fedmesh.bench.internal.measure.Report;
import io.fedmesh.lake.internal.IndexMemory;
import io.fedmesh.lake.internal.Key;
import io.fedmesh.lake.internal.KeyEntries;
import io.fedmesh.lake.internal.KeyIndex;
import io.fedmesh.lake.internal.KeySet;
import io.fedmesh.lake.internal.RocksKeyIndex;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The JVM of one key index. It fills an index and then waits to be killed, or opens one and looks keys up. Arguments: what it
 * does, the index's folder, keys, changes, keys of a commit, lookups.
 */
final class IndexMain {
    static final String FILL = "fill";
    static final String OPEN = "open";

    private static final long SEED = 11;
    private static final int KNOWN_OF_TEN = 9;

    private final IndexKeys keys;
    private final int commitKeys;
    private final long lookups;

    private IndexMain(IndexKeys keys, int commitKeys, long lookups) {
        this.keys = keys;
        this.commitKeys = commitKeys;
        this.lookups = lookups;
    }

    public static void main(String[] arguments) throws InterruptedException {
        Child.leash();
        Path folder = Path.of(arguments[1]);
        int commitKeys = Integer.parseInt(arguments[4]);
        IndexKeys keys =
                new IndexKeys(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]), commitKeys, SEED);
        IndexMain main = new IndexMain(keys, commitKeys, Long.parseLong(arguments[5]));
        IndexMemory memory = new IndexMemory();
        if (arguments[0].equals(FILL)) {
            Child.tell(Report.json(main.fill(new RocksKeyIndex(folder, memory, new SecureRandom()))));
            Thread.sleep(Long.MAX_VALUE);
        }
        long begin = System.nanoTime();
        try (RocksKeyIndex index = new RocksKeyIndex(folder, memory, new SecureRandom())) {
            KeyIndex.@Nullable Stand stand = index.stand();
            double openSeconds = (System.nanoTime() - begin) / 1e9;
            Child.tell("ready");
            Child.tell(Report.json(main.look(index, stand, openSeconds)));
        }
        Thread.sleep(Long.MAX_VALUE);
    }

    /** New keys, then changes as the sink makes them: what is known of a commit's keys is asked for first. */
    private Map<String, Object> fill(RocksKeyIndex index) {
        double cpu = Child.cpuSeconds();
        while (!keys.isFull()) {
            apply(index, keys.next());
        }
        double fillCpu = Child.cpuSeconds() - cpu;
        long begin = System.nanoTime();
        cpu = Child.cpuSeconds();
        while (keys.hasNext()) {
            Map<Key, KeyIndex.Entry> commit = keys.next();
            KeySet wanted = keySet(index, commit.keySet());
            int known = new KeyIndex.Changes(wanted, index.find(wanted)).byKey().size();
            if (known != commit.size()) {
                throw new IllegalStateException(
                        "[bench] " + commit.size() + " keys must be known but only " + known + " are");
            }
            apply(index, commit);
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("fillCpuSeconds", fillCpu);
        figures.put("changeSeconds", (System.nanoTime() - begin) / 1e9);
        figures.put("changeCpuSeconds", Child.cpuSeconds() - cpu);
        return figures;
    }

    private void apply(RocksKeyIndex index, Map<Key, KeyIndex.Entry> commit) {
        KeySet changed = keySet(index, commit.keySet());
        index.apply(keys.stand(), new KeyIndex.Changes(changed, KeyEntries.of(changed, commit::get)));
    }

    private static KeySet keySet(RocksKeyIndex index, Collection<Key> of) {
        KeySet set = index.keys();
        of.forEach(set::add);
        return set;
    }

    private Map<String, Object> look(RocksKeyIndex index, KeyIndex.@Nullable Stand stand, double openSeconds) {
        while (keys.hasNext()) {
            keys.next();
        }
        if (!keys.stand().equals(stand)) {
            throw new IllegalStateException(
                    "[bench] the index must stand at " + keys.stand() + " but does at " + stand);
        }
        SplittableRandom chosen = new SplittableRandom(SEED);
        long nanos = 0;
        double cpu = 0;
        long looked = 0;
        while (looked < lookups) {
            int[] batch = keys.batch(commitKeys, KNOWN_OF_TEN, chosen);
            KeySet wanted =
                    keySet(index, IntStream.of(batch).mapToObj(IndexKeys::key).toList());
            double cpuBefore = Child.cpuSeconds();
            long begin = System.nanoTime();
            KeyEntries found = index.find(wanted);
            nanos += System.nanoTime() - begin;
            cpu += Child.cpuSeconds() - cpuBefore;
            Map<Key, KeyIndex.Entry> told = new KeyIndex.Changes(wanted, found).byKey();
            for (int key : batch) {
                if (!keys.isRight(key, told.get(IndexKeys.key(key)))) {
                    throw new IllegalStateException("[bench] what was written last must be found but is not");
                }
            }
            looked += wanted.count();
        }
        return Map.of(
                "openSeconds", openSeconds, "lookups", looked, "lookupSeconds", nanos / 1e9, "lookupCpuSeconds", cpu);
    }
}
