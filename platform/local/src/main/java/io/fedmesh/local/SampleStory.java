package io.fedmesh.local;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A story that the local mesh can play: a source database, a workload that changes it, and a question to the result. The
 * platform knows none; it finds one with {@link java.util.ServiceLoader}.
 */
public interface SampleStory {
    /** Name for people. */
    String name();

    /** The database that holds the story; the local mesh creates it. */
    String databaseName();

    /**
     * Creates schemas, tables and heartbeat tables in an empty database and does nothing where they exist.
     *
     * @param connection as an owner of the database; its auto-commit mode is left as it was
     */
    void createSchema(Connection connection) throws SQLException;

    /** Starts the workload on threads of its own and returns at once. */
    Workload start(WorkloadOptions options);

    /** A query across domains for DuckDB, on tables named {@code <namespace>.<product>_latest}. */
    String demoQuery();

    /**
     * How much to do.
     *
     * @param rows row changes to commit in all, about; 1 or more
     * @param duration end earlier when this has passed
     * @param seed the same seed on an empty database gives the same data
     * @param connections opens a new connection to the database at each call; the workload closes it
     */
    record WorkloadOptions(long rows, Duration duration, long seed, Supplier<Connection> connections) {
        public WorkloadOptions {
            if (rows < 1) {
                throw new IllegalArgumentException("'rows' must be 1 or more but was " + rows);
            }
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException("'duration' must be above zero but was " + duration);
            }
        }
    }

    /** A workload on its way. Thread-safe. */
    interface Workload extends AutoCloseable {
        /** Row changes (inserts, updates, deletes) committed so far; rolled back ones do not count. */
        long committedRows();

        /** Row changes that were made and rolled back so far. */
        long rolledBackRows();

        /** Transactions committed so far. */
        long transactions();

        /** Row changes that will have been committed at the end, about. */
        long targetRows();

        /** Whether it has ended, well or not; nothing is in flight then. */
        boolean isDone();

        /**
         * Waits until nothing is in flight.
         *
         * @throws IllegalStateException when the workload failed; the cause says why
         * @throws InterruptedException when the waiting thread is interrupted; the workload goes on
         */
        void await() throws InterruptedException;

        /** Ends the workload after the transaction under way, and waits for it. */
        @Override
        void close();
    }
}
