package io.fedmesh.access.internal;

import io.fedmesh.access.QueryRefusedException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When a query must have ended. */
final class Deadline {
    private static final Logger LOG = LoggerFactory.getLogger(Deadline.class);

    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final Duration timeout;
    private final long end;

    Deadline(Duration timeout, ScheduledExecutorService timer, LongSupplier nanoTime) {
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.timeout = timeout;
        this.end = nanoTime.getAsLong() + timeout.toNanos();
    }

    /** Throws {@link QueryRefusedException} once it has passed. */
    void check() {
        if (passed()) {
            throw refusal(null);
        }
    }

    boolean passed() {
        return nanoTime.getAsLong() - end >= 0;
    }

    QueryRefusedException refusal(@org.jspecify.annotations.Nullable Throwable cause) {
        String message = "[query] must end within " + timeout.toMillis() + " ms but did not";
        return cause == null ? new QueryRefusedException(message) : new QueryRefusedException(message, cause);
    }

    /** Cancels the statement when it passes; closing disarms. */
    Alarm cancels(Statement statement) {
        ScheduledFuture<?> future = timer.schedule(
                () -> {
                    try {
                        statement.cancel();
                    } catch (SQLException e) {
                        LOG.debug("A query that ran out of time was over already", e);
                    }
                },
                Math.max(0, end - nanoTime.getAsLong()),
                TimeUnit.NANOSECONDS);
        return new Alarm(future);
    }

    /** A cancellation that is due. */
    record Alarm(ScheduledFuture<?> future) implements AutoCloseable {
        void disarm() {
            future.cancel(false);
        }

        @Override
        public void close() {
            disarm();
        }
    }
}
