package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.wire.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Types;

/** Which rows of a {@code _latest} table stand right, and the rows that must stand beside them, from history. */
final class CorrectRows {
    /** A file and its partition of the table. */
    private record Place(int kafkaPartition, PartitionKey partition) {}

    private final Table latest;
    private final Table history;
    private final KeyColumns key;
    private final Schema keyAndVersion;
    private final GenericFileWriterFactory writers;
    private final Map<Place, DataWriter<Record>> open = new HashMap<>();
    private long count;

    CorrectRows(Table latest, Table history, Contract contract) {
        this.latest = latest;
        this.history = history;
        this.key = new KeyColumns(latest.schema(), contract.keyFields());
        List<Types.NestedField> columns = new ArrayList<>(key.columns());
        columns.add(latest.schema().findField(TableShape.VERSION));
        columns.add(MetadataColumns.ROW_POSITION);
        this.keyAndVersion = new Schema(columns);
        this.writers = new GenericFileWriterFactory.Builder(latest)
                .dataFileFormat(FileFormat.PARQUET)
                .dataSchema(latest.schema())
                .build();
    }

    /**
     * Notes the rows of a file that must not stand, of the keys of a pass.
     *
     * @throws TableRefusedException for a row that history cannot explain: to delete it might lose what nobody else has
     */
    void compare(
            FileScanTask file,
            Events events,
            int kafkaPartition,
            int pass,
            Map<String, Events.Newest> newest,
            Map<String, BitSet> wrong) {
        int version = key.columns().size();
        try (CloseableIterable<Record> rows = TableReader.rows(latest, file, keyAndVersion)) {
            for (Record row : rows) {
                String text = key.text(row);
                if (events.isOf(kafkaPartition, pass, text)) {
                    Events.Newest event = newest.get(text);
                    Version stands = Version.parse(row.get(version, String.class));
                    if (event == null || !event.explains(stands)) {
                        throw new TableRefusedException("[" + latest.name()
                                + "] history must hold the event of every row but lacks that of one in "
                                + file.file().location() + ": it lost events, or dropped them for their age;"
                                + " replay the topic first");
                    }
                    if (!event.takes(stands)) {
                        wrong.computeIfAbsent(file.file().location(), location -> new BitSet())
                                .set(Math.toIntExact(row.get(version + 1, Long.class)));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the rows of these events. */
    void write(List<FileScanTask> files, Collection<Events.Newest> events) {
        Map<String, BitSet> wanted = new HashMap<>();
        for (Events.Newest event : events) {
            wanted.computeIfAbsent(event.file(), file -> new BitSet()).set(Math.toIntExact(event.position()));
        }
        List<Types.NestedField> columns = new ArrayList<>();
        latest.schema()
                .columns()
                .forEach(column ->
                        columns.add(Objects.requireNonNull(history.schema().findField(column.name()))));
        columns.add(Objects.requireNonNull(history.schema().findField(TableShape.PARTITION)));
        columns.add(MetadataColumns.ROW_POSITION);
        int position = columns.size() - 1;
        for (FileScanTask file : files) {
            BitSet positions = wanted.get(file.file().location());
            if (positions == null) {
                continue;
            }
            try (CloseableIterable<Record> rows = TableReader.rows(history, file, new Schema(columns))) {
                for (Record row : rows) {
                    if (positions.get(Math.toIntExact(row.get(position, Long.class)))) {
                        write(row.get(position - 1, Integer.class), row);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void write(int kafkaPartition, Record from) {
        Record row = GenericRecord.create(latest.schema());
        for (int i = 0; i < row.size(); i++) {
            row.set(i, from.get(i));
        }
        PartitionKey partition = new PartitionKey(latest.spec(), latest.schema());
        partition.partition(new InternalRecordWrapper(latest.schema().asStruct()).wrap(row));
        open.computeIfAbsent(new Place(kafkaPartition, partition), this::open).write(row);
        count++;
    }

    private DataWriter<Record> open(Place place) {
        OutputFileFactory files = OutputFileFactory.builderFor(latest, place.kafkaPartition(), 0)
                .format(FileFormat.PARQUET)
                .suffix("rebuild")
                .build();
        return latest.spec().isUnpartitioned()
                ? writers.newDataWriter(files.newOutputFile(), latest.spec(), null)
                : writers.newDataWriter(
                        files.newOutputFile(latest.spec(), place.partition()), latest.spec(), place.partition());
    }

    /** Rows written. */
    long count() {
        return count;
    }

    List<DataFile> close() {
        List<DataFile> files = new ArrayList<>();
        for (DataWriter<Record> writer : open.values()) {
            try {
                writer.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            files.add(writer.toDataFile());
        }
        return files;
    }

    /** Gives the files up: they stay behind as orphans. Never throws. */
    void discard() {
        for (DataWriter<Record> writer : open.values()) {
            try {
                writer.close();
            } catch (IOException | RuntimeException e) {
                // an orphan
            }
        }
    }

    /** Where these keys stand in a file that was written here. */
    static BitSet positions(Table latest, Contract contract, DataFile file, Set<String> keys) {
        KeyColumns key = new KeyColumns(latest.schema(), contract.keyFields());
        BitSet positions = new BitSet();
        int position = 0;
        try (CloseableIterable<Record> rows = FormatModelRegistry.<Record, Object>readBuilder(
                        file.format(), Record.class, latest.io().newInputFile(file))
                .project(new Schema(key.columns()))
                .build()) {
            for (Record row : rows) {
                if (keys.contains(key.text(row))) {
                    positions.set(position);
                }
                position++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return positions;
    }

    /** Deletes a file that is definitely in no snapshot. */
    static void delete(Table latest, DataFile file) {
        try {
            latest.io().deleteFile(file.location());
        } catch (RuntimeException e) {
            // an orphan
        }
    }
}
