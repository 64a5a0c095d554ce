package io.fedmesh.lake.internal;

import io.fedmesh.lake.TableRefusedException;
import java.util.Objects;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.jspecify.annotations.Nullable;

/**
 * A table as those who write it see it. Where the table is audited, the branch {@value #STAGED} stands in the place of the main
 * branch, which stands beside it as {@value #PUBLISHED}: sink, key index, upkeep, replay and rebuild work on what is not
 * published yet as they would on any table, and none of them can move what readers see. Any other table is as it is.
 *
 * <p>A commit is carried over as the list of its changes, each applied to the real metadata, as a REST catalog does it: so
 * neither the main branch nor its log knows of a staged commit. Which of both a table is, it says itself, at each load: it
 * becomes the one or the other under whoever has it open. Not thread-safe, as Iceberg's own.
 */
final class StagedOperations extends TableView {
    /** The branch that is written and not audited yet. */
    static final String STAGED = "staged";

    /** The main branch, in the eyes of those who write. */
    static final String PUBLISHED = "published";

    StagedOperations(String name, TableOperations table) {
        super(name, table);
    }

    /** The table as those who write it see it. */
    static Table of(Table loaded) {
        BaseTable table = (BaseTable) loaded;
        return new BaseTable(new StagedOperations(table.name(), table.operations()), table.name(), table.reporter());
    }

    /** Whether the table has a branch that is audited before it is published. */
    static boolean isAudited(TableMetadata metadata) {
        return metadata.propertyAsBoolean(TableProperties.WRITE_AUDIT_PUBLISH_ENABLED, false);
    }

    /** What the writers of an audited table have reached; null before their first commit. */
    static @Nullable Snapshot head(TableMetadata metadata) {
        SnapshotRef staged = metadata.ref(STAGED);
        return staged == null ? metadata.currentSnapshot() : metadata.snapshot(staged.snapshotId());
    }

    @Override
    public void commit(@Nullable TableMetadata base, TableMetadata metadata) {
        if (base == null) {
            table.commit(null, metadata);
            return;
        }
        if (base != view()) {
            throw new CommitFailedException("[%s] the table moved on since the commit looked", name);
        }
        TableMetadata before = Objects.requireNonNull(real());
        table.commit(before, before == base ? metadata : carried(before, metadata));
    }

    @Override
    TableMetadata shown(TableMetadata metadata) {
        if (metadata.ref(PUBLISHED) != null) {
            throw new TableRefusedException("[" + name + "] an audited table must have no branch or tag '" + PUBLISHED
                    + "', which its writers know the main branch by, but has one");
        }
        SnapshotRef main = metadata.ref(SnapshotRef.MAIN_BRANCH);
        SnapshotRef staged = metadata.ref(STAGED);
        TableMetadata.Builder swapped = TableMetadata.buildFrom(metadata)
                .withMetadataLocation(Objects.requireNonNull(metadata.metadataFileLocation()))
                .discardChanges();
        if (main != null) {
            swapped.setRef(
                    PUBLISHED, SnapshotRef.branchBuilder(main.snapshotId()).build());
        }
        if (staged != null) {
            swapped.setBranchSnapshot(staged.snapshotId(), SnapshotRef.MAIN_BRANCH)
                    .removeRef(STAGED);
        }
        return swapped.build();
    }

    /** The real metadata after the changes that were made to the view. */
    private TableMetadata carried(TableMetadata before, TableMetadata after) {
        TableMetadata.Builder carried = TableMetadata.buildFrom(before);
        for (MetadataUpdate change : after.changes()) {
            if (change instanceof MetadataUpdate.SetSnapshotRef set && isOurs(set.name())) {
                demandMain(set.name());
                carried.setBranchSnapshot(set.snapshotId(), STAGED);
            } else if (change instanceof MetadataUpdate.RemoveSnapshotRef removed && isOurs(removed.name())) {
                throw refused(removed.name());
            } else {
                change.applyTo(carried);
            }
        }
        return carried.build();
    }

    private static boolean isOurs(String ref) {
        return ref.equals(SnapshotRef.MAIN_BRANCH) || ref.equals(PUBLISHED) || ref.equals(STAGED);
    }

    private void demandMain(String ref) {
        if (!ref.equals(SnapshotRef.MAIN_BRANCH)) {
            throw refused(ref);
        }
    }

    private TableRefusedException refused(String ref) {
        return new TableRefusedException(
                "[" + name + "] the branch '" + ref + "' must be moved by the audit alone but a writer tried to");
    }

    /** As the operations behind it do: encrypted ones refuse a transaction. */
    @Override
    public TableOperations temp(TableMetadata uncommittedMetadata) {
        return table.temp(uncommittedMetadata);
    }

    @Override
    public long newSnapshotId() {
        return table.newSnapshotId();
    }

    @Override
    public boolean requireStrictCleanup() {
        return table.requireStrictCleanup();
    }
}
