package io.fedmesh.lake.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.data.GenericDeleteFilter;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;

/** Streams a snapshot's rows, decrypted, deletion vectors applied: what Iceberg's own generic reader does not do. */
final class TableReader {
    private TableReader() {}

    /**
     * The live rows of a snapshot, in the order of files and positions within a file; the records are new objects.
     *
     * @param snapshotId the snapshot
     * @param projection columns of the table, and {@code _file}, {@code _pos} where wanted
     * @param filter skips whole files by their bounds; rows that do not match may remain
     */
    static CloseableIterable<Record> read(Table table, long snapshotId, Schema projection, Expression filter) {
        return read(table, snapshotId, projection, filter, file -> true);
    }

    /** As {@link #read(Table, long, Schema, Expression)}, of the data files whose location is wanted. */
    static CloseableIterable<Record> read(
            Table table, long snapshotId, Schema projection, Expression filter, Predicate<String> isWanted) {
        TableScan scan = table.newScan().useSnapshot(snapshotId).filter(filter);
        CloseableIterable<FileScanTask> tasks = CloseableIterable.filter(
                scan.planFiles(), task -> isWanted.test(task.file().location()));
        return CloseableIterable.concat(CloseableIterable.transform(tasks, task -> rows(table, task, projection)));
    }

    /**
     * As {@link #read(Table, long, Schema, Expression)}, and parts of files are skipped as well.
     *
     * @param filter over columns of the projection
     */
    static CloseableIterable<Record> readMatching(Table table, long snapshotId, Schema projection, Expression filter) {
        TableScan scan = table.newScan().useSnapshot(snapshotId).filter(filter);
        return CloseableIterable.concat(
                CloseableIterable.transform(scan.planFiles(), task -> rows(table, task, projection, filter)));
    }

    /** As {@link #read}, of one file. */
    static CloseableIterable<Record> rows(Table table, FileScanTask task, Schema projection) {
        return rows(table, task, projection, Expressions.alwaysTrue());
    }

    /** Parts of the file whose statistics say that no row of theirs matches are not read. */
    private static CloseableIterable<Record> rows(
            Table table, FileScanTask task, Schema projection, Expression filter) {
        FileIO files = table.io();
        DecryptingDeleteFilter deletes = new DecryptingDeleteFilter(files, task, table.schema(), projection);
        Map<Integer, Object> constants = new HashMap<>();
        constants.put(MetadataColumns.FILE_PATH.fieldId(), task.file().location());
        CloseableIterable<Record> rows = FormatModelRegistry.<Record, Object>readBuilder(
                        task.file().format(), Record.class, files.newInputFile(task.file()))
                .project(deletes.requiredSchema())
                .idToConstant(constants)
                .split(task.start(), task.length())
                .filter(filter)
                .build();
        return deletes.filter(rows);
    }

    /** Iceberg's filter opens delete files by location and so never decrypts them. */
    private static final class DecryptingDeleteFilter extends GenericDeleteFilter {
        private final FileIO files;

        private DecryptingDeleteFilter(FileIO files, FileScanTask task, Schema table, Schema projection) {
            super(files, task, table, projection);
            this.files = files;
        }

        @Override
        protected InputFile loadInputFile(DeleteFile file) {
            return files.newInputFile(file);
        }
    }
}
