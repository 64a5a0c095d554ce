package io.fedmesh.lake.internal;

import io.fedmesh.lake.TableRefusedException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.jspecify.annotations.Nullable;

/**
 * A table that can be read and not changed; of one that is audited, what was published: no branch, tag or snapshot leads to what
 * is staged. Not thread-safe, as Iceberg's own.
 */
final class ReadOnlyOperations implements TableOperations {
    private final String name;
    private final TableOperations table;
    private @Nullable TableMetadata real;
    private @Nullable TableMetadata view;

    ReadOnlyOperations(String name, TableOperations table) {
        this.name = name;
        this.table = table;
    }

    @Override
    public @Nullable TableMetadata current() {
        return seen(table.current());
    }

    @Override
    public @Nullable TableMetadata refresh() {
        return seen(table.refresh());
    }

    /** Refused: a snapshot without the map of offsets would stop the sink. */
    @Override
    public void commit(@Nullable TableMetadata base, TableMetadata metadata) {
        throw new TableRefusedException("[" + name + "] must be changed by the sink and by upkeep alone");
    }

    @Override
    public FileIO io() {
        return table.io();
    }

    @Override
    public EncryptionManager encryption() {
        return table.encryption();
    }

    @Override
    public String metadataFileLocation(String fileName) {
        return table.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
        return table.locationProvider();
    }

    private @Nullable TableMetadata seen(@Nullable TableMetadata now) {
        if (now != real || now == null) {
            real = now;
            view = now == null || !StagedOperations.isAudited(now) ? now : published(now);
        }
        return view;
    }

    /** The main branch's snapshots alone; references to others go with these. */
    private static TableMetadata published(TableMetadata metadata) {
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
