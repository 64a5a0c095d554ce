package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.lake.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Iceberg table of a product, which several sinks may share. Each try of a commit takes the newest snapshot, demands
 * that the partitions that it writes stand there where their writer started, adds its steps and counts to what that
 * snapshot says, and takes place only if nothing came between; Iceberg's own retries never commit a summary that was made
 * for an older base. That no row of ours was deleted or moved meanwhile, Iceberg's validations of the deletion vectors say.
 */
class IcebergTablePort implements TablePort {
    private static final Logger LOG = LoggerFactory.getLogger(IcebergTablePort.class);
    private static final int COMMITS_PER_EXPIRY = 64;
    private static final int MIN_SNAPSHOTS_KEPT = 100;
    private static final Duration SNAPSHOTS_KEPT = Duration.ofMinutes(15);
    /** Of several sinks that commit at once one gets through in each round. */
    private static final int MAX_CONFLICTS = 20;

    final EncryptedCatalog catalog;
    final Contract contract;
    private final TableIdentifier identifier;
    private final boolean latest;
    private final @Nullable Tokens tokens;
    private final IcebergStage.Means means;
    private @Nullable Table table;
    private @Nullable String uuid;
    private @Nullable Routing routing;
    private long commits;

    IcebergTablePort(EncryptedCatalog catalog, Contract contract, boolean latest) {
        this.catalog = catalog;
        this.contract = contract;
        this.latest = latest;
        this.identifier = ProductTables.identifier(contract.name(), latest);
        this.tokens = Tokens.of(contract, catalog.tokenKeys());
        this.means = new IcebergStage.Means(
                new DeletionVectors(), new FilePartitions(), new RowWriter.Plans(contract, tokens));
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
        Table at = table();
        if (at.spec().isUnpartitioned()) {
            return new IcebergStage(at, base, means, null);
        }
        if (routing == null || !routing.isOf(at)) {
            routing = new Routing(at, contract);
        }
        return new IcebergStage(at, base, means, routing);
    }

    @Override
    public Head commit(Staged staged, Commit commit) {
        IcebergStage.Files files = (IcebergStage.Files) staged;
        files.demandPartitions(commit.moves().keySet());
        Table at = table();
        for (int tries = 1; ; tries++) {
            try {
                at.refresh();
            } catch (NoSuchTableException e) {
                throw gone(e);
            }
            ProductTables.demandNewest(at, contract);
            Head now = head(at, at.currentSnapshot());
            long base = commit.base().snapshotId();
            boolean isSeen = base == NO_SNAPSHOT || at.snapshot(base) != null;
            if (!commit.holdsOn(now) || (latest && !(isSeen && CarriedCommit.isOfSinks(at, base, now.snapshotId())))) {
                throw new StaleBaseException("[" + identifier + "] the base of commit " + commit.id() + " must hold");
            }
            Unmoved unmoved = new Unmoved(now.snapshotId());
            try {
                SnapshotUpdate<?> update = describe(update(at, files, commit), commit.on(now, NO_SNAPSHOT));
                update.validateWith(unmoved);
                update.commit();
                break;
            } catch (ValidationException e) {
                if (!unmoved.isRefused || tries == MAX_CONFLICTS) {
                    means.vectors().forget();
                    throw new StaleBaseException(
                            "[" + identifier + "] the files of commit " + commit.id() + " must fit the table", e);
                }
            } catch (CommitFailedException e) {
                if (tries == MAX_CONFLICTS) {
                    throw e;
                }
            } catch (NoSuchTableException e) {
                throw gone(e);
            }
        }
        Snapshot own = find(at, commit.id());
        if (own == null) {
            throw new StaleBaseException("[" + identifier + "] commit " + commit.id() + " cannot be seen yet");
        }
        means.vectors().committed(own, files.vectors(), files.deleted());
        means.partitions().committed(at, files.rows());
        if (++commits % COMMITS_PER_EXPIRY == 0) {
            expire(at);
        }
        return head(at, own);
    }

    /** The data files of what {@link Stage#close} answered. */
    static List<DataFile> rows(Staged staged) {
        return ((IcebergStage.Files) staged).rows();
    }

    private static SnapshotUpdate<?> update(Table at, IcebergStage.Files files, Commit commit) {
        if (files.vectors().isEmpty()) {
            AppendFiles append = at.newAppend();
            files.rows().forEach(append::appendFile);
            return append;
        }
        RowDelta delta = at.newRowDelta();
        if (commit.base().snapshotId() != NO_SNAPSHOT) {
            delta.validateFromSnapshot(commit.base().snapshotId());
        }
        files.rows().forEach(delta::addRows);
        files.vectors().forEach(delta::addDeletes);
        files.replaced().forEach(delta::removeDeletes);
        return delta.validateDeletedFiles()
                .validateDataFilesExist(files.vectors().stream()
                        .map(DeleteFile::referencedDataFile)
                        .toList());
    }

    private static SnapshotUpdate<?> describe(SnapshotUpdate<?> update, Head told) {
        update.scanManifestsWith(SameThread.POOL);
        update.set(Summary.COMMIT_ID, Objects.requireNonNull(told.commitId()));
        update.set(Summary.EPOCH, Long.toString(told.epoch()));
        update.set(Summary.OFFSETS, Summary.write(told.offsets()));
        update.set(Summary.COUNTS, Summary.write(told.counts()));
        update.set(Summary.WATERMARKS, Summary.writeWatermarks(told.watermarks()));
        return update;
    }

    /** Runs on the refreshed base of every attempt: the one that the summary was made for, or none. */
    private static final class Unmoved implements SnapshotAncestryValidator {
        private final long snapshotId;
        private boolean isRefused;

        private Unmoved(long snapshotId) {
            this.snapshotId = snapshotId;
        }

        @Override
        public boolean validate(Iterable<Snapshot> ancestors) {
            var it = ancestors.iterator();
            isRefused = (it.hasNext() ? it.next().snapshotId() : NO_SNAPSHOT) != snapshotId;
            return !isRefused;
        }

        @Override
        public String errorMessage() {
            return "the table moved on since the sink looked";
        }
    }

    /**
     * Drops old snapshots from the metadata file, which every commit writes as a whole. Their files stay. Upkeep comes
     * first, which deletes these too; this is for a mesh whose upkeep is away.
     */
    private void expire(Table at) {
        long keptMs = Math.max(
                SNAPSHOTS_KEPT.toMillis(),
                2 * contract.upkeep().snapshotRetention().toMillis());
        try {
            at.expireSnapshots()
                    .expireOlderThan(at.currentSnapshot().timestampMillis() - keptMs)
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

    private Table load() {
        Table loaded;
        try {
            loaded = StagedOperations.of(catalog.loadTable(identifier));
        } catch (NoSuchTableException e) {
            throw gone(e);
        }
        if (uuid != null && !uuid.equals(loaded.uuid().toString())) {
            throw new TableRefusedException("[" + identifier + "] the table must be " + uuid + " but is "
                    + loaded.uuid() + ": it was dropped and made anew under the sink");
        }
        ProductTables.demandNewest(loaded, contract);
        TokenColumns.demand(loaded, contract, tokens);
        uuid = loaded.uuid().toString();
        table = loaded;
        return loaded;
    }

    private TableRefusedException gone(NoSuchTableException e) {
        return new TableRefusedException(
                "[" + identifier + "] the table must exist but does not: it was dropped or renamed under the sink", e);
    }

    static Head head(Table at, @Nullable Snapshot snapshot) {
        String uuid = at.uuid().toString();
        if (snapshot == null) {
            return Head.none(uuid);
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
                        Summary.counts(summary.get(Summary.COUNTS)),
                        Summary.watermarks(summary.get(Summary.WATERMARKS)));
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
}
