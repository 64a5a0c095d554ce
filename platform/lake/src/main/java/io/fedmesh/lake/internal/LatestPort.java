package io.fedmesh.lake.internal;

import java.util.Map;
import java.util.function.BiConsumer;

/** A {@code _latest} table, which the key index can be rebuilt from. Its commits need the base to be the current snapshot. */
public interface LatestPort extends TablePort {
    /** Hands over every live row of the head: its key, version and place. */
    void rows(Head head, BiConsumer<String, KeyIndex.Entry> rows);

    /** Hands over, from {@code _history}, the deletes before these offsets as entries without a place. */
    void deletes(Map<Integer, Long> before, BiConsumer<String, KeyIndex.Entry> rows);
}
