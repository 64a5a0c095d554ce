package io.fedmesh.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.Source;
import io.fedmesh.local.LocalPostgres;
import io.fedmesh.local.SampleStory;
import io.fedmesh.local.SampleStory.Workload;
import io.fedmesh.local.SampleStory.WorkloadOptions;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The story on a real PostgreSQL. */
class ConstructionStoryIT {
    private static final String DIGEST = """
            select md5(string_agg(t::text, '' order by t::text)) from (
              select p::text from projects.project p union all select t::text from projects.task t
              union all select c::text from financials.contractor c union all select i::text from financials.cost_item i
              union all select v::text from financials.invoice v) t""";

    private static final Path ROOT = Path.of(System.getProperty("fedmesh.root"));
    private static final BigDecimal ZERO = new BigDecimal("0.00");

    private static LocalPostgres postgres;

    @TempDir
    private static Path home;

    @BeforeAll
    static void start() {
        postgres = LocalPostgres.start(home);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void theServiceLoaderFindsTheStory() {
        assertThat(ServiceLoader.load(SampleStory.class).stream().map(ServiceLoader.Provider::type))
                .containsExactly(ConstructionStory.class);
    }

    @Test
    void theSameSeedGivesTheSameData() throws Exception {
        String one = play("one", 5_000, 42);
        String two = play("two", 5_000, 42);
        String three = play("three", 5_000, 43);

        assertThat(one).isEqualTo(two).isNotEqualTo(three);
    }

    @Test
    void theDefaultStoryDoesEveryKindOfChangeAndLeavesNothingInFlight() throws Exception {
        play("many", 20_000, 1);

        try (Connection connection = connect("many").get()) {
            assertThat(number(connection, "select count(*) from pg_stat_activity where state like 'idle in tr%'"))
                    .isZero();
            assertThat(number(connection, "select count(*) from projects.task where length(notes) > 2500"))
                    .isGreaterThan(20);
            assertThat(
                            number(
                                    connection,
                                    "select pg_total_relation_size(reltoastrelid) from pg_class where oid = 'projects.task'::regclass"))
                    .isGreaterThan(100_000);
            assertThat(number(connection, "select count(*) from projects.project where right(project_id, 4) = '|x\\y'"))
                    .isPositive();
            assertThat(number(connection, "select sum(n_tup_del) from pg_stat_user_tables"))
                    .isPositive();
            assertThat(number(connection, "select count(*) from financials.cost_item where actual is null"))
                    .isPositive();
        }
    }

    @Test
    void aSecondRunOnTheSameDatabaseGoesOn() throws Exception {
        play("again", 2_000, 7);
        play("again", 2_000, 7);
    }

    @Test
    void theContractsFitTheTables() throws Exception {
        play("fit", 2_000, 3);
        Contracts contracts = Contracts.load(ROOT);

        try (Connection connection = connect("fit").get()) {
            for (Contract contract : contracts.products()) {
                if (contract.origin() instanceof Contract.Captured captured) {
                    assertThat(keyColumns(connection, captured.table()))
                            .as(contract.name().toString())
                            .containsExactlyElementsOf(contract.keyFields().stream()
                                    .map(captured.columns()::get)
                                    .toList());
                    Map<String, Boolean> nullable = nullable(connection, captured.table());
                    captured.columns()
                            .forEach((field, column) -> assertThat(nullable.get(column))
                                    .as("%s.%s", contract.name(), field)
                                    .isEqualTo(contract.schema()
                                            .getField(field)
                                            .schema()
                                            .isUnion()));
                }
            }
            for (Source source : contracts.sources()) {
                assertThat(nullable(connection, source.heartbeatTable())).containsOnlyKeys("source", "beat_at");
            }
        }
    }

    @Test
    void theReconcileSqlGivesTheFieldsOfItsProduct() throws Exception {
        play("derived", 5_000, 4);
        Contracts contracts = Contracts.load(ROOT);

        try (Connection connection = connect("derived").get();
                Statement statement = connection.createStatement()) {
            for (Contract contract : contracts.products()) {
                if (contract.origin() instanceof Contract.Derived derived) {
                    try (ResultSet rows = statement.executeQuery(derived.reconcileSql())) {
                        List<String> columns = new ArrayList<>();
                        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                            columns.add(rows.getMetaData().getColumnName(i));
                        }
                        assertThat(columns)
                                .containsExactlyElementsOf(contract.fields().keySet());
                        assertThat(rows.next()).isTrue();
                    }
                }
            }
        }
    }

    /** Recomputed in Java from the rows, one by one. */
    @Test
    void theReconcileSqlOfProjectHealthRoundsOnceHalfUp() throws Exception {
        play("health", 5_000, 5);
        Contract health = Contracts.load(ROOT)
                .product(ProductName.parse("portfolio.project-health"))
                .orElseThrow();
        String sql = ((Contract.Derived) health.origin()).reconcileSql();

        try (Connection connection = connect("health").get();
                Statement statement = connection.createStatement()) {
            Map<String, BigDecimal> spent = new HashMap<>();
            try (ResultSet rows = statement.executeQuery("select project_id, actual from financials.cost_item")) {
                while (rows.next()) {
                    BigDecimal actual = rows.getBigDecimal(2);
                    spent.merge(rows.getString(1), actual == null ? ZERO : actual, BigDecimal::add);
                }
            }
            int projects = 0;
            try (ResultSet rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    BigDecimal mine = spent.getOrDefault(rows.getString("project_id"), ZERO);
                    BigDecimal budget = rows.getBigDecimal("budget");
                    assertThat(rows.getBigDecimal("spent")).isEqualTo(mine);
                    assertThat(rows.getBigDecimal("remaining")).isEqualTo(budget.subtract(mine));
                    assertThat(rows.getBoolean("over_budget")).isEqualTo(mine.compareTo(budget) > 0);
                    assertThat(rows.getBigDecimal("percent_spent"))
                            .isEqualTo(mine.multiply(BigDecimal.valueOf(100)).divide(budget, 2, RoundingMode.HALF_UP));
                    projects++;
                }
            }
            assertThat(projects).isGreaterThan(10);
        }
    }

    private static List<String> keyColumns(Connection connection, String table) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                select a.attname from pg_index i
                join unnest(i.indkey) with ordinality k(attnum, at) on true
                join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
                where i.indisprimary and i.indrelid = ?::regclass order by k.at""")) {
            statement.setString(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.add(rows.getString(1));
                }
            }
        }
        return columns;
    }

    private static Map<String, Boolean> nullable(Connection connection, String table) throws SQLException {
        Map<String, Boolean> columns = new HashMap<>();
        try (PreparedStatement statement =
                connection.prepareStatement("select attname, not attnotnull from pg_attribute"
                        + " where attrelid = ?::regclass and attnum > 0 and not attisdropped")) {
            statement.setString(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.put(rows.getString(1), rows.getBoolean(2));
                }
            }
        }
        return columns;
    }

    private static String play(String database, long rows, long seed) throws Exception {
        postgres.createDatabase(database);
        Supplier<Connection> connections = connect(database);
        SampleStory story = new ConstructionStory();
        try (Connection connection = connections.get()) {
            story.createSchema(connection);
            story.createSchema(connection);
        }
        Workload workload = story.start(new WorkloadOptions(rows, Duration.ofMinutes(2), seed, connections));
        try (workload) {
            workload.await();
        }
        assertThat(workload.isDone()).isTrue();
        assertThat(workload.committedRows()).isBetween(rows, rows + rows / 10);
        assertThat(workload.rolledBackRows()).isPositive();
        assertThat(workload.transactions()).isGreaterThan(50);
        try (Connection connection = connections.get();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(DIGEST)) {
            row.next();
            return row.getString(1);
        }
    }

    private static Supplier<Connection> connect(String database) {
        return () -> {
            try {
                return DriverManager.getConnection(
                        postgres.jdbcUrl(database), postgres.adminUser(), postgres.adminPassword());
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
