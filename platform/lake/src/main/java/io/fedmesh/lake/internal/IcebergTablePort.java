package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.TableRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.DeleteWriteResult;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Iceberg table of a product. A commit is refused, inside Iceberg's own retry, unless the base that the writer started
 * from still holds: for {@code _history} its offsets, for {@code _latest} the very snapshot, because the places in the key
 * index are only true there.
 */
class IcebergTablePort implements TablePort {
    /** Files that a commit adds and the vectors that they replace. */
    private record Files(
            @Nullable DataFile rows, List<DeleteFile> vectors, List<DeleteFile> replaced, Map<String, BitSet> deleted)
            implements Staged {}

    private static final Logger LOG = LoggerFactory.getLogger(IcebergTablePort.class);
    private static final int COMMITS_PER_EXPIRY = 64;
    private static final int MIN_SNAPSHOTS_KEPT = 100;
    private static final Duration SNAPSHOTS_KEPT = Duration.ofMinutes(15);

    final EncryptedCatalog catalog;
    final Contract contract;
    private final TableIdentifier identifier;
    private final boolean latest;
    private final DeletionVectors vectors = new DeletionVectors();
    private @Nullable Table table;
    private @Nullable String uuid;
    private GenericRowWriter.@Nullable Plan plan;
    private int planSchema = -1;
    private long commits;

    IcebergTablePort(EncryptedCatalog catalog, Contract contract, boolean latest) {
        this.catalog = catalog;
        this.contract = contract;
        this.latest = latest;
        this.identifier = ProductTables.identifier(contract.name(), latest);
    }

    @Override
    public Head head() {
        Table loaded = load();
        return head(loaded, loaded.currentSnapshot());
    }

    @Override
    public long snapshotOf(String commitId) {
        Table loaded = load();
        Snapshot own = loaded.currentSnapshot() == null ? null : find(loaded, commitId);
        return own == null ? NO_SNAPSHOT : own.snapshotId();
    }

    @Override
    public Stage stage(Head base) {
        return new IcebergStage(at(base), base);
    }

    @Override
    public Head commit(Staged staged, Commit commit) {
        Files files = (Files) staged;
        Table at = table();
        try {
            if (files.vectors().isEmpty()) {
                var append = at.newAppend();
                if (files.rows() != null) {
                    append.appendFile(files.rows());
                }
                describe(append, commit).commit();
            } else {
                describe(delta(at, files, commit), commit).commit();
            }
        } catch (ValidationException e) {
            throw new StaleBaseException(
                    "[" + identifier + "] the base of commit " + commit.id() + " must still hold", e);
        } catch (NoSuchTableException e) {
            throw gone(e);
        }
        Snapshot own = find(at, commit.id());
        if (own == null) {
            throw new StaleBaseException("[" + identifier + "] commit " + commit.id() + " cannot be seen yet");
        }
        vectors.committed(own.snapshotId(), files.vectors(), files.deleted());
        if (++commits % COMMITS_PER_EXPIRY == 0) {
            expire(at);
        }
        return head(at, own);
    }

    private static RowDelta delta(Table at, Files files, Commit commit) {
        RowDelta delta = at.newRowDelta().validateFromSnapshot(commit.base().snapshotId());
        if (files.rows() != null) {
            delta.addRows(files.rows());
        }
        files.vectors().forEach(delta::addDeletes);
        files.replaced().forEach(delta::removeDeletes);
        return delta.validateDeletedFiles()
                .validateDataFilesExist(files.vectors().stream()
                        .map(DeleteFile::referencedDataFile)
                        .toList());
    }

    private SnapshotUpdate<?> describe(SnapshotUpdate<?> update, Commit commit) {
        update.set(Summary.COMMIT_ID, commit.id());
        update.set(Summary.EPOCH, Long.toString(commit.epoch()));
        update.set(Summary.OFFSETS, Summary.write(commit.offsets()));
        update.set(Summary.COUNTS, Summary.write(commit.counts()));
        update.validateWith(new BaseHolds(commit));
        return update;
    }

    /** Runs on the refreshed base of every attempt. */
    private final class BaseHolds implements SnapshotAncestryValidator {
        private final Commit commit;

        private BaseHolds(Commit commit) {
            this.commit = commit;
        }

        @Override
        public boolean validate(Iterable<Snapshot> ancestors) {
            var it = ancestors.iterator();
            long current = it.hasNext() ? it.next().snapshotId() : NO_SNAPSHOT;
            if (current == commit.base().snapshotId()) {
                return true;
            }
            if (latest) {
                return false;
            }
            for (Snapshot ancestor : ancestors) {
                if (ancestor.summary().containsKey(Summary.OFFSETS)) {
                    return Summary.offsets(ancestor.summary().get(Summary.OFFSETS))
                                    .equals(commit.base().offsets())
                            && Long.parseLong(ancestor.summary().getOrDefault(Summary.EPOCH, "0")) <= commit.epoch();
                }
            }
            return commit.base().offsets().isEmpty();
        }

        @Override
        public String errorMessage() {
            return "the table moved on since the sink looked";
        }
    }

    /**
     * Drops old snapshots from the metadata file, which every commit writes as a whole. Their files stay: to delete files
     * is the work of a clean-up that knows legal holds.
     */
    private void expire(Table at) {
        try {
            at.expireSnapshots()
                    .expireOlderThan(at.currentSnapshot().timestampMillis() - SNAPSHOTS_KEPT.toMillis())
                    .retainLast(MIN_SNAPSHOTS_KEPT)
                    .cleanExpiredFiles(false)
                    .commit();
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("table", identifier)
                    .log("old snapshots could not be dropped; the next try will: {}", Failures.tell(e));
        }
    }

    /** The table as loaded last. */
    Table table() {
        return Objects.requireNonNull(table, "load the head first");
    }

    /** The table at a head: as loaded last, if it still stands there. */
    Table at(Head base) {
        Table at = table();
        Snapshot current = at.currentSnapshot();
        if ((current == null ? NO_SNAPSHOT : current.snapshotId()) != base.snapshotId()) {
            throw new StaleBaseException("[" + identifier + "] the table moved on since the sink looked");
        }
        return at;
    }

    private Table load() {
        Table loaded;
        try {
            loaded = catalog.loadTable(identifier);
        } catch (NoSuchTableException e) {
            throw gone(e);
        }
        if (uuid != null && !uuid.equals(loaded.uuid().toString())) {
            throw new TableRefusedException("[" + identifier + "] the table must be " + uuid + " but is "
                    + loaded.uuid() + ": it was dropped and made anew under the sink");
        }
        uuid = loaded.uuid().toString();
        table = loaded;
        return loaded;
    }

    private TableRefusedException gone(NoSuchTableException e) {
        return new TableRefusedException(
                "[" + identifier + "] the table must exist but does not: it was dropped or renamed under the sink", e);
    }

    private static Head head(Table at, @Nullable Snapshot snapshot) {
        String uuid = at.uuid().toString();
        if (snapshot == null) {
            return new Head(uuid, NO_SNAPSHOT, Map.of(), 0, null, Map.of());
        }
        for (Snapshot ancestor : SnapshotUtil.ancestorsOf(snapshot.snapshotId(), at::snapshot)) {
            Map<String, String> summary = ancestor.summary();
            if (summary.containsKey(Summary.OFFSETS)) {
                return new Head(
                        uuid,
                        snapshot.snapshotId(),
                        Summary.offsets(summary.get(Summary.OFFSETS)),
                        Long.parseLong(summary.getOrDefault(Summary.EPOCH, "0")),
                        summary.get(Summary.COMMIT_ID),
                        Summary.counts(summary.get(Summary.COUNTS)));
            }
        }
        throw new TableRefusedException("[" + at.name() + "] some snapshot must hold '" + Summary.OFFSETS
                + "' but none does: the table was written by something else, or its snapshots were expired by it");
    }

    /** The commit's own snapshot: the oldest that says its id, because upkeep carries the id on. */
    private static @Nullable Snapshot find(Table at, String commitId) {
        Snapshot current = Objects.requireNonNull(at.currentSnapshot());
        Snapshot own = null;
        for (Snapshot ancestor : SnapshotUtil.ancestorsOf(current.snapshotId(), at::snapshot)) {
            if (commitId.equals(ancestor.summary().get(Summary.COMMIT_ID))) {
                own = ancestor;
            }
        }
        return own;
    }

    private GenericRowWriter.Plan plan(Table at) {
        if (plan == null || planSchema != at.schema().schemaId()) {
            plan = new GenericRowWriter.Plan(at.schema(), contract);
            planSchema = at.schema().schemaId();
        }
        return plan;
    }

    private final class IcebergStage implements Stage {
        private final Table at;
        private final Head base;
        private final Map<String, BitSet> deleted = new HashMap<>();
        private @Nullable RowWriter writer;
        private long rows;

        private IcebergStage(Table at, Head base) {
            this.at = at;
            this.base = base;
        }

        @Override
        public Place append(Change change) {
            if (writer == null) {
                writer = new GenericRowWriter(
                        at, plan(at), files(FileFormat.PARQUET).newOutputFile());
            }
            writer.write(change);
            return new Place(writer.location(), rows++);
        }

        @Override
        public void delete(Place place) {
            deleted.computeIfAbsent(place.file(), file -> new BitSet()).set(Math.toIntExact(place.position()));
        }

        @Override
        public Staged close() {
            DataFile file = null;
            if (writer != null) {
                file = writer.close();
                checkLength(file.location(), file.fileSizeInBytes());
            }
            DeleteWriteResult result = writeVectors();
            if (!result.deleteFiles().isEmpty()) {
                DeleteFile first = result.deleteFiles().get(0);
                checkLength(first.location(), first.fileSizeInBytes());
            }
            return new Files(file, result.deleteFiles(), result.rewrittenDeleteFiles(), deleted);
        }

        @Override
        public void discard() {
            if (writer != null) {
                writer.discard();
            }
        }

        private DeleteWriteResult writeVectors() {
            if (!deleted.isEmpty()) {
                at(base);
                vectors.moveTo(at, at.currentSnapshot());
            }
            BaseDVFileWriter vectorWriter =
                    new BaseDVFileWriter(files(FileFormat.PUFFIN), dataFile -> vectors.of(at, dataFile));
            deleted.forEach((dataFile, positions) ->
                    positions.stream().forEach(position -> vectorWriter.delete(dataFile, position, at.spec(), null)));
            try {
                vectorWriter.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return vectorWriter.result();
        }

        private OutputFileFactory files(FileFormat format) {
            return OutputFileFactory.builderFor(at, 0, base.epoch())
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
}
