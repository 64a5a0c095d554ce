package io.fedmesh.cdc.internal;

import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.Op;
import org.jspecify.annotations.Nullable;

/** What the source says, in its order. Log positions are compared unsigned. */
public sealed interface Change {

    /**
     * A row after a change, or a row that the snapshot found.
     *
     * @param product whose row it is
     * @param op READ for a snapshot's row
     * @param key the record's key
     * @param value the framed value; null when the row is gone
     * @param commitLsn end of the last transaction that was committed before this one; the snapshot's position for READ
     * @param lsn position of the change itself; 0 for READ
     * @param transaction the source's transaction number
     * @param committedAtMicros when the source committed it, microseconds since the epoch
     * @param refusal why the row cannot be published, {@code value} then holds its readable form; null for a good row
     */
    record Row(
            Product product,
            Op op,
            String key,
            byte @Nullable [] value,
            long commitLsn,
            long lsn,
            long transaction,
            long committedAtMicros,
            @Nullable BadRecordException refusal)
            implements Change {}

    /** Every row of a product's table is gone; parameters as of {@link Row}. */
    record Truncated(Product product, long commitLsn, long lsn, long transaction, long committedAtMicros)
            implements Change {}

    /** Every transaction that ends at or before the position has been told completely. */
    record Progress(long commitLsn) implements Change {}

    /**
     * Every row of the snapshot has been told.
     *
     * @param commitLsn the snapshot's position
     */
    record SnapshotDone(long commitLsn, long atMicros) implements Change {}
}
