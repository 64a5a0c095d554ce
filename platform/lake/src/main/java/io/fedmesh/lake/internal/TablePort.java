package io.fedmesh.lake.internal;

import io.fedmesh.lake.Watermark;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the sink needs of one table. Implementations talk to a catalog or simulate one. Used by one thread.
 *
 * <p>Several writers share a table, each with partitions of the topic of its own. A commit moves some partitions on; it
 * takes place only if they still stand where its writer started, and it carries everybody else's facts on.
 *
 * <p>Every method throws {@link io.fedmesh.lake.TableRefusedException} when the table is gone, and other runtime
 * exceptions for outages.
 */
public interface TablePort {
    /** The table was not made by its first snapshot yet. */
    long NO_SNAPSHOT = -1;

    /**
     * What a snapshot says.
     *
     * @param tableUuid the table's identity
     * @param snapshotId the snapshot, or {@link #NO_SNAPSHOT}
     * @param offsets per partition, the offset of the first record that is not in the table
     * @param epoch the highest epoch of a writer that has committed, 0 before the first
     * @param commitId the id of the newest commit of a sink
     * @param counts running totals that the sinks keep with their commits
     * @param watermarks per partition, how far the table is complete
     */
    record Head(
            String tableUuid,
            long snapshotId,
            Map<Integer, Long> offsets,
            long epoch,
            @Nullable String commitId,
            Map<String, Long> counts,
            Map<Integer, Watermark> watermarks) {
        /** A table without a snapshot. */
        public static Head none(String tableUuid) {
            return new Head(tableUuid, NO_SNAPSHOT, Map.of(), 0, null, Map.of(), Map.of());
        }

        /** The first offset of a partition that is not in the table. */
        public long next(int partition) {
            return offsets.getOrDefault(partition, 0L);
        }
    }

    /**
     * A partition's step.
     *
     * @param from the offset that the writer started from
     * @param to the offset after the commit
     * @param watermark of the records between them; null when none was readable
     */
    record Move(long from, long to, @Nullable Watermark watermark) {}

    /**
     * What a commit claims.
     *
     * @param id found among the table's snapshots exactly when the commit took place
     * @param epoch the writer's
     * @param base what the writer started from
     * @param moves the partitions that it writes; it must find them at their {@code from} when it takes place
     * @param counts what it adds to the totals
     */
    record Commit(String id, long epoch, Head base, Map<Integer, Move> moves, Map<String, Long> counts) {
        /** Whether every partition that the commit writes stands at this head where the writer started. */
        public boolean holdsOn(Head now) {
            return moves.entrySet().stream()
                    .allMatch(move -> now.next(move.getKey()) == move.getValue().from());
        }

        /** What the snapshot of this commit says when it follows this head. */
        public Head on(Head now, long snapshotId) {
            Map<Integer, Long> offsets = new HashMap<>(now.offsets());
            Map<Integer, Watermark> watermarks = new HashMap<>(now.watermarks());
            moves.forEach((partition, move) -> {
                offsets.put(partition, move.to());
                if (move.watermark() != null) {
                    watermarks.merge(partition, move.watermark(), Watermark::max);
                }
            });
            Map<String, Long> totals = new HashMap<>(now.counts());
            counts.forEach((name, count) -> totals.merge(name, count, Long::sum));
            return new Head(
                    now.tableUuid(),
                    snapshotId,
                    Map.copyOf(offsets),
                    Math.max(now.epoch(), epoch),
                    id,
                    Map.copyOf(totals),
                    Map.copyOf(watermarks));
        }
    }

    /** Files that are closed, checked and not in the table yet. */
    interface Staged {}

    /** Files in the making. No file holds records of two partitions. */
    interface Stage {
        /** Writes the change's row and tells where it will stand. */
        Place append(Change change);

        /** Deletes a row of the base snapshot. */
        void delete(Place place);

        /** Closes the files and checks their length. */
        Staged close();

        /** Gives the files up: they stay behind as orphans. Never throws. */
        void discard();
    }

    /** Loads the table anew. */
    Head head();

    /**
     * Loads the table anew and looks for a commit among the snapshots that led to the current one.
     *
     * @return the snapshot that the commit made, not a later one that carries its id on; {@link #NO_SNAPSHOT} when it did
     *     not take place
     */
    long snapshotOf(String commitId);

    /** Begins files that build on a head. */
    Stage stage(Head base);

    /**
     * Makes the files part of the table.
     *
     * @return the head that it made
     * @throws StaleBaseException when the base no longer holds: the commit did not take place
     * @throws RuntimeException any other: whether it took place is unknown until {@link #snapshotOf} was asked
     */
    Head commit(Staged staged, Commit commit);

    /** The commit did not take place, because the table moved on since the writer looked. */
    final class StaleBaseException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public StaleBaseException(String message) {
            super(message);
        }

        public StaleBaseException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
