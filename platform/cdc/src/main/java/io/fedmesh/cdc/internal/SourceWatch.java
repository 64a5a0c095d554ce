package io.fedmesh.cdc.internal;

import io.fedmesh.contract.Source;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
    private @Nullable Connection connection; // of the executor's thread, as is what follows
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
            flushLsn = flushLsnAfterBeat();
            isFailing = false;
        } catch (RuntimeException e) {
            if (executor.isShutdown() || isFailing) {
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

    /** On the connection of the beat before, or a new one where that has ended meanwhile. */
    private long flushLsnAfterBeat() {
        if (connection != null) {
            try {
                return beat(connection);
            } catch (SQLException e) {
                forget(connection);
            }
        }
        Connection opened = database.open();
        connection = opened;
        try {
            return beat(opened);
        } catch (SQLException e) {
            forget(opened);
            throw database.failure(e);
        }
    }

    private long beat(Connection on) throws SQLException {
        try (PreparedStatement beat =
                on.prepareStatement("insert into " + SourceDatabase.quoted(source.heartbeatTable())
                        + " as t (source, beat_at) values (?, now())"
                        + " on conflict (source) do update set beat_at = excluded.beat_at")) {
            beat.setString(1, source.domain() + "." + source.name());
            beat.executeUpdate();
        }
        try (PreparedStatement ask = on.prepareStatement("select pg_catalog.pg_current_wal_flush_lsn()::text");
                ResultSet row = ask.executeQuery()) {
            row.next();
            return SourceDatabase.lsn(String.valueOf(row.getString(1)));
        }
    }

    private void forget(Connection ended) {
        connection = null;
        try {
            ended.close();
        } catch (SQLException e) {
            LOGGER.debug("a connection that had failed did not close", e);
        }
    }

    @Override
    public void close() {
        // The connection ends behind the beat under way, which is its only user.
        executor.execute(() -> {
            if (connection != null) {
                forget(connection);
            }
        });
        executor.shutdown();
    }
}
