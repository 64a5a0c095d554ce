package io.fedmesh.lake.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * The deletion vectors of one snapshot of a table: which one each data file has, and, for the files used last, its
 * positions, so that merging new deletes into it needs no read. Used by one thread.
 */
final class DeletionVectors {
    private static final int MAX_CACHED = 512;

    private final Map<String, DeleteFile> files = new HashMap<>();
    private final Map<String, BitSet> positions = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, BitSet> eldest) {
            return size() > MAX_CACHED;
        }
    };
    private long snapshotId = TablePort.NO_SNAPSHOT;

    /** Brings this to a snapshot, if it is not there already. */
    void moveTo(Table table, @Nullable Snapshot snapshot) {
        long wanted = snapshot == null ? TablePort.NO_SNAPSHOT : snapshot.snapshotId();
        if (wanted == snapshotId) {
            return;
        }
        forget();
        if (snapshot != null) {
            FileIO io = table.io();
            for (ManifestFile manifest : snapshot.deleteManifests(io)) {
                try (ManifestReader<DeleteFile> reader =
                        ManifestFiles.readDeleteManifest(manifest, io, table.specs())) {
                    for (DeleteFile file : reader) {
                        files.put(file.referencedDataFile(), file.copy());
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        snapshotId = wanted;
    }

    /** Somebody else changed vectors: the next {@link #moveTo} reads them anew. */
    void forget() {
        files.clear();
        positions.clear();
        snapshotId = TablePort.NO_SNAPSHOT;
    }

    /** The positions deleted in a data file at this snapshot, with the vector that says so; null when there are none. */
    @Nullable
    PositionDeleteIndex of(Table table, String dataFile) {
        DeleteFile file = files.get(dataFile);
        if (file == null) {
            return null;
        }
        BitSet cached = positions.get(dataFile);
        if (cached == null) {
            BitSet loaded = new BitSet();
            new BaseDeleteLoader(table.io()::newInputFile)
                    .loadPositionDeletes(List.of(file), dataFile)
                    .forEach(position -> loaded.set(Math.toIntExact(position)));
            positions.put(dataFile, loaded);
            cached = loaded;
        }
        return new Known(cached, file);
    }

    /**
     * A commit of ours took place: these vectors replace those of their data files. What is known here is known of the new
     * snapshot only if it was known of the one right before: a sink's first commit may delete nothing, so that nothing was
     * read yet, and upkeep or another sink may have come between. A vector that is not known is not replaced, and two
     * vectors of one data file make a table that nobody can read.
     */
    void committed(Snapshot own, Collection<DeleteFile> vectors, Map<String, BitSet> added) {
        long before = own.parentId() == null ? TablePort.NO_SNAPSHOT : own.parentId();
        if (snapshotId != before) {
            forget();
            return;
        }
        for (DeleteFile vector : vectors) {
            String dataFile = vector.referencedDataFile();
            boolean fresh = files.put(dataFile, vector) == null;
            BitSet cached = positions.get(dataFile);
            BitSet more = added.getOrDefault(dataFile, new BitSet());
            if (cached != null) {
                cached.or(more);
            } else if (fresh) {
                positions.put(dataFile, more);
            }
        }
        snapshotId = own.snapshotId();
    }

    /** A view of cached positions. */
    private record Known(BitSet bits, DeleteFile file) implements PositionDeleteIndex {
        @Override
        public void delete(long position) {
            throw new UnsupportedOperationException("a view");
        }

        @Override
        public void delete(long from, long to) {
            throw new UnsupportedOperationException("a view");
        }

        @Override
        public boolean isDeleted(long position) {
            return bits.get(Math.toIntExact(position));
        }

        @Override
        public boolean isEmpty() {
            return bits.isEmpty();
        }

        @Override
        public void forEach(LongConsumer consumer) {
            bits.stream().forEach(consumer::accept);
        }

        @Override
        public Collection<DeleteFile> deleteFiles() {
            return List.of(file);
        }

        @Override
        public long cardinality() {
            return bits.cardinality();
        }
    }
}
