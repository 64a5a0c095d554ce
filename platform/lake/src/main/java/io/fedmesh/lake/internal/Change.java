package io.fedmesh.lake.internal;

import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One record of a product's topic, found good: the entity stays in the bytes that it came in.
 *
 * @param partition of the topic
 * @param offset in the partition
 * @param timestampMs the record's timestamp: when the source committed the change
 * @param key the record's key
 * @param op what happened
 * @param version place of the change in its source's order
 * @param committedAtMicros when the source committed it, in microseconds of the epoch
 * @param transaction the source's transaction number, {@link #NO_TRANSACTION} when it has none
 * @param value the entity after the change, null when it is gone
 */
public record Change(
        int partition,
        long offset,
        long timestampMs,
        Key key,
        Op op,
        Version version,
        long committedAtMicros,
        long transaction,
        @Nullable Body value) {
    /** No transaction is known. */
    public static final long NO_TRANSACTION = io.fedmesh.wire.ChangeHeaders.NO_TRANSACTION;

    /**
     * An Avro record that is known to follow its schema to the last byte.
     *
     * @param bytes hold the record, and may hold more; not to be changed
     * @param offset where it begins
     * @param length bytes of it
     * @param schema its writer's
     */
    public record Body(byte[] bytes, int offset, int length, Schema schema) {
        /** A record that ends where the bytes do. */
        public static Body ofRest(byte[] bytes, int offset, Schema schema) {
            return new Body(bytes, offset, bytes.length - offset, schema);
        }
    }
}
