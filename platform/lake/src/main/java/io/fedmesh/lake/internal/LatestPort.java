package io.fedmesh.lake.internal;

import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A {@code _latest} table, which the key index of each partition can be brought up to, or rebuilt from. */
public interface LatestPort extends TablePort {
    /**
     * What became of one partition's rows between two snapshots.
     *
     * @param fromOffset the partition's offset at the older one
     * @param files data files of the partition that the newer one has and the older one had not
     * @param isTouched whether any row of the partition moved, came or went
     */
    record Tail(long fromOffset, Set<String> files, boolean isTouched) {}

    /**
     * Looks at the snapshots between an older one and a head. Commits that did not move the partition are taken at their
     * word; upkeep is not.
     *
     * @param snapshotId the older one, or {@link #NO_SNAPSHOT}
     * @param ownCommitId a commit that is passed over; null for none
     * @return null when the older one is not among the head's ancestors, or is not known any more
     */
    @Nullable
    Tail tail(int partition, long snapshotId, Head head, @Nullable String ownCommitId);

    /**
     * Hands over live rows of a partition at the head: key, version and place.
     *
     * @param files only rows of these data files; null for all
     */
    void rows(Head head, int partition, @Nullable Set<String> files, BiConsumer<Key, KeyIndex.Entry> rows);

    /** Hands over, from {@code _history}, a partition's deletes of these offsets as entries without a place. */
    void deletes(int partition, long fromOffset, long beforeOffset, BiConsumer<Key, KeyIndex.Entry> rows);
}
