package io.fedmesh.lake.internal;

import io.fedmesh.lake.TableRefusedException;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.jspecify.annotations.Nullable;

/** A table that can be read and not changed. Not thread-safe, as Iceberg's own. */
final class ReadOnlyOperations implements TableOperations {
    private final String name;
    private final TableOperations table;

    ReadOnlyOperations(String name, TableOperations table) {
        this.name = name;
        this.table = table;
    }

    @Override
    public @Nullable TableMetadata current() {
        return table.current();
    }

    @Override
    public @Nullable TableMetadata refresh() {
        return table.refresh();
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
}
