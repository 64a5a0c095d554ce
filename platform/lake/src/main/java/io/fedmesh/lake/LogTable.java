package io.fedmesh.lake;

import io.fedmesh.contract.ProductName;
import io.fedmesh.lake.internal.AppendedTable;
import io.fedmesh.lake.internal.ProductUpkeep;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;

/**
 * A log in a table: one row a record, each exactly once, for a log that no contract describes. It is the {@code _history}
 * table of its name, encrypted with its domain's key as every other; several processes may append, of which one is always
 * first. Used by one thread.
 *
 * <p>Every method throws {@link TableRefusedException} for a table whose metadata, key or snapshots are not what they must be,
 * and another exception when the outcome is unknown or nothing could be asked: {@link #offsets} then tells what is there.
 */
public final class LogTable {
    private final AppendedTable table;

    /**
     * Rows of one of the log's partitions.
     *
     * @param from offset that the table must stand at
     * @param to offset that it stands at afterwards
     * @param rows with the table's columns; may be fewer than offsets, and not none
     */
    public record Step(int partition, long from, long to, List<Record> rows) {
        public Step {
            rows = List.copyOf(rows);
            if (from < 0 || to <= from || rows.isEmpty()) {
                throw new IllegalArgumentException("a step must lead forward with one row or more but led from " + from
                        + " to " + to + " with " + rows.size());
            }
        }
    }

    private LogTable(AppendedTable table) {
        this.table = table;
    }

    /**
     * The table, made where it is missing; columns that it lacks are added.
     *
     * @param lakehouse stays the caller's to close
     * @param name what the log is called
     * @param columns {@code mesh_partition} and {@code mesh_offset} among them
     * @param random makes commit ids
     * @param pauseMs waits so many milliseconds between two tries of a commit of upkeep
     */
    public static LogTable open(
            Lakehouse lakehouse,
            ProductName name,
            Schema columns,
            Clock clock,
            SecureRandom random,
            LongConsumer pauseMs) {
        AppendedTable table = new AppendedTable(lakehouse.encrypted(), name, columns, clock, random, pauseMs);
        table.ensure(name.domain());
        return new LogTable(table);
    }

    /** Per partition, the offset that the table stands at; a partition without records lacks. */
    public Map<Integer, Long> offsets() {
        return table.offsets();
    }

    /**
     * Appends all of it in one commit, or nothing.
     *
     * @return false when the table stands elsewhere: somebody else was first, and nothing was appended
     */
    public boolean append(List<Step> steps) {
        return table.append(steps);
    }

    /** One round of upkeep: small files become large ones, old snapshots go. */
    public void keep() {
        table.keep();
    }

    /** Deletes files that no snapshot names and that are old, and tells how many. */
    public int deleteOrphans() {
        return table.deleteOrphans();
    }

    /** What failed, for an operator; never a record's value. */
    public static String tell(Throwable failure) {
        return ProductUpkeep.tell(failure);
    }
}
