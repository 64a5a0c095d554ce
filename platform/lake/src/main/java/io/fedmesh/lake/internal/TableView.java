package io.fedmesh.lake.internal;

import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.jspecify.annotations.Nullable;

/**
 * A table's operations that show an audited table in another way than it is, made once for each metadata that is loaded; any
 * other table as it is. Not thread-safe, as Iceberg's own.
 */
abstract class TableView implements TableOperations {
    final String name;
    final TableOperations table;
    private @Nullable TableMetadata real;
    private @Nullable TableMetadata view;

    TableView(String name, TableOperations table) {
        this.name = name;
        this.table = table;
    }

    /** How an audited table is shown. */
    abstract TableMetadata shown(TableMetadata audited);

    /** The metadata that was loaded last: the operations behind want the very object back that they gave. */
    final @Nullable TableMetadata real() {
        return real;
    }

    /** What was made of it. */
    final @Nullable TableMetadata view() {
        return view;
    }

    @Override
    public final @Nullable TableMetadata current() {
        return seen(table.current());
    }

    @Override
    public final @Nullable TableMetadata refresh() {
        return seen(table.refresh());
    }

    private @Nullable TableMetadata seen(@Nullable TableMetadata now) {
        if (now != real || now == null) {
            view = now == null || !StagedOperations.isAudited(now) ? now : shown(now);
            real = now; // last: what cannot be shown is refused at each look
        }
        return view;
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
