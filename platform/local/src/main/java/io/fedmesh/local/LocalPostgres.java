package io.fedmesh.local;

import io.fedmesh.local.internal.Child;
import io.fedmesh.local.internal.Home;
import io.fedmesh.local.internal.Loopback;
import io.fedmesh.local.internal.PostgresBinaries;
import io.fedmesh.local.internal.PostgresProcess;
import io.fedmesh.local.internal.Unprivileged;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.util.PasswordUtil;

/**
 * A PostgreSQL server in its own process, ended with this one. It listens on loopback, wants SCRAM passwords from everybody
 * and writes a logical log. Data survives a restart on the same home. Safe for use by several threads.
 */
public final class LocalPostgres implements AutoCloseable {
    private static final String PART = "postgres";
    private static final String ADMIN = "postgres";
    private static final Duration PREDECESSORS_END = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Home home;
    private final FileChannel lock;
    private final PostgresProcess process;

    private LocalPostgres(Home home, FileChannel lock, PostgresProcess process) {
        this.home = home;
        this.lock = lock;
        this.process = process;
    }

    /**
     * Starts the server and waits until it takes connections.
     *
     * @param home the mesh's folder; made owner-only if it is missing
     * @throws IllegalStateException if the server runs already in this home, or does not come up; the message ends with
     *     the last lines of its log
     */
    public static LocalPostgres start(Path home) {
        Home opened = Home.open(home, new SecureRandom());
        FileChannel lock = opened.lock(PART);
        try {
            Child.reap(opened, PART);
            Path programs = PostgresBinaries.unpacked(opened);
            long end = System.nanoTime() + PREDECESSORS_END.toNanos();
            while (true) {
                PostgresProcess process = PostgresProcess.start(
                        opened, PART, programs, Unprivileged.find(), ADMIN, opened.secretFile(PART + ".admin"));
                LocalPostgres postgres = new LocalPostgres(opened, lock, process);
                try {
                    process.awaitReady(postgres::answers);
                    return postgres;
                } catch (IllegalStateException e) {
                    if (!PostgresProcess.isHeldUp(e) || System.nanoTime() > end) {
                        throw e;
                    }
                    Child.until(PAUSE, () -> false);
                }
            }
        } catch (RuntimeException e) {
            Home.unlock(lock);
            throw e;
        }
    }

    /**
     * As {@link #start} after {@link #kill}, as a standby of a primary that is gone: it plays its own log to the end, answers
     * and refuses to write until it is {@linkplain #promote promoted}. For tests of what a failover does.
     */
    public static LocalPostgres startStandby(Path home) {
        Path signal =
                Home.open(home, new SecureRandom()).folder(PART).resolve("data").resolve("standby.signal");
        try {
            Files.write(signal, new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException("[local] file must be writable but was not: " + signal, e);
        }
        return start(home);
    }

    /** Makes the standby a server that writes, on a timeline of its own. */
    public void promote() throws SQLException {
        try (Connection connection = connect(ADMIN)) {
            if (!exists(connection, "select 1 where pg_promote() and ? is not null", ADMIN)) {
                throw new IllegalStateException("[local] the standby must become a primary within 60 s but did not");
            }
        }
    }

    /** Its port on 127.0.0.1, the same after a restart unless somebody took it. */
    public int port() {
        return process.port();
    }

    /** JDBC address of a database, without user and password. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + process.port() + "/" + database;
    }

    /** Name of the super user. */
    public String adminUser() {
        return ADMIN;
    }

    /** Password of the super user: never print it. */
    public String adminPassword() {
        return home.secret(PART + ".admin");
    }

    /** A new connection of the super user. */
    public Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.put("user", ADMIN);
        properties.put("password", adminPassword());
        properties.put("connectTimeout", "5");
        return DriverManager.getConnection(jdbcUrl(database), properties);
    }

    /** Makes a database unless it exists. */
    public void createDatabase(String name) throws SQLException {
        try (Connection connection = connect(ADMIN)) {
            if (!exists(connection, "select 1 from pg_database where datname = ?", name)) {
                execute(connection, "create database " + quoted(connection, name));
            }
        }
    }

    /** Makes a role that may log in, or gives it this password. */
    public void createRole(String name, String password) throws SQLException {
        createRole(name, password, "login noreplication");
    }

    /** Makes a role that may log in and read the logical log, or gives it this password. */
    public void createReplicationRole(String name, String password) throws SQLException {
        createRole(name, password, "login replication");
    }

    private void createRole(String name, String password, String rights) throws SQLException {
        // Hashed here, so that no server log can ever hold the password.
        String verifier = PasswordUtil.encodePassword(name, password.toCharArray(), "scram-sha-256");
        try (Connection connection = connect(ADMIN)) {
            boolean known = exists(connection, "select 1 from pg_roles where rolname = ?", name);
            execute(
                    connection,
                    (known ? "alter" : "create") + " role " + quoted(connection, name) + " " + rights + " password '"
                            + verifier + "'");
        }
    }

    /** Address, process and health at this moment. */
    public PartStatus status() {
        return new PartStatus(
                PART, "127.0.0.1:" + port(), process.pid(), process.isAlive() && Loopback.accepts(port()));
    }

    /** Stops the server fast: open transactions are rolled back, connections end. */
    @Override
    public synchronized void close() {
        process.stop();
        Home.unlock(lock);
    }

    /** SIGKILL: for tests of what survives it. */
    public synchronized void kill() {
        process.kill();
        Home.unlock(lock);
    }

    private boolean answers() {
        if (!Loopback.accepts(port())) {
            return false;
        }
        try (Connection connection = connect(ADMIN)) {
            return connection.isValid(5);
        } catch (SQLException e) {
            if ("28P01".equals(e.getSQLState())) {
                throw new IllegalStateException(
                        "[local] the super user's password must fit the database in " + home.root() + " but did not",
                        e);
            }
            return false; // still starting
        }
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String quoted(Connection connection, String identifier) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.enquoteIdentifier(identifier, true);
        }
    }
}
