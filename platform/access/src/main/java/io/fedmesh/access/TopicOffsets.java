package io.fedmesh.access;

import java.util.Map;

/** Where topics stand now. Thread-safe. */
public interface TopicOffsets {
    /**
     * Per partition, the offset after the last record that a reader of committed records may see; empty when there is no
     * such topic.
     */
    Map<Integer, Long> end(String topic);
}
