package io.fedmesh.bench.internal.sink;

import io.fedmesh.bench.internal.measure.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/**
 * What it costs to read three columns of a whole table by Iceberg's own reader, on one thread.
 *
 * @param rows found
 * @param revisions sum of their {@code revision}
 * @param seconds that it took
 * @param cpuSeconds of this process meanwhile
 * @param dataFiles of the table
 * @param deleteFiles that apply to them, each counted once for each data file
 */
record TableRead(long rows, long revisions, double seconds, double cpuSeconds, int dataFiles, int deleteFiles) {
    private static final int READS = 8;

    /** Reads it some times: what took the least processor time, as the first of a reader are not compiled yet. */
    static TableRead least(Table table) {
        return Stream.generate(() -> once(table))
                .limit(READS)
                .min(Comparator.comparingDouble(TableRead::cpuSeconds))
                .orElseThrow();
    }

    /** Reads it. */
    static TableRead once(Table table) {
        int dataFiles = 0;
        int deleteFiles = 0;
        long rows = 0;
        long revisions = 0;
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                dataFiles++;
                deleteFiles += task.deletes().size();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        double cpu = Child.cpuSeconds();
        long begin = System.nanoTime();
        try (CloseableIterable<Record> records = IcebergGenerics.read(table)
                .select(Accounts.KEY, Accounts.REVISION, "balance")
                .build()) {
            for (Record record : records) {
                rows++;
                revisions += (Long) record.getField(Accounts.REVISION);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TableRead(
                rows, revisions, (System.nanoTime() - begin) / 1e9, Child.cpuSeconds() - cpu, dataFiles, deleteFiles);
    }
}
