package io.fedmesh.access;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** How far a table is behind its topic. Thread-safe. */
public interface TopicLag extends TopicOffsets {
    /**
     * The timestamp of the oldest committed record at or behind these offsets, each partition's first looked at; empty when
     * there is none.
     *
     * @param from by partition; one that is not named is looked at from its beginning
     * @param end by partition, as {@link #end} told it
     */
    Optional<Instant> oldestBehind(String topic, Map<Integer, Long> from, Map<Integer, Long> end);
}
