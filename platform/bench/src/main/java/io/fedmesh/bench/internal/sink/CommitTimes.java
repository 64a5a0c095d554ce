package io.fedmesh.bench.internal.sink;

import io.fedmesh.bench.internal.measure.Child;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.metrics.CommitReport;
import org.apache.iceberg.metrics.CounterResult;
import org.apache.iceberg.metrics.MetricsReport;
import org.apache.iceberg.metrics.MetricsReporter;
import org.jspecify.annotations.Nullable;

/**
 * Tells the parent of every Iceberg commit in this JVM, whoever makes it: table, milliseconds that it took, rows
 * added, snapshot, and when it was in force by this machine's clock.
 */
public final class CommitTimes implements MetricsReporter {
    private static final Object LOCK = new Object();
    private static @Nullable Expected expected;

    /** Rows that are waited for. */
    static final class Expected {
        private final String table;
        private final CountDownLatch all = new CountDownLatch(1);
        private long missing;

        private Expected(String table, long rows) {
            this.table = table;
            this.missing = rows;
        }

        /** Waits at most so long; whether all are committed. */
        boolean isAll(Duration patience) {
            try {
                return all.await(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("[bench] waiting for commits must not be interrupted but was", e);
            }
        }

        long missing() {
            synchronized (LOCK) {
                return missing;
            }
        }
    }

    /** Waits for so many rows to be committed to a table from now on; the parent is told when they are. */
    static Expected expect(String table, long rows) {
        synchronized (LOCK) {
            Expected next = new Expected(table, rows);
            expected = next;
            return next;
        }
    }

    @Override
    public void report(MetricsReport report) {
        if (!(report instanceof CommitReport commit)) {
            return;
        }
        var duration = commit.commitMetrics().totalDuration();
        CounterResult added = commit.commitMetrics().addedRecords();
        long rows = added == null ? 0 : added.value();
        Child.tell(String.join(
                " ",
                "commit",
                commit.tableName(),
                Double.toString(duration == null ? 0 : duration.totalDuration().toNanos() / 1e6),
                Long.toString(rows),
                Long.toString(commit.snapshotId()),
                Long.toString(System.currentTimeMillis())));
        synchronized (LOCK) {
            Expected now = expected;
            if (now != null && now.missing > 0 && commit.tableName().endsWith(now.table)) {
                now.missing -= rows;
                if (now.missing <= 0) {
                    now.all.countDown();
                }
            }
        }
    }
}
