package io.fedmesh.lake.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.jspecify.annotations.Nullable;

/**
 * A sink as upkeep meets it: rows in one file a Kafka partition and commit, deletes as deletion vectors, its word in each
 * summary. It looks rows up by reading, so that it is right by itself. And the oracle of what the table must hold.
 */
final class MemorySink {
    private final MemoryLake lake;
    /** Key to state, as the table must have it. */
    final Map<Long, String> expected = new TreeMap<>();
    /** Row id of each state ever written, as first seen. */
    private final Map<String, Long> rowIds = new HashMap<>();

    private long offset;

    MemorySink(MemoryLake lake) {
        this.lake = lake;
    }

    /** One commit: these keys get new states, those go. Keys belong to Kafka partition {@code key % 2}. */
    void commit(List<Long> upserts, List<Long> deletes) {
        Table table = lake.load();
        Snapshot base = table.currentSnapshot();
        Map<Integer, List<Record>> rows = new TreeMap<>();
        Set<Long> gone = new HashSet<>(deletes);
        gone.addAll(upserts);
        for (long key : upserts) {
            GenericRecord row = GenericRecord.create(MemoryLake.ROW);
            row.setField("id", key);
            row.setField("state", "s" + offset++);
            row.setField("day", (int) (key % 3));
            rows.computeIfAbsent((int) (key % 2), p -> new ArrayList<>()).add(row);
            expected.put(key, row.get(1, String.class));
        }
        deletes.forEach(expected::remove);
        RowDelta delta = table.newRowDelta().scanManifestsWith(SameThread.POOL);
        rows.forEach((partition, list) -> write(table, partition, list).forEach(delta::addRows));
        if (base != null) {
            delta.validateFromSnapshot(base.snapshotId());
            vectors(table, base, gone, delta);
        }
        delta.set(Summary.OFFSETS, "{\"0\":" + offset + "}");
        delta.set(Summary.COMMIT_ID, "commit" + offset);
        delta.set(Summary.EPOCH, "1");
        delta.set(Summary.COUNTS, "{\"captured\":" + offset + "}");
        delta.set("mesh.watermarks", "w" + offset);
        delta.commit();
    }

    private static List<DataFile> write(Table table, int kafkaPartition, List<Record> rows) {
        OutputFileFactory files = OutputFileFactory.builderFor(table, kafkaPartition, 1)
                .format(FileFormat.PARQUET)
                .build();
        GenericFileWriterFactory writers = new GenericFileWriterFactory.Builder(table)
                .dataFileFormat(FileFormat.PARQUET)
                .dataSchema(table.schema())
                .build();
        Map<PartitionKey, DataWriter<Record>> open = new HashMap<>();
        InternalRecordWrapper wrapper = new InternalRecordWrapper(table.schema().asStruct());
        for (Record row : rows) {
            PartitionKey key = new PartitionKey(table.spec(), table.schema());
            key.partition(wrapper.wrap(row));
            open.computeIfAbsent(
                            key.copy(),
                            k -> writers.newDataWriter(
                                    files.newOutputFile(table.spec(), k),
                                    table.spec(),
                                    table.spec().isUnpartitioned() ? null : k))
                    .write(row);
        }
        List<DataFile> written = new ArrayList<>();
        for (DataWriter<Record> writer : open.values()) {
            try {
                writer.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            written.add(writer.toDataFile());
        }
        return written;
    }

    private static void vectors(Table table, Snapshot base, Set<Long> keys, RowDelta delta) {
        Map<String, FileScanTask> tasks = tasks(table, base);
        BaseDVFileWriter writer = new BaseDVFileWriter(
                OutputFileFactory.builderFor(table, 0, 1)
                        .format(FileFormat.PUFFIN)
                        .build(),
                file -> vector(table, Objects.requireNonNull(tasks.get(file))));
        for (Record row : read(table, base, "id", "_file", "_pos")) {
            if (keys.contains(row.get(0, Long.class))) {
                FileScanTask task = Objects.requireNonNull(tasks.get(row.get(1, String.class)));
                writer.delete(task.file().location(), row.get(2, Long.class), task.spec(), task.partition());
            }
        }
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        writer.result().deleteFiles().forEach(delta::addDeletes);
        writer.result().rewrittenDeleteFiles().forEach(delta::removeDeletes);
    }

    private static @Nullable PositionDeleteIndex vector(Table table, FileScanTask task) {
        return task.deletes().isEmpty()
                ? null
                : new org.apache.iceberg.data.BaseDeleteLoader(table.io()::newInputFile)
                        .loadPositionDeletes(task.deletes(), task.file().location());
    }

    private static Map<String, FileScanTask> tasks(Table table, Snapshot at) {
        Map<String, FileScanTask> tasks = new HashMap<>();
        try (CloseableIterable<FileScanTask> all =
                table.newScan().useSnapshot(at.snapshotId()).planFiles()) {
            all.forEach(task -> tasks.put(task.file().location(), task));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tasks;
    }

    /** Everything that upkeep must not break; throws what it finds. */
    void check() {
        Table table = lake.load();
        Snapshot now = table.currentSnapshot();
        if (now == null) {
            return;
        }
        Map<Long, String> rows = rows(table, now);
        if (!rows.equals(expected)) {
            throw new AssertionError("rows must be " + expected + " but were " + rows);
        }
        demand(
                ("{\"0\":" + offset + "}").equals(now.summary().get(Summary.OFFSETS))
                        && ("commit" + offset).equals(now.summary().get(Summary.COMMIT_ID))
                        && ("w" + offset).equals(now.summary().get("mesh.watermarks")),
                "the sink's word must be carried on but was " + now.summary());
        Map<String, FileScanTask> tasks = tasks(table, now);
        for (FileScanTask task : tasks.values()) {
            demand(task.deletes().size() <= 1, "a file must have one vector");
            for (DeleteFile delete : task.deletes()) {
                demand(delete.format() == FileFormat.PUFFIN, "a delete must be a deletion vector");
                demand(
                        Objects.requireNonNull(vector(table, task)).cardinality() == delete.recordCount(),
                        "a vector must delete what its manifest counts");
            }
            demand(
                    table.io().newInputFile(task.file().location()).getLength()
                            == task.file().fileSizeInBytes(),
                    "a file must be whole");
        }
        Set<String> live = tasks.keySet();
        for (ManifestFile manifest : now.deleteManifests(table.io())) {
            for (DeleteFile vector :
                    org.apache.iceberg.ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
                demand(live.contains(vector.referencedDataFile()), "a vector must not outlive its file");
            }
        }
    }

    /** Row ids go with their rows, whatever is rewritten. */
    void checkLineage() {
        Table table = lake.load();
        Schema columns = MetadataColumns.schemaWithRowLineage(table.schema());
        for (FileScanTask task :
                tasks(table, Objects.requireNonNull(table.currentSnapshot())).values()) {
            try (CloseableIterable<Record> rows =
                    org.apache.iceberg.formats.FormatModelRegistry.<Record, Object>readBuilder(
                                    FileFormat.PARQUET, Record.class, table.io().newInputFile(task.file()))
                            .project(columns)
                            .idToConstant(org.apache.iceberg.util.PartitionUtil.constantsMap(
                                    task, org.apache.iceberg.data.IdentityPartitionConverters::convertConstant))
                            .build()) {
                for (Record row : rows) {
                    Long id = (Long) row.getField(MetadataColumns.ROW_ID.name());
                    demand(id != null, "every row must have an id");
                    Long before = rowIds.putIfAbsent((String) row.getField("state"), id);
                    demand(before == null || before.equals(id), "a row must keep its id");
                    demand(
                            row.getField(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.name()) != null,
                            "every row must know its last update");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static Map<Long, String> rows(Table table, Snapshot at) {
        Map<Long, String> rows = new TreeMap<>();
        for (Record row : read(table, at, "id", "state")) {
            demand(rows.put(row.get(0, Long.class), row.get(1, String.class)) == null, "a key must stand once");
        }
        return rows;
    }

    private static List<Record> read(Table table, Snapshot at, String... columns) {
        List<org.apache.iceberg.types.Types.NestedField> fields = new ArrayList<>();
        for (String column : columns) {
            fields.add(
                    column.equals("_file")
                            ? MetadataColumns.FILE_PATH
                            : column.equals("_pos")
                                    ? MetadataColumns.ROW_POSITION
                                    : table.schema().findField(column));
        }
        List<Record> rows = new ArrayList<>();
        try (CloseableIterable<Record> records =
                TableReader.read(table, at.snapshotId(), new Schema(fields), Expressions.alwaysTrue())) {
            records.forEach(rows::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    private static void demand(boolean isSo, String what) {
        if (!isSo) {
            throw new AssertionError(what);
        }
    }
}
