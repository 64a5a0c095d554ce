package io.fedmesh.access;

import io.fedmesh.lake.Watermark;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;

/**
 * What access needs of the lake. Implementations are thread-safe; the iterables are not. Nothing here decides who may
 * read: that is the caller's duty.
 */
public interface ProductTables {
    /** The table as it stands at this moment; empty while nothing was ever written to it. */
    Optional<Snapshot> current(TableName table);

    /** A table at one moment, whatever is written to it afterwards. */
    interface Snapshot {
        /** The table's columns. */
        Schema schema();

        /**
         * Whether a column holds what lies in the files as it is, so that a condition on it may be left to whoever reads them;
         * else a reader would learn by it what the column does not show.
         */
        default boolean isPlain(String column) {
            return true;
        }

        /** Columns that are there and not shown; of a table that is shown whole, none. */
        default Set<String> hidden() {
            return Set.of();
        }

        /** Number of rows, deleted ones included; a bound, not a count. */
        long rowsAtMost();

        /** Per partition of the product's topic, the offset of the first record that is not in. */
        Map<Integer, Long> offsets();

        /** Per earlier commit and in its order, what {@link #offsets()} was; as far back as snapshots are kept. */
        List<Map<Integer, Long>> offsetsBefore();

        /**
         * The sink's account of the product's records up to this snapshot: {@code captured}, {@code applied},
         * {@code superseded}, {@code rejected}, {@code filtered}; empty where it keeps none.
         */
        Map<String, Long> counts();

        /** Per partition of the product's topic, how far the table is complete; a partition without records lacks. */
        default Map<Integer, Watermark> watermarks() {
            return Map.of();
        }

        /**
         * The rows, streaming; close it.
         *
         * @param columns in the order wanted; not empty
         */
        CloseableIterable<Record> scan(List<String> columns);

        /**
         * As {@link #scan(List)}, for one who needs only what matches.
         *
         * @param filter over the columns wanted; rows that do not match may remain, none that does is left out
         */
        default CloseableIterable<Record> scan(List<String> columns, Expression filter) {
            return scan(columns);
        }
    }
}
