package io.fedmesh.lake.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.SortOrderComparators;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.IdentityPartitionConverters;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.PartitionUtil;
import org.jspecify.annotations.Nullable;

/**
 * The live rows of some data files, written to one new file: deletion vectors applied, row ids and last updates kept
 * (format v3, "row lineage"), in the table's sort order where it has one. It remembers where each row went, so that a row
 * deleted meanwhile can be deleted in the new file too.
 */
final class FileRewrite {
    /** An input whose rows are not sorted is sorted in memory, if it is not larger than this. */
    private static final long MAX_SORTED_IN_MEMORY_ROWS = 100_000;

    /** Bounds what a writer has in memory. */
    private static final Map<String, String> ROW_GROUPS =
            Map.of(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, Integer.toString(32 << 20));

    private static final int GONE = -1;

    /** One input file, the vector that was applied, and for each of its rows the position in the new file or {@link #GONE}. */
    record Input(DataFile file, @Nullable DeleteFile vector, int[] places) {
        /** The new positions of these rows, as far as they lived when they were read. */
        BitSet moved(BitSet positions) {
            BitSet moved = new BitSet();
            positions.stream()
                    .filter(position -> places[position] != GONE)
                    .forEach(position -> moved.set(places[position]));
            return moved;
        }
    }

    private final Table table;
    private final Schema schema;
    private final List<FileScanTask> tasks;
    private final int kafkaPartition;

    private FileRewrite(Table table, List<FileScanTask> tasks, int kafkaPartition) {
        this.table = table;
        this.schema = MetadataColumns.schemaWithRowLineage(table.schema());
        this.tasks = tasks;
        this.kafkaPartition = kafkaPartition;
    }

    /**
     * What was written.
     *
     * @param output null when no row lived
     */
    record Written(List<Input> inputs, @Nullable DataFile output) {}

    /** Writes the file, closes it and checks its length. All tasks are whole files of one partition spec and partition. */
    static Written write(Table table, List<FileScanTask> tasks, int kafkaPartition) {
        return new FileRewrite(table, tasks, kafkaPartition).write();
    }

    /** The positions that a vector deletes. */
    static BitSet positions(Table table, DeleteFile vector, String dataFile) {
        BitSet positions = new BitSet();
        new BaseDeleteLoader(table.io()::newInputFile)
                .loadPositionDeletes(List.of(vector), dataFile)
                .forEach(position -> positions.set(Math.toIntExact(position)));
        return positions;
    }

    /** The positions deleted in a file, with the vector that says so; null when there are none. */
    static @Nullable PositionDeleteIndex index(Table table, @Nullable FileScanTask task) {
        return task == null || task.deletes().isEmpty()
                ? null
                : new BaseDeleteLoader(table.io()::newInputFile)
                        .loadPositionDeletes(task.deletes(), task.file().location());
    }

    private Written write() {
        List<Rows> rows = new ArrayList<>();
        Output output = null;
        try {
            SortOrder order = table.sortOrder();
            boolean isSorted = order.isSorted() && tasks.stream().allMatch(task -> canSort(task, order));
            for (FileScanTask task : tasks) {
                rows.add(new Rows(task));
            }
            if (rows.stream().anyMatch(Rows::isAnyLive)) {
                output = new Output(isSorted ? order : SortOrder.unsorted());
                if (isSorted) {
                    merge(rows, order, output);
                } else {
                    append(rows, output);
                }
            }
            DataFile file = output == null ? null : output.close();
            return new Written(rows.stream().map(Rows::input).toList(), file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            rows.forEach(Rows::closeQuietly);
            if (output != null) {
                output.closeQuietly();
            }
        }
    }

    private static boolean canSort(FileScanTask task, SortOrder order) {
        return isIn(task, order) || task.file().recordCount() <= MAX_SORTED_IN_MEMORY_ROWS;
    }

    private static boolean isIn(FileScanTask task, SortOrder order) {
        Integer id = task.file().sortOrderId();
        return id != null && id == order.orderId();
    }

    private static void append(List<Rows> rows, Output output) throws IOException {
        for (Rows from : rows) {
            while (from.next()) {
                from.goesTo(output.write(from.row()));
            }
            from.close();
        }
    }

    /** Merges inputs that are sorted, or sorted here first. */
    private void merge(List<Rows> rows, SortOrder order, Output output) throws IOException {
        Comparator<StructLike> comparator = SortOrderComparators.forSchema(schema, order);
        InternalRecordWrapper one = new InternalRecordWrapper(schema.asStruct());
        InternalRecordWrapper other = new InternalRecordWrapper(schema.asStruct());
        Comparator<Record> byOrder = (a, b) -> comparator.compare(one.wrap(a), other.wrap(b));
        PriorityQueue<Rows> queue = new PriorityQueue<>((a, b) -> byOrder.compare(a.row(), b.row()));
        for (Rows from : rows) {
            if (!isIn(from.task, order)) {
                from.sort(byOrder);
            }
            if (from.next()) {
                queue.add(from);
            }
        }
        for (Rows from = queue.poll(); from != null; from = queue.poll()) {
            from.goesTo(output.write(from.row()));
            if (from.next()) {
                queue.add(from);
            }
        }
    }

    /** The live rows of one input, one after the other. */
    private final class Rows {
        private record Row(Record row, int position) {}

        private final FileScanTask task;
        private final @Nullable DeleteFile vector;
        private final BitSet deleted;
        private final int[] places;
        private @Nullable CloseableIterator<Record> stored;
        private @Nullable List<Row> sorted;
        private int read;
        private @Nullable Row current;

        private Rows(FileScanTask task) {
            this.task = task;
            String location = task.file().location();
            for (DeleteFile delete : task.deletes()) {
                if (delete.content() != FileContent.POSITION_DELETES) {
                    throw new IllegalStateException(
                            "[" + location
                                    + "] a delete must be a deletion vector but was an equality delete: not written by the sink");
                }
            }
            if (task.deletes().size() > 1) {
                throw new IllegalStateException("[" + location + "] a data file must have one deletion vector but had "
                        + task.deletes().size());
            }
            this.vector = task.deletes().isEmpty() ? null : task.deletes().get(0);
            this.deleted = vector == null ? new BitSet() : positions(table, vector, location);
            this.places = new int[Math.toIntExact(task.file().recordCount())];
            Arrays.fill(places, GONE);
        }

        private boolean isAnyLive() {
            return deleted.cardinality() < places.length;
        }

        private boolean next() {
            if (sorted != null) {
                current = read < sorted.size() ? sorted.get(read++) : null;
                return current != null;
            }
            if (stored == null) {
                stored = open().iterator();
            }
            while (stored.hasNext()) {
                Record row = stored.next();
                int position = read++;
                if (!deleted.get(position)) {
                    current = new Row(row, position);
                    return true;
                }
            }
            if (read != places.length) {
                throw new IllegalStateException("[" + task.file().location() + "] the file must hold " + places.length
                        + " rows, as its manifest says, but held " + read);
            }
            current = null;
            return false;
        }

        private Record row() {
            return java.util.Objects.requireNonNull(current).row();
        }

        private void goesTo(int place) {
            places[java.util.Objects.requireNonNull(current).position()] = place;
        }

        private void sort(Comparator<Record> order) throws IOException {
            List<Row> all = new ArrayList<>();
            while (next()) {
                all.add(java.util.Objects.requireNonNull(current));
            }
            close();
            all.sort((a, b) -> order.compare(a.row(), b.row()));
            sorted = all;
            read = 0;
        }

        private CloseableIterable<Record> open() {
            return FormatModelRegistry.<Record, Object>readBuilder(
                            task.file().format(), Record.class, table.io().newInputFile(task.file()))
                    .project(schema)
                    .idToConstant(PartitionUtil.constantsMap(task, IdentityPartitionConverters::convertConstant))
                    .build();
        }

        private Input input() {
            return new Input(task.file(), vector, places);
        }

        private void close() throws IOException {
            if (stored != null) {
                stored.close();
                stored = null;
            }
        }

        private void closeQuietly() {
            try {
                close();
            } catch (IOException | RuntimeException e) {
                // a file that was only read
            }
        }
    }

    /** The new file. */
    private final class Output {
        private final DataWriter<Record> writer;
        private int rows;
        private boolean isClosed;

        private Output(SortOrder order) {
            FileScanTask like = tasks.get(0);
            OutputFileFactory files = OutputFileFactory.builderFor(table, kafkaPartition, 0)
                    .format(FileFormat.PARQUET)
                    .suffix("upkeep")
                    .build();
            EncryptedOutputFile file = like.spec().isUnpartitioned()
                    ? files.newOutputFile()
                    : files.newOutputFile(like.spec(), like.partition());
            this.writer = HadoopDefaults.unread(() -> new GenericFileWriterFactory.Builder(table)
                    .dataFileFormat(FileFormat.PARQUET)
                    .dataSchema(schema)
                    .dataSortOrder(order)
                    .writerProperties(ROW_GROUPS)
                    .build()
                    .newDataWriter(file, like.spec(), like.partition()));
        }

        private int write(Record row) {
            writer.write(row);
            return rows++;
        }

        private DataFile close() throws IOException {
            writer.close();
            isClosed = true;
            DataFile file = writer.toDataFile();
            long stored = table.io().newInputFile(file.location()).getLength();
            if (stored != file.fileSizeInBytes()) {
                throw new IOException("[" + file.location() + "] must have " + file.fileSizeInBytes()
                        + " bytes in the store but has " + stored);
            }
            return file;
        }

        private void closeQuietly() {
            if (!isClosed) {
                try {
                    writer.close();
                } catch (IOException | RuntimeException e) {
                    // a file that was given up
                }
            }
        }
    }
}
