package io.fedmesh.lake.internal;

import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * The events of a {@code _history} table below some offsets: of each key the newest, in passes that fit into memory. Used
 * by one thread.
 */
final class Events {
    /** Events of a pass, and so at most keys in memory. */
    private static final long EVENTS_PER_PASS = 500_000;

    /** The newest event of a key, and where its row stands in history. */
    static final class Newest {
        private final Version version;
        private final boolean isDelete;
        private final String file;
        private final long position;
        private boolean isStanding;

        private Newest(Version version, boolean isDelete, String file, long position) {
            this.version = version;
            this.isDelete = isDelete;
            this.file = file;
            this.position = position;
        }

        boolean isDelete() {
            return isDelete;
        }

        boolean isStanding() {
            return isStanding;
        }

        String file() {
            return file;
        }

        long position() {
            return position;
        }

        /** Whether the event explains why a row of this version stands, or must no longer stand. */
        boolean explains(Version stands) {
            return version.compareTo(stands) >= 0;
        }

        /** Whether a row of this version is the one that must stand; the second one is not. */
        boolean takes(Version stands) {
            boolean isRight = !isDelete && !isStanding && version.equals(stands);
            isStanding |= isRight;
            return isRight;
        }
    }

    private final Table history;
    private final Map<Integer, Long> before;
    private final Map<Integer, List<FileScanTask>> files = new HashMap<>();

    private Events(Table history, Map<Integer, Long> before) {
        this.history = history;
        this.before = before;
    }

    /**
     * Events below these offsets.
     *
     * @throws TableRefusedException when history does not reach them
     */
    static Events of(Table history, Map<Integer, Long> before) {
        Events events = new Events(history, before);
        Snapshot at = history.currentSnapshot();
        Map<Integer, Long> reached = at == null
                ? Map.of()
                : Summary.offsets(CarriedCommit.carried(history, at).get(Summary.OFFSETS));
        before.forEach((partition, offset) -> {
            if (reached.getOrDefault(partition, 0L) < offset) {
                throw new TableRefusedException("[" + history.name() + "] history must reach offset " + offset
                        + " of partition " + partition + " but ends at " + reached.get(partition));
            }
        });
        if (at != null) {
            for (FileScanTask task : tasks(history, at)) {
                events.files
                        .computeIfAbsent(FileNames.partition(task.file().location()), p -> new ArrayList<>())
                        .add(task);
            }
        }
        return events;
    }

    /** The data files of a snapshot. */
    static List<FileScanTask> tasks(Table table, Snapshot at) {
        List<FileScanTask> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(at.snapshotId()).planFiles()) {
            tasks.forEach(files::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** The Kafka partitions that files are of. */
    Set<Integer> partitions() {
        return files.keySet();
    }

    List<FileScanTask> files(int partition) {
        return files.getOrDefault(partition, List.of());
    }

    int passes(int partition) {
        long events = files(partition).stream()
                .mapToLong(task -> task.file().recordCount())
                .sum();
        return Math.toIntExact(events / EVENTS_PER_PASS + 1);
    }

    /** Whether a key is one of a pass. */
    boolean isOf(int partition, int pass, String key) {
        return Math.floorMod(key.hashCode(), passes(partition)) == pass;
    }

    /** The newest event of each key of a pass. */
    Map<String, Newest> newest(int partition, int pass) {
        Schema columns = new Schema(
                history.schema().findField(TableShape.KEY),
                history.schema().findField(TableShape.OP),
                history.schema().findField(TableShape.VERSION),
                history.schema().findField(TableShape.OFFSET),
                history.schema().findField(TableShape.PARTITION),
                MetadataColumns.FILE_PATH,
                MetadataColumns.ROW_POSITION);
        Map<String, Newest> newest = new HashMap<>();
        for (FileScanTask task : files(partition)) {
            try (CloseableIterable<Record> rows = TableReader.rows(history, task, columns)) {
                for (Record row : rows) {
                    String key = row.get(0, String.class);
                    long end = before.getOrDefault(row.get(4, Integer.class), 0L);
                    if (row.get(3, Long.class) < end && isOf(partition, pass, key)) {
                        Version version = Version.parse(row.get(2, String.class));
                        Newest known = newest.get(key);
                        if (known == null || known.version.compareTo(version) < 0) {
                            newest.put(
                                    key,
                                    new Newest(
                                            version,
                                            Op.DELETE.code().equals(row.get(1, String.class)),
                                            row.get(5, String.class),
                                            row.get(6, Long.class)));
                        }
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return newest;
    }

    /** Adds the keys of the events of a partition from one offset to another; files outside are skipped by their bounds. */
    static void keys(Table history, int partition, long from, long to, Set<String> keys) {
        if (from >= to) {
            return;
        }
        Schema columns = new Schema(
                history.schema().findField(TableShape.KEY),
                history.schema().findField(TableShape.PARTITION),
                history.schema().findField(TableShape.OFFSET));
        Expression filter = Expressions.and(
                Expressions.equal(TableShape.PARTITION, partition),
                Expressions.greaterThanOrEqual(TableShape.OFFSET, from),
                Expressions.lessThan(TableShape.OFFSET, to));
        @Nullable Snapshot at = history.currentSnapshot();
        try (CloseableIterable<Record> rows =
                TableReader.read(history, Objects.requireNonNull(at).snapshotId(), columns, filter)) {
            for (Record row : rows) {
                long offset = row.get(2, Long.class);
                if (row.get(1, Integer.class) == partition && offset >= from && offset < to) {
                    keys.add(row.get(0, String.class));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
