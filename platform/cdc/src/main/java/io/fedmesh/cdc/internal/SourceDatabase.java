package io.fedmesh.cdc.internal;

import io.fedmesh.cdc.CaptureConfig;
import io.fedmesh.cdc.CaptureConfig.DatabaseConnection;
import io.fedmesh.cdc.CaptureRefusedException;
import io.fedmesh.contract.Source;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/** Questions to the source database, and the few things that capture makes there. Each call but {@link #open} is its own connection. */
final class SourceDatabase {
    private static final int LOGIN_TIMEOUT_S = 10;

    private final Source source;
    private final DatabaseConnection database;
    private final String instance;
    private final String where;

    SourceDatabase(CaptureConfig config) {
        this.source = config.source();
        this.database = config.database();
        this.instance = config.instance();
        this.where = source.domain() + "." + source.name();
    }

    /** Which server this is: a new system or timeline means that positions of the old one are worth nothing. */
    record Identity(String systemId, int timeline, long flushLsn) {}

    /**
     * A replication slot.
     *
     * @param activePid the server process that streams from it, or null
     * @param walStatus PostgreSQL's {@code wal_status}: {@code lost} when it cannot go on
     */
    record Slot(@Nullable Integer activePid, String plugin, String database, String walStatus, long confirmedLsn) {}

    interface Action<T> {
        T on(Connection connection) throws SQLException;
    }

    /**
     * Runs an action on a connection of its own.
     *
     * @throws OutageException when the database cannot be reached or does not let capture in
     */
    <T> T with(Action<T> action) {
        try (Connection connection = connect(new Properties())) {
            return action.on(connection);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /**
     * A connection for several questions, none of which takes long.
     *
     * @throws OutageException as {@link #with}
     */
    Connection open() {
        Properties properties = new Properties();
        properties.setProperty("socketTimeout", Integer.toString(LOGIN_TIMEOUT_S));
        try {
            return connect(properties);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private Connection connect(Properties more) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", database.user());
        properties.setProperty("password", database.password());
        properties.setProperty("sslmode", database.sslMode());
        if (database.sslRootCert() != null) {
            properties.setProperty("sslrootcert", database.sslRootCert().toString());
        }
        properties.setProperty("loginTimeout", Integer.toString(LOGIN_TIMEOUT_S));
        properties.setProperty("connectTimeout", Integer.toString(LOGIN_TIMEOUT_S));
        properties.setProperty("socketTimeout", "60");
        properties.setProperty("ApplicationName", "fedmesh cdc " + instance);
        properties.putAll(more);
        return DriverManager.getConnection(
                "jdbc:postgresql://" + database.host() + ":" + database.port() + "/" + database.database(), properties);
    }

    /**
     * What a failure of the database, or of Debezium, means: a refusal, an outage, or, for anything else, a bug. A refused
     * password is an outage, as it is at the brokers: credentials expire and are renewed.
     */
    RuntimeException failure(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof CaptureRefusedException
                    || t instanceof OutageException
                    || t instanceof Pause.StoppedException) {
                return (RuntimeException) t;
            }
            if (t instanceof SQLException sql && sql.getSQLState() != null) {
                String state = sql.getSQLState();
                if (state.startsWith("28")) {
                    return new OutageException(
                            "[" + where + "] the database must let capture's user in but"
                                    + " refused: " + sql.getMessage()
                                    + "; check the user, its password and pg_hba.conf",
                            failure);
                }
                if (state.equals("3D000")) {
                    return new CaptureRefusedException(
                            "[" + where + "] the database must exist but: " + sql.getMessage(), failure);
                }
                if (state.equals("42501")) {
                    return new MissingRightException(
                            "[" + where + "] capture's user must have the right but: " + sql.getMessage()
                                    + "; grant it",
                            failure);
                }
                // connection, resources, operator intervention, a slot or object in use, a deadlock
                if (state.startsWith("08")
                        || state.startsWith("53")
                        || state.startsWith("57")
                        || state.startsWith("55006")
                        || state.startsWith("40")
                        || state.startsWith("58")) {
                    return new OutageException("[" + where + "] the database is away: " + sql.getMessage(), failure);
                }
            }
            if (t instanceof java.io.IOException || t instanceof org.apache.kafka.connect.errors.RetriableException) {
                return new OutageException("[" + where + "] the database is away: " + t, failure);
            }
        }
        return failure instanceof RuntimeException runtime ? runtime : new IllegalStateException(failure);
    }

    Identity identity() {
        Properties replication = new Properties();
        replication.setProperty("replication", "database");
        replication.setProperty("preferQueryMode", "simple");
        replication.setProperty("assumeMinServerVersion", "12");
        try (Connection connection = connect(replication);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
            row.next();
            return new Identity(row.getString("systemid"), row.getInt("timeline"), lsn(row.getString("xlogpos")));
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    Optional<Slot> slot() {
        return with(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select active_pid, plugin, database, coalesce(wal_status, 'unknown'), confirmed_flush_lsn::text"
                            + " from pg_catalog.pg_replication_slots where slot_name = ?")) {
                statement.setString(1, source.slot());
                try (ResultSet row = statement.executeQuery()) {
                    if (!row.next()) {
                        return Optional.empty();
                    }
                    int pid = row.getInt(1);
                    Integer activePid = row.wasNull() ? null : pid;
                    String confirmed = row.getString(5);
                    return Optional.of(new Slot(
                            activePid,
                            String.valueOf(row.getString(2)),
                            String.valueOf(row.getString(3)),
                            String.valueOf(row.getString(4)),
                            confirmed == null ? 0 : lsn(confirmed)));
                }
            }
        });
    }

    void dropSlot() {
        with(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("select pg_catalog.pg_drop_replication_slot(slot_name)"
                            + " from pg_catalog.pg_replication_slots where slot_name = ?")) {
                statement.setString(1, source.slot());
                return statement.execute();
            }
        });
    }

    /** Makes the publication, or brings it to exactly these tables. */
    void publish(List<String> tables) {
        List<String> quoted = new ArrayList<>();
        for (String table : tables) {
            quoted.add(quoted(table));
        }
        String name = "\"" + source.publication() + "\"";
        String list = String.join(", ", quoted);
        boolean exists = with(connection -> exists(connection));
        with(connection -> {
            try (Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                if (exists) {
                    statement.execute("alter publication " + name + " set table " + list);
                    statement.execute(
                            "alter publication " + name + " set (publish = 'insert, update, delete, truncate',"
                                    + " publish_via_partition_root = true)");
                } else {
                    statement.execute("create publication " + name + " for table " + list
                            + " with (publish = 'insert, update, delete, truncate',"
                            + " publish_via_partition_root = true)");
                }
                connection.commit();
                return exists;
            }
        });
    }

    private boolean exists(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select 1 from pg_catalog.pg_publication where pubname = ?")) {
            statement.setString(1, source.publication());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /** {@code schema.table} as two quoted identifiers. */
    static String quoted(String table) {
        int dot = table.indexOf('.');
        return "\"" + table.substring(0, dot).replace("\"", "\"\"") + "\".\""
                + table.substring(dot + 1).replace("\"", "\"\"") + "\"";
    }

    static long lsn(String text) {
        return LogSequenceNumber.valueOf(text).asLong();
    }
}
