package io.fedmesh.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.local.LocalPostgres;
import io.fedmesh.local.SampleStory;
import io.fedmesh.local.SampleStory.Workload;
import io.fedmesh.local.SampleStory.WorkloadOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
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
