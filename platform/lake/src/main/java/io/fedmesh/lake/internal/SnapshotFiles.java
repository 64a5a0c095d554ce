package io.fedmesh.lake.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;

/** Which files snapshots name: manifest lists, manifests, and what lives in these. Everything is decrypted on the way. */
final class SnapshotFiles {
    private SnapshotFiles() {}

    /**
     * Hands every location over, those within a manifest once a manifest.
     *
     * @param files the table's, as it was when it knew the keys of all these snapshots
     * @param without manifests that are known already and not opened; those that are opened are added
     * @throws RuntimeException when any of them cannot be read: what was handed over is not the whole
     */
    static void each(
            Table table,
            FileIO files,
            Collection<Snapshot> snapshots,
            Set<String> without,
            Consumer<String> locations) {
        for (Snapshot snapshot : snapshots) {
            String list = snapshot.manifestListLocation();
            if (list != null) {
                locations.accept(list);
            }
            for (ManifestFile manifest : snapshot.allManifests(files)) {
                if (without.add(manifest.path())) {
                    locations.accept(manifest.path());
                    try (CloseableIterable<String> paths = ManifestFiles.readPaths(manifest, files, table.specs())) {
                        paths.forEach(locations);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        }
    }
}
