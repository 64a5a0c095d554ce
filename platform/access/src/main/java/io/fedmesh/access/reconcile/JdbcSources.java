package io.fedmesh.access.reconcile;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** PostgreSQL sources over JDBC: a snapshot is a repeatable-read, read-only transaction. Thread-safe. */
public final class JdbcSources implements SourceDatabases {
    private static final int FETCH_ROWS = 5_000;

    private final Map<String, Connector> connectors;

    /** Opens a connection of a user who may read the captured tables. */
    @FunctionalInterface
    public interface Connector {
        /** A new connection, which the caller closes. */
        Connection open() throws SQLException;
    }

    /**
     * @param connectors by logical name of the connection
     */
    public JdbcSources(Map<String, Connector> connectors) {
        this.connectors = Map.copyOf(connectors);
    }

    @Override
    public SourceSnapshot open(String name) {
        Connector connector = connectors.get(name);
        if (connector == null) {
            throw new ReconcileException("[source] connection '" + name + "' must be configured but is not");
        }
        try {
            Connection connection = connector.open();
            try {
                return snapshot(connection);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static SourceSnapshot snapshot(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        // The first statement takes the snapshot, and runs after it: what the snapshot sees is in the log before this.
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "select pg_current_snapshot()::text, pg_current_wal_insert_lsn()::text")) {
            result.next();
            return new JdbcSnapshot(
                    connection, VisibleTransactions.parse(result.getString(1)), Lsn.parse(result.getString(2)));
        }
    }

    /** The message may hold a value of a row; the state does not. */
    private static ReconcileException failed(SQLException e) {
        return new ReconcileException("[source] the database must answer but failed with SQLSTATE " + e.getSQLState());
    }

    private record JdbcSnapshot(Connection connection, VisibleTransactions visible, long lsn)
            implements SourceSnapshot {
        @Override
        public void read(String sql, Schema schema, Consumer<@Nullable Object[]> rows) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setFetchSize(FETCH_ROWS);
                try (ResultSet result = statement.executeQuery()) {
                    Column[] columns = columns(result.getMetaData(), schema);
                    @Nullable Object[] values = new @Nullable Object[columns.length];
                    while (result.next()) {
                        for (int i = 0; i < columns.length; i++) {
                            values[i] = columns[i].value(result);
                        }
                        rows.accept(values);
                    }
                }
            } catch (SQLException e) {
                throw failed(e);
            }
        }

        @Override
        public void close() {
            try {
                connection.close();
            } catch (SQLException e) {
                throw failed(e);
            }
        }
    }

    private static Column[] columns(ResultSetMetaData meta, Schema schema) throws SQLException {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            places.put(meta.getColumnLabel(i), i);
        }
        List<Schema.Field> fields = schema.getFields();
        Column[] columns = new Column[fields.size()];
        for (Schema.Field field : fields) {
            Integer place = places.get(field.name());
            if (place == null) {
                throw new ReconcileException(
                        "[source] the statement must have a column '" + field.name() + "' but has " + places.keySet());
            }
            columns[field.pos()] = new Column(place, kind(meta.getColumnTypeName(place)));
        }
        return columns;
    }

    /** How the driver reads a column without its detours through the process's time zone. */
    private static Class<?> kind(String type) {
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "timestamptz" -> OffsetDateTime.class;
            case "timestamp" -> LocalDateTime.class;
            case "date" -> LocalDate.class;
            case "time" -> LocalTime.class;
            case "json", "jsonb", "xml", "inet", "cidr", "macaddr", "uuid", "interval", "money" -> String.class;
            default -> Object.class;
        };
    }

    private record Column(int place, Class<?> kind) {
        @Nullable
        Object value(ResultSet result) throws SQLException {
            if (kind == Object.class) {
                return result.getObject(place);
            }
            return kind == String.class ? result.getString(place) : result.getObject(place, kind);
        }
    }
}
