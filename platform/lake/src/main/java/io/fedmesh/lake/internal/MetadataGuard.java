package io.fedmesh.lake.internal;

import io.fedmesh.lake.TableRefusedException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.jdbc.JdbcClientPool;
import org.apache.iceberg.jdbc.UncheckedInterruptedException;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog knows of tables outside the bucket, in two tables of its own database: the SHA-256 of every current
 * metadata file and the encryption key id of every table. A metadata file is readable and lies in the bucket; whoever can
 * write there must not be able to swap the key id, the snapshots or the properties of a table.
 *
 * <p>A file's hash is written before the catalog's pointer moves to it, under the file's own location, which is never used
 * twice. So there is no moment at which the pointer names a file without a hash, whatever crashes. Thread-safe.
 */
final class MetadataGuard implements AutoCloseable {
    /** In the place of a key's id for a table that was made without one. */
    private static final String NO_KEY = "";

    private final JdbcClientPool connections;
    private final Map<String, String> keyIds = new ConcurrentHashMap<>();

    MetadataGuard(JdbcClientPool connections) {
        this.connections = connections;
    }

    /** Makes the guard's tables where they are missing. */
    void prepare() {
        run(connection -> {
            try (Statement statement = connection.createStatement()) {
                // Two processes may start at once: CREATE IF NOT EXISTS alone still collides in PostgreSQL.
                statement.execute("SELECT pg_advisory_lock(7021634)");
                try {
                    statement.execute("CREATE TABLE IF NOT EXISTS mesh_metadata_guard ("
                            + "metadata_location text PRIMARY KEY, sha256 char(64) NOT NULL)");
                    statement.execute("CREATE TABLE IF NOT EXISTS mesh_table_key ("
                            + "table_uuid text PRIMARY KEY, key_id text NOT NULL)");
                } finally {
                    statement.execute("SELECT pg_advisory_unlock(7021634)");
                }
                return null;
            }
        });
    }

    /** Remembers the hash of a metadata file that has just been written. */
    void remember(String location, String sha256) {
        run(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO mesh_metadata_guard (metadata_location, sha256)"
                            + " VALUES (?, ?) ON CONFLICT (metadata_location) DO UPDATE SET sha256 = excluded.sha256")) {
                insert.setString(1, location);
                insert.setString(2, sha256);
                return insert.executeUpdate();
            }
        });
    }

    /** Forgets a metadata file that was deleted. */
    void forget(String location) {
        run(connection -> {
            try (PreparedStatement delete =
                    connection.prepareStatement("DELETE FROM mesh_metadata_guard WHERE metadata_location = ?")) {
                delete.setString(1, location);
                return delete.executeUpdate();
            }
        });
    }

    /** Refuses a metadata file whose bytes are not those that this catalog wrote. */
    void check(String location, String sha256) {
        String known = text("SELECT sha256 FROM mesh_metadata_guard WHERE metadata_location = ?", location);
        if (known == null) {
            throw new MetadataMismatchException("[" + location
                    + "] the catalog's guard must know this metadata file but does not: it was not written through this"
                    + " catalog");
        }
        if (!known.equals(sha256)) {
            throw new MetadataMismatchException("[" + location + "] the metadata file must have SHA-256 " + known
                    + " but has " + sha256 + ": it was changed outside the catalog");
        }
    }

    /** Binds a new table to its key, or to having none, once and for all. */
    void bindKey(String tableUuid, @Nullable String keyId) {
        run(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO mesh_table_key (table_uuid, key_id) VALUES (?, ?) ON CONFLICT DO NOTHING")) {
                insert.setString(1, tableUuid);
                insert.setString(2, keyId == null ? NO_KEY : keyId);
                return insert.executeUpdate();
            }
        });
        checkKey(tableUuid, keyId);
    }

    /** Refuses a table whose key id is not the one it was made with. */
    void checkKey(String tableUuid, @Nullable String keyId) {
        String known = keyIds.get(tableUuid);
        if (known == null) {
            known = text("SELECT key_id FROM mesh_table_key WHERE table_uuid = ?", tableUuid);
            if (known == null) {
                throw new TableRefusedException("[table " + tableUuid
                        + "] the catalog's guard must know the table's key but does not: it was not made through this"
                        + " catalog");
            }
            keyIds.put(tableUuid, known);
        }
        if (!known.equals(keyId == null ? NO_KEY : keyId)) {
            throw new TableRefusedException("[table " + tableUuid + "] 'encryption.key-id' must be '" + known
                    + "' but was " + (keyId == null ? "absent" : "'" + keyId + "'"));
        }
    }

    @Override
    public void close() {
        connections.close();
    }

    private @Nullable String text(String sql, String parameter) {
        return run(connection -> {
            try (PreparedStatement query = connection.prepareStatement(sql)) {
                query.setString(1, parameter);
                try (ResultSet rows = query.executeQuery()) {
                    return rows.next() ? rows.getString(1) : null;
                }
            }
        });
    }

    private interface Work<T> {
        @Nullable
        T on(java.sql.Connection connection) throws SQLException;
    }

    private <T> @Nullable T run(Work<T> work) {
        try {
            return connections.run(work::on);
        } catch (SQLException e) {
            throw new UncheckedSQLException(e, "[catalog] the metadata guard cannot be asked");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedInterruptedException(e, "[catalog] interrupted while asking the metadata guard");
        }
    }
}
