package io.fedmesh.access.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.access.QueryLimits;
import io.fedmesh.access.QueryRefusedException;
import io.fedmesh.access.QueryResult;
import io.fedmesh.access.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * One DuckDB in memory for one query: no file, no network, no extension, no change of settings. One thread.
 *
 * @see <a href="https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview">Securing DuckDB</a>
 */
final class Engine implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROWS_BETWEEN_CHECKS = 4096;

    private final DuckDBConnection connection;
    private final Deadline deadline;
    private final QueryLimits limits;

    private Engine(DuckDBConnection connection, QueryLimits limits, Deadline deadline) {
        this.connection = connection;
        this.limits = limits;
        this.deadline = deadline;
    }

    static Engine open(QueryLimits limits, Deadline deadline) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        try {
            for (String setting : List.of(
                    "autoinstall_known_extensions=false",
                    "autoload_known_extensions=false",
                    "allow_community_extensions=false",
                    "memory_limit='" + limits.memoryBytes() / 1024 + "KiB'",
                    "threads=" + limits.threads(),
                    "temp_directory=''",
                    "max_temp_directory_size='0KB'",
                    "TimeZone='UTC'",
                    "enable_external_access=false",
                    "lock_configuration=true")) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("SET " + setting);
                }
            }
            return new Engine((DuckDBConnection) connection, limits, deadline);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** What the engine's own parser makes of the text. */
    JsonNode parse(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select json_serialize_sql(?::varchar)")) {
            statement.setString(1, sql);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return JSON.readTree(result.getString(1));
            }
        } catch (JsonProcessingException e) {
            throw new QueryRefusedException("[query] could not be parsed", e);
        }
    }

    /** Makes the table and fills it up to a number of rows; {@code columns} are those of the rows, in their order. */
    void load(TableName table, Schema columns, CloseableIterable<Record> rows, long maxRows) throws SQLException {
        execute("create schema if not exists "
                + ColumnType.quoted(table.product().namespace()));
        execute(columns.columns().stream()
                .map(c -> ColumnType.quoted(c.name()) + " " + ColumnType.sql(c.type()))
                .collect(Collectors.joining(
                        ", ",
                        "create table " + ColumnType.quoted(table.product().namespace()) + "."
                                + ColumnType.quoted(table.table()) + "(",
                        ")")));
        Type[] types = columns.columns().stream().map(Types.NestedField::type).toArray(Type[]::new);
        try (CloseableIterable<Record> open = rows;
                DuckDBAppender appender =
                        connection.createAppender(table.product().namespace(), table.table())) {
            long row = 0;
            Iterator<Record> from = open.iterator();
            while (row < maxRows && from.hasNext()) {
                Record record = from.next();
                if (++row % ROWS_BETWEEN_CHECKS == 0) {
                    deadline.check();
                }
                appender.beginRow();
                for (int i = 0; i < types.length; i++) {
                    ColumnType.append(appender, types[i], record.get(i));
                }
                appender.endRow();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a query that was checked. */
    QueryResult run(String sql) throws SQLException {
        List<QueryResult.Column> columns = columns(sql);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        boolean truncated = false;
        // The line break ends a comment that the query may end with.
        String bounded = "select * from (\n" + sql + "\n) limit " + (limits.maxRows() + 1L);
        try (Statement statement = connection.createStatement();
                Deadline.Alarm alarm = deadline.cancels(statement);
                ResultSet result = statement.executeQuery(bounded)) {
            long bytes = 0;
            while (result.next()) {
                if (rows.size() == limits.maxRows()) {
                    truncated = true;
                    break;
                }
                List<@Nullable Object> row = new ArrayList<>(columns.size());
                for (int i = 1; i <= columns.size(); i++) {
                    Object value = ResultValues.plain(result.getObject(i));
                    bytes += ResultValues.bytes(value);
                    row.add(value);
                }
                if (bytes > limits.maxResultBytes()) {
                    throw new QueryRefusedException("[query] must answer with at most " + limits.maxResultBytes()
                            + " bytes but passed them at row " + (rows.size() + 1));
                }
                rows.add(row);
            }
            alarm.disarm();
        }
        return new QueryResult(columns, rows, truncated);
    }

    /** As the query itself names them: within a subquery the engine renames those that are there twice. */
    private List<QueryResult.Column> columns(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            ResultSetMetaData meta = statement.getMetaData();
            List<QueryResult.Column> columns = new ArrayList<>();
            for (int i = 1; i <= meta.getColumnCount(); i++) {
                columns.add(new QueryResult.Column(meta.getColumnName(i), meta.getColumnTypeName(i)));
            }
            return columns;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
