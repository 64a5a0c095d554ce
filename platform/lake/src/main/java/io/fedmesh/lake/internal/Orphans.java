package io.fedmesh.lake.internal;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files under a table's location that nothing names: left by crashes, by commits that lost, by a sink that was fenced. It
 * asks the table before it lists and again before it answers; it spares files younger than a
 * bound, because a commit may be on its way to name them; and it deletes nothing when anything at all could not be read.
 */
final class Orphans {
    private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);
    /** Orphans of one round. */
    private static final int MAX_FOUND = 100_000;

    private final Supplier<Table> load;
    private final Function<String, Iterable<FileInfo>> listing;
    private final Clock clock;

    /**
     * @param load the table anew, each time
     * @param listing every file under a location
     */
    Orphans(Supplier<Table> load, Function<String, Iterable<FileInfo>> listing, Clock clock) {
        this.load = load;
        this.listing = listing;
        this.clock = clock;
    }

    /** The orphans that are older than this, at most a bounded number; deletes nothing. */
    List<FileInfo> find(Duration age) {
        Table table = load.get();
        Known known = known(table);
        String folder = table.location().endsWith("/") ? table.location() : table.location() + "/";
        long newest = clock.millis() - age.toMillis();
        List<FileInfo> unknown = new ArrayList<>();
        for (FileInfo file : listing.apply(folder)) {
            if (file.createdAtMillis() < newest
                    && file.location().startsWith(folder)
                    && !known.contains(file.location())
                    && unknown.size() < MAX_FOUND) {
                unknown.add(file);
            }
        }
        if (unknown.isEmpty()) {
            return List.of();
        }
        Table after = load.get();
        if (!after.uuid().equals(table.uuid())) {
            return List.of();
        }
        Known knownNow = known(after);
        return unknown.stream()
                .filter(file -> !knownNow.contains(file.location()))
                .toList();
    }

    /** Whatever the table names, in any snapshot and of any age. */
    private static Known known(Table table) {
        Known known = new Known();
        TableMetadata metadata = ((HasTableOperations) table).operations().current();
        known.add(metadata.metadataFileLocation());
        metadata.previousFiles().forEach(previous -> known.add(previous.file()));
        metadata.statisticsFiles().forEach(file -> known.add(file.path()));
        metadata.partitionStatisticsFiles().forEach(file -> known.add(file.path()));
        SnapshotFiles.each(table, table.io(), metadata.snapshots(), new HashSet<>(), known::add);
        return known;
    }

    /** Finds and deletes; tells how many went. */
    int delete(Duration age) {
        List<FileInfo> orphans = find(age);
        Table table = load.get();
        int deleted = 0;
        for (FileInfo orphan : orphans) {
            try {
                table.io().deleteFile(orphan.location());
                deleted++;
            } catch (RuntimeException e) {
                LOG.atWarn()
                        .addKeyValue("table", table.name())
                        .log("an orphan could not be deleted; the next round will: {}", Failures.tell(e));
            }
        }
        return deleted;
    }

    /** FNV-1a, 64 bits: where two locations share it, an orphan is spared. */
    static long hash(String location) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : location.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    /** Locations by hash: eight bytes each, for tables of many files. */
    private static final class Known {
        private long[] hashes = new long[1024];
        private int size;
        private boolean isSorted;

        private void add(String location) {
            if (size == hashes.length) {
                hashes = Arrays.copyOf(hashes, size * 2);
            }
            hashes[size++] = hash(location);
            isSorted = false;
        }

        private boolean contains(String location) {
            if (!isSorted) {
                Arrays.sort(hashes, 0, size);
                isSorted = true;
            }
            return Arrays.binarySearch(hashes, 0, size, hash(location)) >= 0;
        }
    }
}
