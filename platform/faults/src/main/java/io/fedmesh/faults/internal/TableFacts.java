package io.fedmesh.faults.internal;

import io.fedmesh.lake.Lakehouse;
import io.fedmesh.testkit.ledger.Ledger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * One table as the ledger wants it, read through Iceberg's own interfaces: its snapshots, its live files, its rows. Every
 * live file is opened and read to its end, deletion vectors too; what is wrong with files becomes a finding. One thread.
 */
final class TableFacts {
    private static final String EPOCH = "mesh.epoch";
    private static final String COMMIT_ID = "mesh.commit-id";
    private static final long BEFORE_ALL = 0;

    private final String name;
    private final Table table;
    private final Consumer<String> findings;
    private final Map<Long, List<String>> addedBySequence = new HashMap<>();
    private final Map<String, DataFile> dataFiles = new HashMap<>();
    private final List<DeleteFile> vectors = new ArrayList<>();

    /**
     * @param name for findings
     * @param findings told what is wrong with files
     */
    TableFacts(String name, Table table, Consumer<String> findings) {
        this.name = name;
        this.table = table;
        this.findings = findings;
        readManifests();
    }

    /** Makes of a row of a file what the ledger wants of it. */
    interface RowReader<T> {
        T row(Record row, String file);
    }

    /** The snapshots that are kept, oldest first; of the last one its files too. */
    List<Ledger.Snapshot> snapshots() {
        List<Snapshot> kept = new ArrayList<>();
        Snapshot at = table.currentSnapshot();
        while (at != null) {
            kept.add(at);
            at = at.parentId() == null ? null : table.snapshot(at.parentId());
        }
        kept.sort(Comparator.comparingLong(Snapshot::sequenceNumber));
        List<Ledger.Snapshot> snapshots = new ArrayList<>();
        String before = null;
        Map<Integer, Long> offsetsBefore = Map.of();
        for (Snapshot snapshot : kept) {
            boolean isLast = snapshot == kept.get(kept.size() - 1);
            String commitId = snapshot.summary().get(COMMIT_ID);
            Map<Integer, Long> offsets = Lakehouse.offsets(snapshot);
            // Upkeep carries the newest commit on, whatever the operation is called.
            boolean isUpkeep = DataOperations.REPLACE.equals(snapshot.operation())
                    || (Objects.equals(commitId, before) && offsets.equals(offsetsBefore));
            before = commitId;
            offsetsBefore = offsets;
            snapshots.add(new Ledger.Snapshot(
                    snapshot.snapshotId(),
                    commitId,
                    Long.parseLong(snapshot.summary().getOrDefault(EPOCH, "" + BEFORE_ALL)),
                    isUpkeep,
                    offsets,
                    Lakehouse.counts(snapshot),
                    addedBySequence.getOrDefault(snapshot.sequenceNumber(), List.of()),
                    isLast ? dataFiles.keySet() : Set.of(),
                    isLast
                            ? vectors.stream()
                                    .map(vector -> String.valueOf(vector.referencedDataFile()))
                                    .toList()
                            : List.of()));
        }
        return snapshots;
    }

    /**
     * Every live row; checks that every live file exists and counts what its manifest says.
     *
     * @param seen files that were read already, to which those are added that are new
     */
    <T> List<T> rows(Seen seen, RowReader<T> reader) {
        List<T> live = new ArrayList<>();
        Set<String> locations = new HashSet<>();
        for (FileScanTask task : tasks()) {
            DataFile file = task.file();
            locations.add(file.location());
            List<T> rows = rows(file, seen, reader);
            Set<Long> deleted = deletedIn(file, task.deletes(), seen);
            for (int i = 0; i < rows.size(); i++) {
                if (!deleted.contains((long) i)) {
                    live.add(rows.get(i));
                }
            }
        }
        seen.keepFiles(table.location(), locations);
        return live;
    }

    @SuppressWarnings("unchecked")
    private <T> List<T> rows(DataFile file, Seen seen, RowReader<T> reader) {
        List<T> known = (List<T>) seen.files().get(file.location());
        if (known != null) {
            if (!table.io().newInputFile(file.location()).exists()) {
                find("a file of the snapshot must exist but does not: " + file.location());
            }
            return known;
        }
        List<T> rows = new ArrayList<>();
        try (CloseableIterable<Record> records = FormatModelRegistry.<Record, Object>readBuilder(
                        file.format(), Record.class, table.io().newInputFile(file))
                .project(table.schema())
                .idToConstant(new HashMap<>())
                .build()) {
            for (Record row : records) {
                rows.add(reader.row(row, file.location()));
            }
        } catch (IOException | RuntimeException e) {
            find("a file of the snapshot must be readable but was not: " + file.location() + ": " + e);
            return rows;
        }
        if (rows.size() != file.recordCount()) {
            find("a file must hold the " + file.recordCount() + " rows that its manifest says but holds " + rows.size()
                    + ": " + file.location());
        }
        seen.files().put(file.location(), (List<Object>) rows);
        return rows;
    }

    /** How many live files there are, deletion vectors included. */
    int files() {
        return dataFiles.size() + vectors.size();
    }

    private List<FileScanTask> tasks() {
        try (CloseableIterable<FileScanTask> planned = table.newScan().planFiles()) {
            List<FileScanTask> tasks = new ArrayList<>();
            Set<String> files = new HashSet<>();
            for (FileScanTask task : planned) {
                tasks.add(task);
                files.add(task.file().location());
            }
            if (!files.equals(dataFiles.keySet())) {
                find("a scan must read the " + dataFiles.size() + " files of the manifests but reads " + files.size());
            }
            return tasks;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ValidationException e) {
            find("a scan must be planned but was refused: " + e.getMessage());
            return List.of();
        }
    }

    private Set<Long> deletedIn(DataFile file, List<DeleteFile> deletes, Seen seen) {
        Set<Long> positions = new LinkedHashSet<>();
        for (DeleteFile delete : deletes) {
            String place = delete.location() + "@" + delete.contentOffset();
            Set<Long> known = seen.vectors().get(place);
            if (known != null) {
                positions.addAll(known);
                continue;
            }
            try {
                PositionDeleteIndex index = new BaseDeleteLoader(d -> table.io().newInputFile(d))
                        .loadPositionDeletes(List.of(delete), file.location());
                if (index.cardinality() != delete.recordCount()) {
                    find("a deletion vector must hold the " + delete.recordCount()
                            + " positions that its manifest says but holds " + index.cardinality() + ": "
                            + delete.location());
                }
                Set<Long> read = new HashSet<>();
                index.forEach(read::add);
                seen.vectors().put(place, read);
                positions.addAll(read);
            } catch (RuntimeException e) {
                find("a deletion vector must be readable but was not: " + delete.location() + ": " + e);
            }
        }
        return positions;
    }

    private void readManifests() {
        Snapshot current = table.currentSnapshot();
        if (current == null) {
            return;
        }
        for (ManifestFile manifest : current.dataManifests(table.io())) {
            try (CloseableIterable<DataFile> files = ManifestFiles.read(manifest, table.io(), table.specs())) {
                for (DataFile file : files) {
                    DataFile copy = file.copy();
                    added(copy);
                    if (dataFiles.put(copy.location(), copy) != null) {
                        find("a file must be referenced once but is referenced twice: " + copy.location());
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        for (ManifestFile manifest : current.deleteManifests(table.io())) {
            try (CloseableIterable<DeleteFile> files =
                    ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
                for (DeleteFile file : files) {
                    if (file.content() == FileContent.EQUALITY_DELETES) {
                        find("no equality delete file must be there but one is: " + file.location());
                    }
                    vectors.add(file.copy());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void added(ContentFile<?> file) {
        Long sequence = file.fileSequenceNumber();
        addedBySequence
                .computeIfAbsent(sequence == null ? BEFORE_ALL : sequence, s -> new ArrayList<>())
                .add(file.location());
    }

    private void find(String what) {
        findings.accept("[" + name + "] " + what);
    }

    /** A column's value, null where the table has no such column. */
    static @Nullable Object value(Record row, String column) {
        return row.struct().field(column) == null ? null : row.getField(column);
    }
}
