package io.fedmesh.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event of a product, typed: the full state of one entity after a change.
 *
 * @param key names the entity
 * @param op what happened
 * @param value the entity as it is now; null when it is gone
 * @param version of an entity's events the one with the higher version is the newer state; a derived event's is its offset
 * @param committedAt when the source committed the change
 * @param position where the event stands
 * @param <T> the product's class
 */
public record StateEvent<T>(
        String key, Op op, @Nullable T value, Version version, Instant committedAt, Position position) {
    /**
     * A place on a topic.
     *
     * @param offset of the record in its partition
     */
    public record Position(String topic, int partition, long offset) {}

    /** Whether the entity is gone. */
    public boolean isGone() {
        return value == null;
    }
}
