package io.fedmesh.lake;

import io.fedmesh.contract.ProductName;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one product's sink in this process stands at this moment. Counts, offsets and watermarks are the table's, as this
 * process saw it last: over its whole life, of every process's partitions, and
 * {@code captured = applied + superseded + rejected + filtered}.
 *
 * @param product the product
 * @param state what it does
 * @param message why it holds or stopped; null while it runs
 * @param captured records read from the topic
 * @param applied records written to {@code _latest} or deleted from it
 * @param superseded records overtaken by a newer version of their key within one commit
 * @param rejected records refused and kept on the rejected topic
 * @param filtered records not newer than what the table had
 * @param offsets per partition the offset of the first record that {@code _latest} does not hold
 * @param watermarks per partition how far {@code _latest} is complete
 * @param partitions the topic's partitions that this process writes now
 * @param lag records of these partitions on the topic after those, as known at the last commit; -1 when unknown
 * @param lastCommit of this process; null before the first
 * @param freshnessP50Ms median of source commit to row in the table, of this process; -1 when nothing was committed. Readers
 *     see a row of an audited product when the audit has published it
 * @param freshnessP99Ms the 99th percentile of the same
 * @param audit null for a product that is not audited
 */
public record SinkStatus(
        ProductName product,
        State state,
        @Nullable String message,
        long captured,
        long applied,
        long superseded,
        long rejected,
        long filtered,
        Map<Integer, Long> offsets,
        Map<Integer, Watermark> watermarks,
        Set<Integer> partitions,
        long lag,
        @Nullable Instant lastCommit,
        long freshnessP50Ms,
        long freshnessP99Ms,
        @Nullable AuditStatus audit) {

    /** What a product's sink does. */
    public enum State {
        STARTING,
        RUNNING,
        /** An outage: the position is held until it is over. */
        HOLDING,
        /** For good, until an operator has looked. */
        STOPPED,
        CLOSED
    }
}
