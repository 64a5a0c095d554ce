package io.fedmesh.lake.internal;

import io.fedmesh.lake.internal.TablePort.Head;
import io.fedmesh.lake.internal.TablePort.StaleBaseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.DeleteWriteResult;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.OutputFileFactory;
import org.jspecify.annotations.Nullable;

/**
 * Files of one commit in the making: a data file for each partition of the topic and of the table, and the deletion vectors
 * of the rows that are overtaken. Used by one thread.
 */
final class IcebergStage implements TablePort.Stage {
    /** A file that is being written holds a row group in memory. */
    private static final int MAX_OPEN = 64;

    /** What of a table's writer outlives a commit. */
    record Means(DeletionVectors vectors, FilePartitions partitions, RowWriter.Plans plans) {}

    /** Files that a commit adds and the vectors that they replace. */
    record Files(List<DataFile> rows, List<DeleteFile> vectors, List<DeleteFile> replaced, Map<String, BitSet> deleted)
            implements TablePort.Staged {
        /** A writer touches only files of partitions that it moves: that is why other writers need not look. */
        void demandPartitions(Set<Integer> partitions) {
            Stream.concat(
                            rows.stream().map(DataFile::location),
                            vectors.stream().map(DeleteFile::referencedDataFile))
                    .filter(file -> !partitions.contains(FileNames.partition(file)))
                    .findAny()
                    .ifPresent(file -> {
                        throw new IllegalStateException("[" + file + "] must be of one of the partitions " + partitions
                                + " that the commit moves");
                    });
        }
    }

    /** @param partition of the table; null when it is not partitioned */
    private record Target(int kafkaPartition, @Nullable Record partition) {}

    /** An open file, and how many rows it has. */
    private static final class Rows {
        private final RowWriter writer;
        private long count;

        private Rows(RowWriter writer) {
            this.writer = writer;
        }
    }

    private final Table at;
    private final Head base;
    private final Means means;
    private final @Nullable Routing routing;
    private final Map<String, BitSet> deleted = new HashMap<>();
    private final Map<Target, Rows> open = new LinkedHashMap<>(16, 0.75f, true);
    private final List<DataFile> done = new ArrayList<>();
    private @Nullable Rows last;
    private int lastPartition;

    /** @param routing null when the table is not partitioned */
    IcebergStage(Table at, Head base, Means means, @Nullable Routing routing) {
        this.at = at;
        this.base = base;
        this.means = means;
        this.routing = routing;
    }

    @Override
    public Place append(Change change) {
        Rows rows = rows(change);
        rows.writer.write(change);
        return new Place(rows.writer.location(), rows.count++);
    }

    private Rows rows(Change change) {
        if (routing == null && last != null && change.partition() == lastPartition) {
            return last;
        }
        Target target = new Target(change.partition(), routing == null ? null : routing.of(change));
        Rows rows = open.get(target);
        if (rows == null) {
            if (open.size() == MAX_OPEN) {
                var eldest = open.entrySet().iterator();
                finish(eldest.next().getValue());
                eldest.remove();
            }
            rows = new Rows(new RowWriter(at, means.plans(), newFile(target), target.partition()));
            open.put(target, rows);
        }
        last = rows;
        lastPartition = change.partition();
        return rows;
    }

    @Override
    public void delete(Place place) {
        deleted.computeIfAbsent(place.file(), file -> new BitSet()).set(Math.toIntExact(place.position()));
    }

    @Override
    public Files close() {
        open.values().forEach(this::finish);
        open.clear();
        DeleteWriteResult result = writeVectors();
        if (!result.deleteFiles().isEmpty()) {
            DeleteFile first = result.deleteFiles().get(0);
            checkLength(first.location(), first.fileSizeInBytes());
        }
        return new Files(List.copyOf(done), result.deleteFiles(), result.rewrittenDeleteFiles(), deleted);
    }

    @Override
    public void discard() {
        open.values().forEach(rows -> rows.writer.discard());
    }

    private void finish(Rows rows) {
        DataFile file = rows.writer.close();
        checkLength(file.location(), file.fileSizeInBytes());
        done.add(file);
    }

    private DeleteWriteResult writeVectors() {
        BaseDVFileWriter writer = new BaseDVFileWriter(
                files(0, FileFormat.PUFFIN), dataFile -> means.vectors().of(at, dataFile));
        if (!deleted.isEmpty()) {
            Snapshot snapshot = at.snapshot(base.snapshotId());
            if (snapshot == null) {
                throw new StaleBaseException("[" + at.name() + "] the base's snapshot must still be known");
            }
            means.vectors().moveTo(at, snapshot);
            Map<String, FilePartitions.Where> where = means.partitions().of(at, snapshot, deleted.keySet());
            deleted.forEach((dataFile, positions) -> {
                FilePartitions.Where stands = java.util.Objects.requireNonNull(where.get(dataFile));
                positions.stream()
                        .forEach(position -> writer.delete(dataFile, position, stands.spec(), stands.partition()));
            });
        }
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return writer.result();
    }

    private EncryptedOutputFile newFile(Target target) {
        OutputFileFactory files = files(target.kafkaPartition(), FileFormat.PARQUET);
        return target.partition() == null ? files.newOutputFile() : files.newOutputFile(at.spec(), target.partition());
    }

    private OutputFileFactory files(int kafkaPartition, FileFormat format) {
        return OutputFileFactory.builderFor(at, kafkaPartition, base.epoch())
                .format(format)
                .build();
    }

    private void checkLength(String location, long written) {
        FileIO files = at.io();
        long stored = files.newInputFile(location).getLength();
        if (stored != written) {
            throw new UncheckedIOException(new IOException(
                    "[" + location + "] must have " + written + " bytes in the store but has " + stored));
        }
    }
}
