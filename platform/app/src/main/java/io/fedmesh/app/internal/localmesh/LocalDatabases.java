package io.fedmesh.app.internal.localmesh;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.Source;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.local.LocalPostgres;
import io.fedmesh.local.SampleStory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The databases of the local mesh and who may do what in them: each component has its own role with the least that its
 * work needs. Doing it again changes nothing but passwords.
 */
final class LocalDatabases {
    /** Component that reads the source to compare it with the tables. */
    static final String READER = DesiredState.READER;

    /** The application whose data the sample story makes up. */
    static final String STORY = "mesh.story";

    private static final String CATALOG = "mesh_catalog";

    private final LocalPostgres postgres;
    private final Contracts contracts;
    private final @Nullable SampleStory story;
    private final Function<String, String> passwords;

    /**
     * @param story makes the tables of its database; null when none is on the class path
     * @param passwords the password of a role's name, the same at each start
     */
    LocalDatabases(
            LocalPostgres postgres,
            Contracts contracts,
            @Nullable SampleStory story,
            Function<String, String> passwords) {
        this.postgres = postgres;
        this.contracts = contracts;
        this.story = story;
        this.passwords = passwords;
    }

    /** Makes every source database with its tables, roles, rights and publications. */
    void sources(LocalConfig config) throws SQLException {
        for (String connection : connections()) {
            postgres.createDatabase(connection);
            Map<String, LocalConfig.Role> users = new LinkedHashMap<>();
            SampleStory told = story;
            if (told == null || !told.databaseName().equals(connection)) {
                throw new IllegalStateException("[sources] a story that creates the database '" + connection
                        + "' must be on the class path but " + (told == null ? "none is" : told.name() + " is"));
            }
            try (Connection owner = postgres.connect(connection)) {
                told.createSchema(owner);
            }
            for (Source source : contracts.sources()) {
                if (source.connection().equals(connection)) {
                    String component = Names.principal(source.domain(), "cdc");
                    users.put(component, captureRole(source));
                }
            }
            users.put(READER, readerRole(connection));
            users.put(STORY, storyRole(connection));
            config.source(connection, postgres.port(), connection, users);
        }
    }

    /** Makes the catalog's database and its owner. */
    LocalConfig.Role catalog() throws SQLException {
        LocalConfig.Role role = new LocalConfig.Role(CATALOG, passwords.apply(CATALOG));
        postgres.createRole(role.name(), role.password());
        postgres.createDatabase(CATALOG);
        try (Connection admin = postgres.connect(CATALOG)) {
            execute(admin, "alter database " + CATALOG + " owner to " + CATALOG);
            execute(admin, "revoke all on database " + CATALOG + " from public");
            execute(admin, "alter schema public owner to " + CATALOG);
        }
        return role;
    }

    /** JDBC address of the catalog's database. */
    String catalogUrl() {
        return postgres.jdbcUrl(CATALOG);
    }

    private LocalConfig.Role captureRole(Source source) throws SQLException {
        String name = roleName(source.domain() + "_cdc");
        LocalConfig.Role role = new LocalConfig.Role(name, passwords.apply(name));
        postgres.createReplicationRole(role.name(), role.password());
        Set<String> tables = tables(source);
        try (Connection admin = postgres.connect(source.connection())) {
            revokePublic(admin, source.connection());
            execute(admin, "grant connect on database " + quoted(admin, source.connection()) + " to " + name);
            for (String table : tables) {
                execute(admin, "grant usage on schema " + schemaOf(admin, table) + " to " + name);
                execute(admin, "grant select on " + qualified(admin, table) + " to " + name);
            }
            String heartbeat = qualified(admin, source.heartbeatTable());
            execute(admin, "grant usage on schema " + schemaOf(admin, source.heartbeatTable()) + " to " + name);
            execute(admin, "grant select, insert, update on " + heartbeat + " to " + name);
            publish(admin, source, tables);
        }
        return role;
    }

    /** The publication is the database owner's: the capture's role may use it, never widen it. */
    private static void publish(Connection admin, Source source, Set<String> tables) throws SQLException {
        List<String> published = new ArrayList<>();
        for (String table : tables) {
            published.add(qualified(admin, table));
        }
        published.add(qualified(admin, source.heartbeatTable()));
        String list = String.join(", ", published);
        String publication = quoted(admin, source.publication());
        execute(
                admin,
                exists(admin, "select 1 from pg_publication where pubname = '" + source.publication() + "'")
                        ? "alter publication " + publication + " set table " + list
                        : "create publication " + publication + " for table " + list
                                + " with (publish_via_partition_root = true)");
    }

    private LocalConfig.Role readerRole(String connection) throws SQLException {
        String name = roleName("reader");
        LocalConfig.Role role = new LocalConfig.Role(name, passwords.apply(name));
        postgres.createRole(role.name(), role.password());
        try (Connection admin = postgres.connect(connection)) {
            execute(admin, "grant connect on database " + quoted(admin, connection) + " to " + name);
            for (Source source : contracts.sources()) {
                if (!source.connection().equals(connection)) {
                    continue;
                }
                for (String table : tables(source)) {
                    execute(admin, "grant usage on schema " + schemaOf(admin, table) + " to " + name);
                    execute(admin, "grant select on " + qualified(admin, table) + " to " + name);
                }
            }
        }
        return role;
    }

    /** It writes rows of its own schemas, and makes or drops nothing. */
    private LocalConfig.Role storyRole(String connection) throws SQLException {
        String name = roleName("story");
        LocalConfig.Role role = new LocalConfig.Role(name, passwords.apply(name));
        postgres.createRole(role.name(), role.password());
        try (Connection admin = postgres.connect(connection)) {
            execute(admin, "grant connect on database " + quoted(admin, connection) + " to " + name);
            Set<String> schemas = new TreeSet<>();
            for (Source source : contracts.sources()) {
                if (source.connection().equals(connection)) {
                    for (String table : tables(source)) {
                        schemas.add(schemaOf(admin, table));
                    }
                }
            }
            for (String schema : schemas) {
                execute(admin, "grant usage on schema " + schema + " to " + name);
                execute(
                        admin,
                        "grant select, insert, update, delete, truncate on all tables in schema " + schema + " to "
                                + name);
                execute(admin, "grant usage, select, update on all sequences in schema " + schema + " to " + name);
            }
        }
        return role;
    }

    private Set<String> connections() {
        return contracts.sources().stream().map(Source::connection).collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> tables(Source source) {
        Set<String> tables = new TreeSet<>();
        for (Contract contract : source.products(contracts.products())) {
            if (contract.origin() instanceof Contract.Captured captured) {
                tables.add(captured.table());
            }
        }
        return tables;
    }

    private static void revokePublic(Connection admin, String database) throws SQLException {
        execute(admin, "revoke all on database " + quoted(admin, database) + " from public");
    }

    private static String roleName(String text) {
        return "mesh_" + text.replace('-', '_');
    }

    private static String schemaOf(Connection admin, String table) throws SQLException {
        return quoted(admin, table.substring(0, table.indexOf('.')));
    }

    private static String qualified(Connection admin, String table) throws SQLException {
        int dot = table.indexOf('.');
        return quoted(admin, table.substring(0, dot)) + "." + quoted(admin, table.substring(dot + 1));
    }

    private static String quoted(Connection admin, String identifier) throws SQLException {
        try (Statement statement = admin.createStatement()) {
            return statement.enquoteIdentifier(identifier, true);
        }
    }

    private static boolean exists(Connection admin, String sql) throws SQLException {
        try (Statement statement = admin.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next();
        }
    }

    private static void execute(Connection admin, String sql) throws SQLException {
        try (Statement statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }
}
