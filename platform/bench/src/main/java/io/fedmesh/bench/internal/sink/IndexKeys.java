package io.fedmesh.bench.internal.sink;

import io.fedmesh.lake.internal.Key;
import io.fedmesh.lake.internal.KeyIndex;
import io.fedmesh.lake.internal.Place;
import io.fedmesh.wire.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The commits of one partition, always the same ones for the same arguments: at first new keys, then random ones that change,
 * each commit with a data file of its own. It also keeps the truth: in which commit a key stands, and where. For one thread.
 */
final class IndexKeys {
    private static final long FIRST_LSN = 0x1_6000_0000L;
    private static final long BYTES_PER_CHANGE = 184;

    private final int keys;
    private final int commitKeys;
    private final long changes;
    private final SplittableRandom random;
    /** When a key changed last: the number of the change, and so its place; -1 before the first. */
    private final int[] last;

    private long made;
    private int commits;

    /**
     * @param keys new ones
     * @param changes of keys that are there, after all of them
     * @param commitKeys keys of a commit
     */
    IndexKeys(int keys, int changes, int commitKeys, long seed) {
        this.keys = keys;
        this.commitKeys = commitKeys;
        this.changes = (long) keys + changes;
        this.random = new SplittableRandom(seed);
        this.last = new int[keys];
        java.util.Arrays.fill(last, -1);
    }

    boolean hasNext() {
        return made < changes;
    }

    boolean isFull() {
        return made >= keys;
    }

    int commits() {
        return commits;
    }

    /** What the table stands at after the commits made so far. */
    KeyIndex.Stand stand() {
        return new KeyIndex.Stand("6f1e6a3e-5f34-4b53-9a52-3cf8a5f0f0aa", commits);
    }

    /** The next commit's changes; a key that changes twice in it has its last place. */
    Map<Key, KeyIndex.Entry> next() {
        Map<Key, KeyIndex.Entry> commit = new LinkedHashMap<>(commitKeys * 2);
        List<Integer> touched = new ArrayList<>(commitKeys);
        for (int i = 0; i < commitKeys && hasNext(); i++) {
            int number = (int) made++;
            int key = number < keys ? number : random.nextInt(keys);
            last[key] = number;
            touched.add(key);
        }
        commits++;
        touched.forEach(key -> commit.put(key(key), entry(last[key])));
        return commit;
    }

    /** A batch of keys, so many of ten known, the others not; for {@link #isRight}. */
    int[] batch(int size, int knownOfTen, SplittableRandom chosen) {
        int[] batch = new int[size];
        for (int i = 0; i < size; i++) {
            batch[i] = chosen.nextInt(10) < knownOfTen ? chosen.nextInt(keys) : keys + chosen.nextInt(keys);
        }
        return batch;
    }

    static Key key(int number) {
        return Key.of("ACC-" + number);
    }

    /** Whether an index's answer is what was written. */
    boolean isRight(int key, KeyIndex.@org.jspecify.annotations.Nullable Entry found) {
        return key < keys ? entry(last[key]).equals(found) : found == null;
    }

    private KeyIndex.Entry entry(int change) {
        int commit = change / commitKeys;
        long commitLsn = FIRST_LSN + (long) change / 20 * 20 * BYTES_PER_CHANGE;
        return new KeyIndex.Entry(
                new Version(commitLsn, FIRST_LSN + change * BYTES_PER_CHANGE, 0),
                new Place(
                        "s3://lake/warehouse/bench/account_latest-0a1b2c3d/data/00000-%08x-6f1e6a3e-5f34-4b53.parquet"
                                .formatted(commit),
                        change % commitKeys));
    }
}
