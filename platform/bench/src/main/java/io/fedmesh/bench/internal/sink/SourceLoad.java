package io.fedmesh.bench.internal.sink;

import io.fedmesh.contract.Source;
import io.fedmesh.local.LocalPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** A database of accounts that takes so many transactions a second, one changed row each, and remembers when each committed. */
final class SourceLoad {
    static final Source SOURCE =
            new Source("bench", "main", "bench", "public.beat", Source.Truncate.TOMBSTONES, Path.of("bench/main.yaml"));

    private static final int ACCOUNTS = 10_000;
    private static final int CONNECTIONS = 4;
    private static final String DDL = """
            create table public.account (
              account_id text primary key, revision bigint not null, region text not null, status text not null,
              holder_name text not null, email text, note text, balance numeric(18,2) not null,
              score double precision not null, active boolean not null, updated_at timestamptz not null,
              reviewed_at timestamptz, visits bigint not null);
            alter table public.account replica identity full;
            create table public.beat (source text primary key, beat_at timestamptz not null);
            """;

    private final LocalPostgres postgres;
    private final String database;

    SourceLoad(LocalPostgres postgres, String database) {
        this.postgres = postgres;
        this.database = database;
    }

    /** Makes the database and its rows. */
    void make() {
        try {
            postgres.createDatabase(database);
            try (Connection connection = postgres.connect(database);
                    Statement statement = connection.createStatement()) {
                statement.execute(DDL);
                statement.execute(
                        "insert into public.account select 'ACC-' || lpad(n::text, 9, '0'), 0, 'central', 'open',"
                                + " 'Ada Holder-' || n, 'holder' || n || '@example.org', null, n * 1.25, n / 1000.0, true, now(),"
                                + " null, n from generate_series(0, " + (ACCOUNTS - 1) + ") n");
            }
        } catch (SQLException e) {
            throw new IllegalStateException("[bench] the source must take its rows but did not", e);
        }
    }

    /**
     * Runs transactions at an even rate, or as fast as it can where it falls behind.
     *
     * @param perSecond the rate
     * @return per transaction, whose number its row carries as {@code revision} from 1 on, when its commit came back, in
     *     milliseconds of this machine's clock; 0 for those that the time did not suffice for
     */
    double[] run(int seconds, int perSecond) {
        double[] committedAtMs = new double[seconds * perSecond];
        AtomicReference<Exception> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        long begin = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
        long end = begin + TimeUnit.SECONDS.toNanos(seconds);
        for (int connection = 0; connection < CONNECTIONS; connection++) {
            int first = connection;
            Thread thread = new Thread(
                    () -> {
                        try {
                            transactions(first, committedAtMs, begin, end, 1e9 / perSecond);
                        } catch (SQLException | RuntimeException e) {
                            failure.compareAndSet(null, e);
                        }
                    },
                    "source-" + connection);
            threads.add(thread);
            thread.start();
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("[bench] the source's load must not be interrupted but was", e);
        }
        if (failure.get() != null) {
            throw new IllegalStateException("[bench] the source must take every transaction", failure.get());
        }
        return committedAtMs;
    }

    private void transactions(int first, double[] committedAtMs, long begin, long end, double nanosApart)
            throws SQLException {
        try (Connection connection = postgres.connect(database);
                PreparedStatement update = connection.prepareStatement("update public.account set revision = ?,"
                        + " balance = balance + 1.01, visits = visits + 1, updated_at = now() where account_id = ?")) {
            for (int i = first; i < committedAtMs.length && System.nanoTime() < end; i += CONNECTIONS) {
                long due = begin + (long) (i * nanosApart);
                for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                    LockSupport.parkNanos(due - now);
                }
                update.setLong(1, i + 1L);
                // Each connection has its own accounts: no two wait for one row.
                update.setString(
                        2, String.format("ACC-%09d", (i * 31L / CONNECTIONS * CONNECTIONS + first) % ACCOUNTS));
                if (update.executeUpdate() != 1) {
                    throw new IllegalStateException("[bench] a transaction must change one row");
                }
                committedAtMs[i] = WallClock.millis();
            }
        }
    }
}
