package io.fedmesh.lake.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;

/**
 * Drops from {@code _history} the data files of which every event is older than the contract's retention: whole files, so
 * that nothing is rewritten for it, and so an event may stay a while longer than promised, never shorter. While the table
 * has a legal hold nothing is dropped.
 *
 * <p>What it costs: a rebuild of {@code _latest} refuses rows whose event is gone, and a key index that is rebuilt no
 * longer knows deletions that old.
 */
final class HistoryRetention {
    private static final int MAX_FILES = 10_000;

    private final Table history;
    private final Clock clock;
    private final Supplier<String> ids;

    HistoryRetention(Table history, Clock clock, Supplier<String> ids) {
        this.history = history;
        this.clock = clock;
        this.ids = ids;
    }

    /** Tells how many files were dropped; 0 also when the table moved on meanwhile: the next round will. */
    int run(Duration retention) {
        history.refresh();
        Snapshot now = history.currentSnapshot();
        if (now == null
                || !Holds.of(history).isEmpty()
                || CarriedCommit.carried(history, now).isEmpty()) {
            return 0;
        }
        List<DataFile> old = old(now, clock.instant().minus(retention).toEpochMilli() * 1_000);
        if (old.isEmpty()) {
            return 0;
        }
        DeleteFiles delete = history.newDelete();
        old.forEach(delete::deleteFile);
        return CarriedCommit.commit(history, now, delete, ids.get()) ? old.size() : 0;
    }

    private List<DataFile> old(Snapshot now, long beforeMicros) {
        Types.NestedField column = history.schema().findField(TableShape.COMMITTED_AT);
        List<DataFile> old = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = history.newScan()
                .useSnapshot(now.snapshotId())
                .filter(Expressions.lessThan(TableShape.COMMITTED_AT, beforeMicros))
                .includeColumnStats(List.of(TableShape.COMMITTED_AT))
                .planFiles()) {
            for (FileScanTask task : tasks) {
                Map<Integer, ByteBuffer> bounds = task.file().upperBounds();
                ByteBuffer newest = bounds == null ? null : bounds.get(column.fieldId());
                Long newestMicros = newest == null ? null : Conversions.<Long>fromByteBuffer(column.type(), newest);
                if (newestMicros != null && newestMicros < beforeMicros && old.size() < MAX_FILES) {
                    old.add(task.file());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return old;
    }
}
