package io.fedmesh.lake.internal;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/** Merges small manifests of data files, so that planning a read opens few files; those of deletes are merged by commits. */
final class ManifestMerge {
    private static final long SMALL_BYTES = 4L << 20;

    private ManifestMerge() {}

    /**
     * Tells by how many there are fewer; 0 when there were few, or the table moved on meanwhile.
     *
     * @param least small manifests that are worth it
     */
    static int run(Table table, int least, Supplier<String> ids) {
        table.refresh();
        Snapshot now = table.currentSnapshot();
        if (now == null || CarriedCommit.carried(table, now).isEmpty()) {
            return 0;
        }
        List<ManifestFile> small = now.dataManifests(table.io()).stream()
                .filter(manifest -> manifest.length() < SMALL_BYTES)
                .toList();
        if (small.size() < least) {
            return 0;
        }
        boolean isDone = CarriedCommit.commit(
                table,
                now,
                table.rewriteManifests().clusterBy(file -> "").rewriteIf(manifest -> manifest.length() < SMALL_BYTES),
                ids.get());
        return isDone
                ? small.size()
                        - Objects.requireNonNull(table.currentSnapshot())
                                .dataManifests(table.io())
                                .size()
                : 0;
    }
}
