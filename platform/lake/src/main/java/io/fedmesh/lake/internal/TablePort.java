package io.fedmesh.lake.internal;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the sink needs of one table. Implementations talk to a catalog or simulate one. Used by one thread.
 *
 * <p>Every method throws {@link io.fedmesh.lake.TableRefusedException} when the table is gone, and other runtime
 * exceptions for outages.
 */
public interface TablePort {
    /** The table was not made by its first snapshot yet. */
    long NO_SNAPSHOT = -1;

    /**
     * What the current snapshot says.
     *
     * @param tableUuid the table's identity
     * @param snapshotId the current snapshot, or {@link #NO_SNAPSHOT}
     * @param offsets per partition, the offset of the first record that is not in the table
     * @param epoch the highest epoch of a writer that has committed, 0 before the first
     * @param commitId the id of the newest commit of a sink
     * @param counts running totals that the sink keeps with its commits
     */
    record Head(
            String tableUuid,
            long snapshotId,
            Map<Integer, Long> offsets,
            long epoch,
            @Nullable String commitId,
            Map<String, Long> counts) {}

    /**
     * What a commit claims.
     *
     * @param id found among the table's snapshots exactly when the commit took place
     * @param epoch the writer's
     * @param base what the writer started from; it must still hold when the commit takes place
     * @param offsets the whole map after the commit
     * @param counts the whole totals after the commit
     */
    record Commit(String id, long epoch, Head base, Map<Integer, Long> offsets, Map<String, Long> counts) {}

    /** Files that are closed, checked and not in the table yet. */
    interface Staged {}

    /** Files in the making. */
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
     * @return the head after it
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
