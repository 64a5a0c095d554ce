package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.TableRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.io.OutputFileFactory;

/**
 * Makes {@code _latest} what {@code _history} says, beside live sinks: of each key the newest event among those that
 * {@code _latest} has applied, by its offsets. Rows that stand right stay; others are deleted, and what is missing is
 * written, all in one commit at the offsets that the table has by then. A row that was overtaken between the read and the
 * commit is deleted in the same commit; a row that was wrong is wrong for ever, whatever came since.
 *
 * <p>It compares by version, not by content. Memory is bounded: keys are taken in passes. Used by one thread.
 */
final class LatestRebuild {
    private static final int MAX_ROUNDS = 6;
    private static final int MAX_TRIES = 10;
    private static final long PAUSE_MS = 60;

    private final Supplier<Table> loadHistory;
    private final Supplier<Table> loadLatest;
    private final Contract contract;
    private final Supplier<String> ids;
    private final LongConsumer pauseMs;

    LatestRebuild(
            Supplier<Table> loadHistory,
            Supplier<Table> loadLatest,
            Contract contract,
            Supplier<String> ids,
            LongConsumer pauseMs) {
        this.loadHistory = loadHistory;
        this.loadLatest = loadLatest;
        this.contract = contract;
        this.ids = ids;
        this.pauseMs = pauseMs;
    }

    /** Rows that were missing and are there, and rows that were wrong and are gone. */
    record Result(long added, long removed) {}

    /**
     * Rebuilds until a whole comparison finds nothing to do.
     *
     * @throws TableRefusedException when history does not hold what {@code _latest} has applied
     */
    Result run() {
        long added = 0;
        long removed = 0;
        for (int round = 1; round <= MAX_ROUNDS; round++) {
            Correction correction = compare();
            if (correction.isNothing()) {
                return new Result(added, removed);
            }
            Result done = correction.commit();
            added += done.added();
            removed += done.removed();
        }
        throw new TablePort.StaleBaseException("[" + contract.name()
                + "] the table was rewritten again and again while it was rebuilt; try once more");
    }

    /** Reads both tables, writes what is missing and notes what is wrong; nothing of it is in the table yet. */
    Correction compare() {
        Table latest = loadLatest.get();
        Snapshot at = latest.currentSnapshot();
        if (at == null) {
            return new Correction(latest, Map.of(), Map.of(), List.of(), 0);
        }
        Map<Integer, Long> applied =
                Summary.offsets(CarriedCommit.carried(latest, at).get(Summary.OFFSETS));
        Table history = loadHistory.get();
        Events events = Events.of(history, applied);
        CorrectRows rows = new CorrectRows(latest, history, contract);
        Map<String, BitSet> wrong = new TreeMap<>();
        Set<Integer> partitions = new TreeSet<>(events.partitions());
        Map<Integer, List<FileScanTask>> files = files(latest, at);
        partitions.addAll(files.keySet());
        try {
            for (Integer partition : partitions) {
                for (int pass = 0; pass < events.passes(partition); pass++) {
                    Map<String, Events.Newest> newest = events.newest(partition, pass);
                    for (FileScanTask task : files.getOrDefault(partition, List.of())) {
                        rows.compare(task, events, partition, pass, newest, wrong);
                    }
                    newest.values().removeIf(event -> event.isStanding() || event.isDelete());
                    rows.write(events.files(partition), newest.values());
                }
            }
            return new Correction(latest, applied, wrong, rows.close(), rows.count());
        } catch (RuntimeException e) {
            rows.discard();
            throw e;
        }
    }

    private static Map<Integer, List<FileScanTask>> files(Table table, Snapshot at) {
        Map<Integer, List<FileScanTask>> files = new HashMap<>();
        for (FileScanTask task : Events.tasks(table, at)) {
            files.computeIfAbsent(FileNames.partition(task.file().location()), p -> new ArrayList<>())
                    .add(task);
        }
        return files;
    }

    /** What is to be done to the table as it was read. */
    final class Correction {
        private final Table latest;
        private final Map<Integer, Long> applied;
        private final Map<String, BitSet> wrong;
        private final List<DataFile> files;
        private final long added;

        private Correction(
                Table latest, Map<Integer, Long> applied, Map<String, BitSet> wrong, List<DataFile> files, long added) {
            this.latest = latest;
            this.applied = applied;
            this.wrong = wrong;
            this.files = files;
            this.added = added;
        }

        boolean isNothing() {
            return wrong.isEmpty() && files.isEmpty();
        }

        /** Does it; nothing was done where files that it read were rewritten meanwhile: compare anew then. */
        Result commit() {
            for (int tries = 1; tries <= MAX_TRIES; tries++) {
                latest.refresh();
                Snapshot now = Objects.requireNonNull(latest.currentSnapshot());
                Map<String, FileScanTask> touched = new HashMap<>();
                for (FileScanTask task : Events.tasks(latest, now)) {
                    if (wrong.containsKey(task.file().location())) {
                        touched.put(task.file().location(), task);
                    }
                }
                if (touched.size() < wrong.size()) {
                    break;
                }
                RowDelta delta = latest.newRowDelta().validateFromSnapshot(now.snapshotId());
                files.forEach(delta::addRows);
                long overtaken = vectors(now, touched, delta);
                delta.validateDeletedFiles().validateDataFilesExist(touched.keySet());
                if (CarriedCommit.commit(latest, now, delta, ids.get())) {
                    long removed = wrong.values().stream()
                            .mapToLong(BitSet::cardinality)
                            .sum();
                    return new Result(added - overtaken, removed);
                }
                pauseMs.accept(PAUSE_MS * tries);
            }
            files.forEach(file -> CorrectRows.delete(latest, file));
            return new Result(0, 0);
        }

        private long vectors(Snapshot now, Map<String, FileScanTask> touched, RowDelta delta) {
            BaseDVFileWriter writer = new BaseDVFileWriter(
                    OutputFileFactory.builderFor(latest, 0, 0)
                            .format(FileFormat.PUFFIN)
                            .suffix("upkeep")
                            .build(),
                    location -> FileRewrite.index(latest, touched.get(location)));
            wrong.forEach((location, positions) -> {
                FileScanTask task = Objects.requireNonNull(touched.get(location));
                positions.stream().forEach(p -> writer.delete(location, p, task.spec(), task.partition()));
            });
            Set<String> changed = changedSince(now);
            long overtaken = 0;
            if (!changed.isEmpty()) {
                for (DataFile file : files) {
                    BitSet positions = CorrectRows.positions(latest, contract, file, changed);
                    overtaken += positions.cardinality();
                    positions.stream()
                            .forEach(p -> writer.delete(
                                    file.location(), p, latest.specs().get(file.specId()), file.partition()));
                }
            }
            try {
                writer.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            writer.result().deleteFiles().forEach(delta::addDeletes);
            writer.result().rewrittenDeleteFiles().forEach(delta::removeDeletes);
            return overtaken;
        }

        /** Keys of events that the table applied since it was read; of partitions that this writes to. */
        private Set<String> changedSince(Snapshot now) {
            Map<Integer, Long> reached =
                    Summary.offsets(CarriedCommit.carried(latest, now).get(Summary.OFFSETS));
            Set<String> keys = new HashSet<>();
            if (files.isEmpty() || reached.equals(applied)) {
                return keys;
            }
            Table history = loadHistory.get();
            reached.forEach(
                    (partition, to) -> Events.keys(history, partition, applied.getOrDefault(partition, 0L), to, keys));
            return keys;
        }
    }
}
