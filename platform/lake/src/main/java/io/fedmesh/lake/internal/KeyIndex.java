package io.fedmesh.lake.internal;

import io.fedmesh.wire.Version;
import java.util.List;
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

    /** The snapshot it stands for; null when it is empty or was left in the middle of a rebuild. */
    @Nullable
    Stand stand();

    /** What is known of each key, in their order; null where nothing is. */
    List<@Nullable Entry> find(List<Key> keys);

    /** Takes the changes of one commit, all or none. */
    void apply(Stand stand, Map<Key, Entry> changes);

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
