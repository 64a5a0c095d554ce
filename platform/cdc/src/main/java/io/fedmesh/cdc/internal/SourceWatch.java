package io.fedmesh.cdc.internal;

import io.fedmesh.contract.Source;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the heartbeat table, so that the slot moves on a quiet source, and asks how far the log is ahead. A failure is
 * only noted: capture itself finds out when the database is away.
 */
final class SourceWatch implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(SourceWatch.class);

    private final Source source;
    private final SourceDatabase database;
    private final ScheduledExecutorService executor;
    private volatile long flushLsn;
    private boolean isFailing;

    SourceWatch(Source source, SourceDatabase database, java.time.Duration interval) {
        this.source = source;
        this.database = database;
        this.executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "cdc-watch-" + source.slot());
            thread.setDaemon(true);
            return thread;
        });
        var unused = executor.scheduleWithFixedDelay(this::beat, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How far the server's log was at the last beat; 0 before the first. */
    long flushLsn() {
        return flushLsn;
    }

    private void beat() {
        try {
            flushLsn = database.with(connection -> {
                try (PreparedStatement beat =
                        connection.prepareStatement("insert into " + SourceDatabase.quoted(source.heartbeatTable())
                                + " as t (source, beat_at) values (?, now())"
                                + " on conflict (source) do update set beat_at = excluded.beat_at")) {
                    beat.setString(1, source.domain() + "." + source.name());
                    beat.executeUpdate();
                }
                try (PreparedStatement ask =
                                connection.prepareStatement("select pg_catalog.pg_current_wal_flush_lsn()::text");
                        ResultSet row = ask.executeQuery()) {
                    row.next();
                    return SourceDatabase.lsn(String.valueOf(row.getString(1)));
                }
            });
            isFailing = false;
        } catch (RuntimeException e) {
            if (executor.isShutdown()) {
                return;
            }
            if (isFailing) {
                return;
            }
            isFailing = true;
            LOGGER.warn(
                    "heartbeat failed domain={} source={} table={} cause={}",
                    source.domain(),
                    source.name(),
                    source.heartbeatTable(),
                    e.getMessage());
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
