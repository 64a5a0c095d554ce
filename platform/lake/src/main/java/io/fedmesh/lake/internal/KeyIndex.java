package io.fedmesh.lake.internal;

import io.fedmesh.wire.Version;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where each key of one partition's rows of a {@code _latest} table stands: a cache that can be rebuilt from the tables, never the truth. It tells
 * which snapshot it stands for, changes in one step after a commit, and is used by one thread.
 */
public interface KeyIndex extends AutoCloseable {
    /**
     * What is known of a key.
     *
     * @param version the newest version that was applied
     * @param place where its row stands, null when it was deleted
     */
    record Entry(Version version, @Nullable Place place) {}

    /** Which snapshot of which table an index stands for. */
    record Stand(String tableUuid, long snapshotId) {}

    /**
     * What a commit changed.
     *
     * @param entries of the keys that it changed; the others stay as they are
     */
    record Changes(KeySet keys, KeyEntries entries) {
        /** The same as a map. */
        public Map<Key, Entry> byKey() {
            Map<Key, Entry> all = new HashMap<>();
            for (int i = 0; i < keys.count(); i++) {
                if (entries.isKnown(i)) {
                    all.put(keys.key(i), new Entry(entries.version(i), entries.place(i)));
                }
            }
            return all;
        }

        /** Nothing changed. */
        static Changes none() {
            return new Changes(KeySet.ofSecret(0, 0), new KeyEntries(0));
        }
    }

    /** The snapshot it stands for; null when it is empty or was left in the middle of a rebuild. */
    @Nullable
    Stand stand();

    /** An empty set of keys, hashed as this index keeps them now, which spares doing so twice. */
    KeySet keys();

    /** What is known of each key. */
    KeyEntries find(KeySet keys);

    /** Takes the changes of one commit, all or none. */
    void apply(Stand stand, Changes changes);

    /** Forgets everything and takes what {@code rows} hands over; of two entries of a key the newer version stays. */
    void rebuild(Stand stand, Consumer<BiConsumer<Key, Entry>> rows);

    /**
     * Takes what {@code rows} hands over beside what is known: of two entries of a key the newer version stays, and of two
     * of one version the one that was handed over. It stands for the old snapshot until all is taken; to hand the same
     * over once more changes nothing.
     */
    void replay(Stand stand, Consumer<BiConsumer<Key, Entry>> rows);

    @Override
    void close();
}
