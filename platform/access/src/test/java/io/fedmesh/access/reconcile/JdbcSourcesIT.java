package io.fedmesh.access.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.access.Fixtures;
import io.fedmesh.access.reconcile.SourceDatabases.SourceSnapshot;
import io.fedmesh.local.LocalPostgres;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.UUID;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the driver gives is, value by value, what the table holds; and snapshots see what PostgreSQL says they see. */
class JdbcSourcesIT {
    @TempDir
    static Path home;

    private static LocalPostgres postgres;
    private static JdbcSources sources;

    @BeforeAll
    static void start() throws SQLException {
        postgres = LocalPostgres.start(home);
        postgres.createDatabase("yard");
        sources = new JdbcSources(Map.of("main", () -> postgres.connect("yard")));
        run("""
                create table every_type(
                  id text primary key, flag boolean, small smallint, big bigint, single real, twice double precision,
                  amount numeric(15, 2), day date, at timestamptz, local timestamp, clock time, text jsonb, raw bytea,
                  guid uuid, words text[], numbers bigint[])""");
        run("""
                insert into every_type values
                  ('full', true, 7, 8, 1.1, -0.1, 12.3, '1969-07-20', '1969-07-20 15:17:40.123456-05',
                   '2026-03-29 02:30:00.000001', '23:59:59.999999', '{"b":1,  "a":[null,"\u00e9"]}', '\\x00ff',
                   '0B9CB0D0-0000-4000-8000-00000000000A', array['a', null, '', '"q",{}'], array[-1, 9223372036854775807]),
                  ('empty', null, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
                  ('edges', false, -32768, -9223372036854775808, 'NaN', '-Infinity', -9999999999999.99, '0001-01-01',
                   '9999-12-31 23:59:59.999999+00', '1582-10-10 00:00:00', '00:00', 'null', '', null, '{}', '{}')""");
    }

    @AfterAll
    static void stop() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void everyTypeReadFromTheSourceIsWhatTheTableHolds() {
        assertThat(digests("select * from every_type order by id = 'full' desc, id = 'empty' desc"))
                .containsExactly(
                        digest(
                                "full",
                                true,
                                7,
                                8L,
                                1.1f,
                                -0.1d,
                                new BigDecimal("12.30"),
                                LocalDate.of(1969, 7, 20),
                                OffsetDateTime.of(1969, 7, 20, 20, 17, 40, 123_456_000, ZoneOffset.UTC),
                                LocalDateTime.of(2026, 3, 29, 2, 30, 0, 1_000),
                                LocalTime.of(23, 59, 59, 999_999_000),
                                "{\"a\": [null, \"\u00e9\"], \"b\": 1}",
                                ByteBuffer.wrap(new byte[] {0, -1}),
                                UUID.fromString("0b9cb0d0-0000-4000-8000-00000000000a"),
                                Arrays.asList("a", null, "", "\"q\",{}"),
                                List.of(-1L, Long.MAX_VALUE)),
                        digest(
                                "empty", null, null, null, null, null, null, null, null, null, null, null, null, null,
                                null, null),
                        digest(
                                "edges",
                                false,
                                -32768,
                                Long.MIN_VALUE,
                                Float.NaN,
                                Double.NEGATIVE_INFINITY,
                                new BigDecimal("-9999999999999.99"),
                                LocalDate.of(1, 1, 1),
                                OffsetDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000, ZoneOffset.UTC),
                                LocalDateTime.of(1582, 10, 10, 0, 0),
                                LocalTime.MIDNIGHT,
                                "null",
                                ByteBuffer.allocate(0),
                                null,
                                List.of(),
                                List.of()));
    }

    @Test
    void theProcessesTimeZoneChangesNothing() {
        List<String> utc = digests("select * from every_type order by id");
        TimeZone before = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));

            assertThat(digests("select * from every_type order by id")).isEqualTo(utc);
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @Test
    void aSnapshotStaysWhatItWasAndItsPositionIsAfterWhatItSees() throws SQLException {
        run("create table moving(id text primary key, amount numeric(15, 2))");
        run("insert into moving values ('a', 1)");
        String committed = ask("select pg_current_wal_insert_lsn()::text");
        try (SourceSnapshot snapshot = sources.open("main")) {
            run("insert into moving values ('b', 2)");
            run("delete from moving where id = 'a'");

            List<@Nullable Object> ids = new ArrayList<>();
            snapshot.read(
                    "select id from moving",
                    Fixtures.contract("yard.x", idOnly()).schema(),
                    row -> ids.add(row[0]));
            assertThat(ids).containsExactly("a");
            assertThat(Long.compareUnsigned(snapshot.lsn(), Lsn.parse(committed)))
                    .isNotNegative();
        }
    }

    @Test
    void whatASnapshotSeesIsWhatPostgresSaysItSees() throws SQLException {
        run("create table written(id bigint)");
        List<Long> numbers = new ArrayList<>();
        List<Connection> running = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Connection connection = postgres.connect("yard");
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(
                            "insert into written values (" + i + ") returning pg_current_xact_id()::text")) {
                result.next();
                numbers.add(Long.parseLong(result.getString(1)));
            }
            if (i % 3 == 0) {
                connection.commit();
                connection.close();
            } else {
                running.add(connection);
            }
        }
        try (SourceSnapshot snapshot = sources.open("main")) {
            for (Connection connection : running) {
                connection.commit();
                connection.close();
            }
            run("insert into written values (99)");
            numbers.add(Long.parseLong(ask("select max(xmin::text::bigint)::text from written")));

            List<Boolean> ours = numbers.stream()
                    .map(n -> snapshot.visible().sees(n & 0xffffffffL))
                    .toList();
            List<Boolean> theirs = new ArrayList<>();
            Schema schema = new Schema.Parser()
                    .parse(
                            "{\"type\":\"record\",\"name\":\"X\",\"fields\":[{\"name\":\"seen\",\"type\":\"boolean\"}]}");
            for (long number : numbers) {
                snapshot.read(
                        "select pg_visible_in_snapshot('" + number + "'::xid8, pg_current_snapshot()) as seen",
                        schema,
                        row -> theirs.add((Boolean) row[0]));
            }
            assertThat(ours).isEqualTo(theirs).contains(true, false);
        }
    }

    @Test
    void aSnapshotCannotWriteAndAnErrorTellsNoValue() {
        try (SourceSnapshot snapshot = sources.open("main")) {
            assertThatThrownBy(() -> snapshot.read("select 'Miller'::int as id", idOnly(), row -> {}))
                    .isInstanceOf(ReconcileException.class)
                    .hasMessage("[source] the database must answer but failed with SQLSTATE 22P02")
                    .hasNoCause();
        }
        try (SourceSnapshot snapshot = sources.open("main")) {
            assertThatThrownBy(() -> snapshot.read("delete from every_type returning id", idOnly(), row -> {}))
                    .hasMessage("[source] the database must answer but failed with SQLSTATE 25006");
        }
    }

    private static Schema idOnly() {
        return new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"X\",\"fields\":[{\"name\":\"id\",\"type\":\"string\"}]}");
    }

    private static List<String> digests(String sql) {
        List<String> digests = new ArrayList<>();
        try (SourceSnapshot snapshot = sources.open("main")) {
            snapshot.read(sql, Fixtures.EVERY_TYPE, row -> digests.add(digest(row)));
        }
        return digests;
    }

    /** Field by field, so that a difference names its field. */
    private static String digest(@Nullable Object... values) {
        StringBuilder text = new StringBuilder();
        for (Schema.Field field : Fixtures.EVERY_TYPE.getFields()) {
            Canonical canonical = new Canonical();
            canonical.value(field.schema(), values[field.pos()]);
            text.append(field.name())
                    .append('=')
                    .append(new String(canonical.array(), 0, canonical.length(), StandardCharsets.ISO_8859_1))
                    .append('\n');
        }
        return text.toString();
    }

    private static void run(String sql) throws SQLException {
        try (Connection connection = postgres.connect("yard");
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }

    private static String ask(String sql) throws SQLException {
        try (Connection connection = postgres.connect("yard");
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet result = statement.executeQuery()) {
            result.next();
            return result.getString(1);
        }
    }
}
