package io.fedmesh.lake.internal;

import io.fedmesh.wire.Version;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is known, or is to be known, of the keys of a {@link KeySet}: of each an entry or none. Used by one thread. */
public final class KeyEntries {
    private final long[] commitLsns;
    private final long[] lsns;
    private final int[] indexes;
    private final long[] positions;
    /** Null where no row stands. */
    private final @Nullable String[] files;

    private final boolean[] known;
    private int entries;

    /** No entry for any of this many keys. */
    KeyEntries(int keys) {
        commitLsns = new long[keys];
        lsns = new long[keys];
        indexes = new int[keys];
        positions = new long[keys];
        files = new @Nullable String[keys];
        known = new boolean[keys];
    }

    /** The entry of each key; {@code known} answers null where there is none. */
    public static KeyEntries of(KeySet keys, Function<Key, KeyIndex.@Nullable Entry> known) {
        KeyEntries entries = new KeyEntries(keys.count());
        for (int i = 0; i < keys.count(); i++) {
            KeyIndex.Entry entry = known.apply(keys.key(i));
            if (entry != null) {
                entries.put(i, entry);
            }
        }
        return entries;
    }

    /** Sets the entry of a key. */
    void put(int key, KeyIndex.Entry entry) {
        Version version = entry.version();
        Place place = entry.place();
        put(key, version.commitLsn(), version.lsn(), version.index(), place);
    }

    void put(int key, long commitLsn, long lsn, int index, @Nullable Place place) {
        entries += known[key] ? 0 : 1;
        known[key] = true;
        commitLsns[key] = commitLsn;
        lsns[key] = lsn;
        indexes[key] = index;
        files[key] = place == null ? null : place.file();
        positions[key] = place == null ? 0 : place.position();
    }

    /** How many keys have an entry. */
    int entries() {
        return entries;
    }

    boolean isKnown(int key) {
        return known[key];
    }

    Version version(int key) {
        return new Version(commitLsns[key], lsns[key], indexes[key]);
    }

    @Nullable
    Place place(int key) {
        String file = files[key];
        return file == null ? null : new Place(file, positions[key]);
    }
}
