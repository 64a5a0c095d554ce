package io.fedmesh.lake.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites data files of one table beside a live sink. It reads at one snapshot and commits at whatever the table is by
 * then: files that are gone drop out, and a row that was deleted since is deleted in the new file, in the same commit. So
 * no delete is lost between read and commit, and a table that never rests is compacted too.
 *
 * <p>It keeps no state: after a crash the next round plans anew, and files that were not committed are orphans. Used by
 * one thread.
 */
final class Compaction {
    private static final int MAX_TRIES = 10;
    private static final long PAUSE_MS = 60;
    /** Candidates remembered while planning. */
    private static final int MAX_CANDIDATES = 20_000;

    private final Table table;
    private final CompactionPlan plan;
    private final Supplier<String> ids;
    private final LongConsumer pauseMs;

    /**
     * @param table loaded anew
     * @param ids a new id, never the same twice
     * @param pauseMs waits so long
     */
    Compaction(Table table, CompactionPlan plan, Supplier<String> ids, LongConsumer pauseMs) {
        this.table = table;
        this.plan = plan;
        this.ids = ids;
        this.pauseMs = pauseMs;
    }

    /**
     * What a round did.
     *
     * @param filesBefore data files that were replaced
     * @param filesAfter data files in their place
     * @param vectors deletion vectors that went with them
     * @param bytes of the replaced files
     * @param groupsGivenUp groups whose files were replaced by somebody else meanwhile
     */
    record Result(int filesBefore, int filesAfter, int vectors, long bytes, int groupsGivenUp) {
        static final Result NOTHING = new Result(0, 0, 0, 0, 0);
    }

    /** Plans, reads and writes; null when there is nothing to do. */
    @Nullable
    Rewritten read() {
        Snapshot at = table.currentSnapshot();
        if (at == null || CarriedCommit.carried(table, at).isEmpty()) {
            return null;
        }
        List<CompactionPlan.Candidate<FileScanTask>> candidates = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(at.snapshotId()).planFiles()) {
            for (FileScanTask task : tasks) {
                if (FileNames.partition(task.file().location()) == FileNames.NONE) {
                    continue; // not a sink's: nobody says which rows may meet
                }
                CompactionPlan.Candidate<FileScanTask> candidate = candidate(task);
                if (plan.isCandidate(candidate)) {
                    candidates.add(candidate);
                    if (candidates.size() == MAX_CANDIDATES) {
                        break;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<FileRewrite.Written> written = new ArrayList<>();
        for (CompactionPlan.Group<FileScanTask> group : plan.groups(candidates)) {
            List<FileScanTask> tasks =
                    group.files().stream().map(CompactionPlan.Candidate::file).toList();
            int partition = FileNames.partition(tasks.get(0).file().location());
            written.add(FileRewrite.write(table, tasks, partition));
        }
        return written.isEmpty() ? null : new Rewritten(at, written);
    }

    private static CompactionPlan.Candidate<FileScanTask> candidate(FileScanTask task) {
        DataFile file = task.file();
        long deleted =
                task.deletes().stream().mapToLong(DeleteFile::recordCount).sum();
        Long sequence = file.dataSequenceNumber();
        return new CompactionPlan.Candidate<>(
                task,
                FileNames.partition(file.location()) + " " + file.specId() + " "
                        + task.spec().partitionToPath(file.partition()),
                sequence == null ? 0 : sequence,
                file.fileSizeInBytes(),
                file.recordCount(),
                deleted);
    }

    /** New files that are not in the table yet. */
    final class Rewritten {
        private final Set<String> inputs = new HashSet<>();
        /** Vectors that came since the read, the newest of each data file. */
        private final Map<String, DeleteFile> vectors = new HashMap<>();

        private final Set<String> gone = new HashSet<>();
        private final List<FileRewrite.Written> written;
        private Snapshot seen;

        private Rewritten(Snapshot at, List<FileRewrite.Written> written) {
            this.seen = at;
            this.written = written;
            written.forEach(group ->
                    group.inputs().forEach(input -> inputs.add(input.file().location())));
        }

        /**
         * Puts the new files into the table in place of the old.
         *
         * @throws RuntimeException when the outcome is unknown, or nothing could be asked: the new files stay behind
         */
        Result commit() {
            for (int tries = 1; tries <= MAX_TRIES; tries++) {
                table.refresh();
                Snapshot now = java.util.Objects.requireNonNull(table.currentSnapshot());
                if (!follow(now)) {
                    break;
                }
                List<FileRewrite.Written> whole = written.stream()
                        .filter(group -> group.inputs().stream()
                                .noneMatch(input -> gone.contains(input.file().location())))
                        .toList();
                if (whole.isEmpty()) {
                    break;
                }
                if (CarriedCommit.commit(table, now, rewrite(now, whole), ids.get())) {
                    discard(written.stream()
                            .filter(group -> !whole.contains(group))
                            .toList());
                    return result(whole);
                }
                pauseMs.accept(PAUSE_MS * tries);
            }
            discard(written);
            return new Result(0, 0, 0, 0, written.size());
        }

        private RewriteFiles rewrite(Snapshot now, List<FileRewrite.Written> whole) {
            RewriteFiles rewrite = table.newRewrite().validateFromSnapshot(now.snapshotId());
            BaseDVFileWriter late = new BaseDVFileWriter(
                    OutputFileFactory.builderFor(table, 0, 0)
                            .format(FileFormat.PUFFIN)
                            .suffix("upkeep")
                            .build(),
                    dataFile -> null);
            for (FileRewrite.Written group : whole) {
                DataFile output = group.output();
                for (FileRewrite.Input input : group.inputs()) {
                    String location = input.file().location();
                    rewrite.deleteFile(input.file());
                    DeleteFile vector = vectors.getOrDefault(location, input.vector());
                    if (vector != null) {
                        rewrite.deleteFile(vector);
                    }
                    if (output != null && vectors.containsKey(location)) {
                        BitSet positions = input.moved(FileRewrite.positions(table, vectors.get(location), location));
                        positions.stream()
                                .forEach(position -> late.delete(
                                        output.location(),
                                        position,
                                        table.specs().get(output.specId()),
                                        output.partition()));
                    }
                }
                if (output != null) {
                    rewrite.addFile(output);
                }
            }
            try {
                late.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            late.result().deleteFiles().forEach(rewrite::addFile);
            return rewrite;
        }

        /** Learns what became of the inputs up to a snapshot; false when the way there cannot be seen. */
        private boolean follow(Snapshot now) {
            List<Snapshot> steps = new ArrayList<>();
            for (Snapshot step = now; step.snapshotId() != seen.snapshotId(); ) {
                steps.add(0, step);
                Long parent = step.parentId();
                Snapshot before = parent == null ? null : table.snapshot(parent);
                if (before == null) {
                    return false;
                }
                step = before;
            }
            for (Snapshot step : steps) {
                SnapshotChanges changes =
                        SnapshotChanges.builderFor(table).snapshot(step).build();
                changes.removedDataFiles().forEach(file -> gone.add(file.location()));
                changes.addedDeleteFiles().forEach(vector -> {
                    String dataFile = vector.referencedDataFile();
                    if (dataFile != null && inputs.contains(dataFile)) {
                        vectors.put(dataFile, vector);
                    }
                });
            }
            gone.retainAll(inputs);
            seen = now;
            return true;
        }

        private Result result(List<FileRewrite.Written> whole) {
            int before = 0;
            int after = 0;
            int vectorsGone = 0;
            long bytes = 0;
            for (FileRewrite.Written group : whole) {
                before += group.inputs().size();
                after += group.output() == null ? 0 : 1;
                for (FileRewrite.Input input : group.inputs()) {
                    bytes += input.file().fileSizeInBytes();
                    vectorsGone += input.vector() != null
                                    || vectors.containsKey(input.file().location())
                            ? 1
                            : 0;
                }
            }
            return new Result(before, after, vectorsGone, bytes, written.size() - whole.size());
        }

        /** Only after every try ended with a definite no: no snapshot can name these files. */
        private void discard(List<FileRewrite.Written> groups) {
            for (FileRewrite.Written group : groups) {
                if (group.output() != null) {
                    try {
                        table.io().deleteFile(group.output().location());
                    } catch (RuntimeException e) {
                        // an orphan then
                    }
                }
            }
        }
    }
}
