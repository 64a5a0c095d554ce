package io.fedmesh.testkit.ledger;

import io.fedmesh.wire.Version;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the source did to one captured product, and what is seen of it downstream after everything was drained. States are
 * any text that is equal exactly when the rows are, for example the checksum of a canonical row. Immutable.
 *
 * @param product its name, for messages
 * @param oplog every change that the source committed, in any order
 * @param topic every committed record of the topic, in the order of offsets within a partition
 * @param isCompacted whether the broker may have dropped older records of a key from the topic
 * @param ends per partition the topic's end, markers of transactions included
 * @param rejected every record of the rejected topic
 * @param history the rows of {@code _history}
 * @param latest the live rows of {@code _latest}
 * @param historySnapshots the snapshots of {@code _history}, oldest first, from its making on
 * @param latestSnapshots the snapshots of {@code _latest}, oldest first, from its making on
 */
public record Ledger(
        String product,
        List<Told> oplog,
        List<Event> topic,
        boolean isCompacted,
        Map<Integer, Long> ends,
        List<Rejected> rejected,
        List<Row> history,
        List<Current> latest,
        List<Snapshot> historySnapshots,
        List<Snapshot> latestSnapshots) {

    /** What must have become of a change. */
    public enum Fate {
        /** It is on the topic. */
        PUBLISHED,
        /** It holds whether it is on the topic or not: the deletion of a row that may never have been published. */
        OPTIONAL,
        /** It holds if it is on the topic: a newer snapshot may have come before it was told. */
        UNCERTAIN,
        /** Capture refused it: it is on the rejected topic. */
        REJECTED
    }

    /**
     * A change that the source committed.
     *
     * @param state the row after it; null when it is gone
     * @param version its place in the source
     * @param isIndexFree whether only the version's two positions are known: the deletions that a TRUNCATE means
     * @param fate what must have become of it
     */
    public record Told(String key, @Nullable String state, Version version, boolean isIndexFree, Fate fate) {}

    /** How a record came to the topic. */
    public enum Nature {
        /** Published by capture, readable. */
        STATE,
        /** A refused record that was mended and put back: its version may be old. */
        REPLAY,
        /** Not readable: the sink must refuse it. */
        UNREADABLE
    }

    /** A record of the topic; key and version are null where they cannot be read. */
    public record Event(
            int partition,
            long offset,
            @Nullable String key,
            @Nullable String state,
            @Nullable Version version,
            Nature nature) {}

    /**
     * A record of the rejected topic.
     *
     * @param partition where it stood on the topic; -1 when capture refused it
     * @param offset where it stood on the topic
     */
    public record Rejected(
            int partition,
            long offset,
            @Nullable String key,
            @Nullable Version version) {}

    /** A row of {@code _history}. */
    public record Row(String key, @Nullable String state, Version version, int partition, long offset, String file) {}

    /** A row of {@code _latest}. */
    public record Current(String key, String state, Version version) {}

    /**
     * A snapshot of a table.
     *
     * @param commitId the sink's commit, carried on by upkeep
     * @param isUpkeep whether it rewrote files without new records
     * @param offsets per partition the next offset; empty when it says none
     * @param counts the account; empty when it says none
     * @param added files that it adds
     * @param files data files that it has
     * @param vectors the data file of each deletion vector that it has
     */
    public record Snapshot(
            long id,
            @Nullable String commitId,
            long epoch,
            boolean isUpkeep,
            Map<Integer, Long> offsets,
            Map<String, Long> counts,
            List<String> added,
            Set<String> files,
            List<String> vectors) {}
}
