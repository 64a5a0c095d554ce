package io.fedmesh.lake.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * By which spec, and into which partition, data files of a table were dealt out: a deletion vector stands in its data file's
 * partition. A table that was never partitioned needs no look. Used by one thread.
 */
final class FilePartitions {
    /**
     * Where a data file stands.
     *
     * @param partition null when the spec has no fields
     */
    record Where(PartitionSpec spec, @Nullable StructLike partition) {}

    /** Files that upkeep took away meanwhile are forgotten with all others, which are read again when they are asked for. */
    private static final int MAX_KNOWN = 20_000;

    private final Map<String, Where> known = new HashMap<>();

    /**
     * Where the data files stand.
     *
     * @throws TablePort.StaleBaseException when one is not in the snapshot
     */
    Map<String, Where> of(Table table, Snapshot snapshot, Set<String> dataFiles) {
        if (table.specs().size() == 1 && table.spec().isUnpartitioned()) {
            Where everywhere = new Where(table.spec(), null);
            Map<String, Where> all = new HashMap<>();
            dataFiles.forEach(file -> all.put(file, everywhere));
            return all;
        }
        if (!known.keySet().containsAll(dataFiles)) {
            read(table, snapshot);
        }
        if (!known.keySet().containsAll(dataFiles)) {
            throw new TablePort.StaleBaseException("[" + table.name() + "] a row's data file must be in the base");
        }
        return known;
    }

    /** Files of a commit of ours that took place. */
    void committed(Table table, Collection<DataFile> files) {
        if (table.specs().size() > 1 || table.spec().isPartitioned()) {
            if (known.size() > MAX_KNOWN) {
                known.clear();
            }
            files.forEach(file -> add(table, file));
        }
    }

    private void read(Table table, Snapshot snapshot) {
        known.clear();
        for (ManifestFile manifest : snapshot.dataManifests(table.io())) {
            try (ManifestReader<DataFile> reader = ManifestFiles.read(manifest, table.io(), table.specs())) {
                for (DataFile file : reader) {
                    add(table, file.copyWithoutStats());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void add(Table table, DataFile file) {
        PartitionSpec spec = Objects.requireNonNull(table.specs().get(file.specId()));
        known.put(file.location(), new Where(spec, spec.isUnpartitioned() ? null : file.partition()));
    }
}
