package io.fedmesh.access.reconcile;

import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** The databases that products are captured from. */
public interface SourceDatabases {
    /**
     * Takes a snapshot of a database; everything read of it is as it was at that moment.
     *
     * @param connection the logical name that sources give
     */
    SourceSnapshot open(String connection);

    /** One moment of a database. One thread. */
    interface SourceSnapshot extends AutoCloseable {
        /** Which transactions it sees. */
        VisibleTransactions visible();

        /** A position of the log after the commit of every transaction that it sees. */
        long lsn();

        /**
         * Reads the rows of a statement, streaming.
         *
         * @param sql one SELECT whose columns are named as the fields
         * @param schema the fields, each filled by the column of its name
         * @param rows takes each row, values in the order of the fields; the array is reused
         */
        void read(String sql, Schema schema, Consumer<@Nullable Object[]> rows);

        @Override
        void close();
    }
}
