package io.fedmesh.lake.internal;

import io.fedmesh.lake.TableRefusedException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.jspecify.annotations.Nullable;

/**
 * A table that can be read and not changed; of one that is audited, what was published: no branch, tag or snapshot leads to what
 * is staged. Not thread-safe, as Iceberg's own.
 */
final class ReadOnlyOperations extends TableView {
    ReadOnlyOperations(String name, TableOperations table) {
        super(name, table);
    }

    /** Refused: a snapshot without the map of offsets would stop the sink. */
    @Override
    public void commit(@Nullable TableMetadata base, TableMetadata metadata) {
        throw new TableRefusedException("[" + name + "] must be changed by the sink and by upkeep alone");
    }

    /** The main branch's snapshots alone; references to others go with these. */
    @Override
    TableMetadata shown(TableMetadata metadata) {
        Set<Long> published = new HashSet<>();
        Snapshot at = metadata.currentSnapshot();
        while (at != null) {
            published.add(at.snapshotId());
            at = at.parentId() == null ? null : metadata.snapshot(at.parentId());
        }
        return TableMetadata.buildFrom(metadata)
                .withMetadataLocation(Objects.requireNonNull(metadata.metadataFileLocation()))
                .discardChanges()
                .removeSnapshots(metadata.snapshots().stream()
                        .filter(snapshot -> !published.contains(snapshot.snapshotId()))
                        .toList())
                .removeRef(StagedOperations.STAGED)
                .build();
    }
}
