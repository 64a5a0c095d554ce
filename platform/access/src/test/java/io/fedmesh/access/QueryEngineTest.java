package io.fedmesh.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.Decision;
import io.fedmesh.govern.LocalAccessPolicy;
import io.fedmesh.govern.Obligations;
import io.fedmesh.govern.Principal;
import io.fedmesh.lake.TokenKeys;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryEngineTest {
    private static final Principal OPERATOR = new Principal("local-operator");
    private static final ProductName CRATE = ProductName.parse("yard.small-crate");
    private static final ProductName LOAD = ProductName.parse("harbour.load");
    private static final Schema CRATES = new Schema(
            Types.NestedField.required(1, "id", Types.StringType.get()),
            Types.NestedField.optional(2, "flag", Types.BooleanType.get()),
            Types.NestedField.optional(3, "small", Types.IntegerType.get()),
            Types.NestedField.optional(4, "big", Types.LongType.get()),
            Types.NestedField.optional(5, "single", Types.FloatType.get()),
            Types.NestedField.optional(6, "twice", Types.DoubleType.get()),
            Types.NestedField.optional(7, "amount", Types.DecimalType.of(15, 2)),
            Types.NestedField.optional(8, "day", Types.DateType.get()),
            Types.NestedField.optional(9, "at", Types.TimestampType.withZone()),
            Types.NestedField.optional(10, "local", Types.TimestampType.withoutZone()),
            Types.NestedField.optional(11, "clock", Types.TimeType.get()),
            Types.NestedField.optional(12, "raw", Types.BinaryType.get()),
            Types.NestedField.optional(13, "guid", Types.UUIDType.get()),
            Types.NestedField.optional(14, "words", Types.ListType.ofOptional(15, Types.StringType.get())),
            Types.NestedField.optional(16, "prices", Types.ListType.ofRequired(17, Types.DecimalType.of(9, 2))),
            Types.NestedField.optional(
                    18,
                    "place",
                    Types.StructType.of(
                            Types.NestedField.required(19, "row", Types.IntegerType.get()),
                            Types.NestedField.optional(20, "name", Types.StringType.get()))));
    private static final Schema LOADS = new Schema(
            Types.NestedField.required(1, "id", Types.StringType.get()),
            Types.NestedField.required(2, "crate_id", Types.StringType.get()),
            Types.NestedField.required(3, "weight", Types.LongType.get()));

    private final FakeTables tables = new FakeTables();
    private final QueryEngine engine = engine(QueryLimits.DEFAULT);

    @BeforeEach
    void fill() {
        tables.put(TableName.latest(CRATE), CRATES, List.of(full(), empty()), Map.of(0, 2L));
        tables.put(TableName.latest(LOAD), LOADS, loads(3), Map.of(0, 3L));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void everyTypeComesThroughAsItIs() {
        QueryResult result = ask("select * from yard.small_crate_latest order by id");

        assertThat(result.rows().get(1))
                .usingRecursiveComparison()
                .isEqualTo(Arrays.asList(
                        "C-2",
                        true,
                        7,
                        8L,
                        1.5f,
                        2.5d,
                        new BigDecimal("-12.30"),
                        LocalDate.of(1969, 7, 20),
                        Instant.parse("1969-07-20T20:17:40.123456Z"),
                        LocalDateTime.of(2026, 3, 29, 2, 30, 0, 1000),
                        LocalTime.of(23, 59, 59, 999_999_000),
                        new byte[] {0, -1},
                        UUID.fromString("0b9cb0d0-0000-4000-8000-000000000001"),
                        Arrays.asList("a", null, ""),
                        List.of(new BigDecimal("1.50")),
                        Map.of("row", 5, "name", "here")));
        assertThat(result.rows().get(0)).startsWith("C-1").last().isNull();
        assertThat(result.columns())
                .extracting(c -> c.name() + " " + c.type())
                .contains("amount DECIMAL(15,2)", "at TIMESTAMP WITH TIME ZONE", "words VARCHAR[]");
    }

    @Test
    void oneQueryJoinsProductsOfTwoDomains() {
        QueryResult result = ask("""
                with heavy as (select crate_id, sum(weight) as weight from harbour.load_latest group by all)
                select c.id, h.weight, c.id from yard.small_crate_latest c join heavy h on c.id = h.crate_id -- all
                """);

        assertThat(result.rows()).containsExactly(List.of("C-2", new java.math.BigInteger("3"), "C-2"));
        assertThat(result.columns()).extracting(QueryResult.Column::name).containsExactly("id", "weight", "id");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            select id from yard.small_crate_latest where day is null | [id, day]
            select count(*) from yard.small_crate_latest | [id]
            select c.amount from YARD.Small_Crate_Latest c | [amount]
            select a.place.row from yard.small_crate_latest a | [place]
            select max(big) over (order by twice) from yard.small_crate_latest | [big, twice]
            select list_transform(words, lambda w : concat(w, single)) from yard.small_crate_latest | [single, words]
            select 1 from yard.small_crate_latest a join yard.small_crate_latest b using (guid) | [guid]
            """)
    void onlyTheColumnsThatAQueryNamesAreRead(String sql, String columns) {
        ask(sql);

        assertThat(tables.scans).containsExactly("yard.small_crate_latest: " + columns);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select * from yard.small_crate_latest",
                "from yard.small_crate_latest",
                "select c from yard.small_crate_latest c",
                "select small_crate_latest from yard.small_crate_latest",
                "select columns('i.*') from yard.small_crate_latest",
                "select 1 from yard.small_crate_latest a natural join yard.small_crate_latest b",
                "select x from yard.small_crate_latest t(x)"
            })
    void aQueryThatMayMeanEveryColumnReadsThemAll(String sql) {
        ask(sql);

        assertThat(tables.scans.get(0)).contains("id", "flag", "place", "prices");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            select 1; select 2 | [query] must be one SELECT but had 2 statements
            copy (select 1) to '/tmp/x' | [query] must be one SELECT: nothing else is run here
            insert into yard.small_crate_latest values (1) | [query] must be one SELECT: nothing else is run here
            attach '/tmp/x.db' | [query] must be one SELECT: nothing else is run here
            set memory_limit='9GB' | [query] must be one SELECT: nothing else is run here
            install httpfs | [query] must be one SELECT: nothing else is run here
            explain select 1 | [query] must be one SELECT: nothing else is run here
            pragma database_list | [query] must be one SELECT: nothing else is run here
            show tables | [query] must be one SELECT over tables but holds show ref
            describe yard.small_crate_latest | [query] must be one SELECT over tables but holds show ref
            with a as (insert into t values (1) returning 1) select * from a | [query] must be one SELECT over tables but holds insert query node
            select * from read_csv('/etc/passwd') | [query] may use the table functions [generate_series, json_each, json_tree, range, unnest] but uses 'read_csv'
            select * from system.main.glob('/etc/*') | [query] may use the table functions [generate_series, json_each, json_tree, range, unnest] but uses 'glob'
            select * from read_parquet('s3://x/y') | [query] may use the table functions [generate_series, json_each, json_tree, range, unnest] but uses 'read_parquet'
            select * from duckdb_settings() | [query] may use the table functions [generate_series, json_each, json_tree, range, unnest] but uses 'duckdb_settings'
            select * from pragma_version() | [query] may use the table functions [generate_series, json_each, json_tree, range, unnest] but uses 'pragma_version'
            select * from query('select 1') | [query] may use the table functions [generate_series, json_each, json_tree, range, unnest] but uses 'query'
            select (select max(x) from read_text('/etc/passwd') t(x)) | [query] may use the table functions [generate_series, json_each, json_tree, range, unnest] but uses 'read_text'
            select current_setting('memory_limit') | [query] must not use the function 'current_setting'
            select getvariable('x') over () | [query] must not use the function 'getvariable'
            select write_log('x') | [query] must not use the function 'write_log'
            select pg_sleep(100) | [query] must not use the function 'pg_sleep'
            select * from '/etc/passwd' | [query] must name a table as <domain>.<product>_latest or <domain>.<product>_history but names '/etc/passwd'
            select * from duckdb_tables | [query] must name a table as <domain>.<product>_latest or <domain>.<product>_history but names 'duckdb_tables'
            with duckdb_tables as (select * from duckdb_tables) select * from duckdb_tables | [query] must name a table as <domain>.<product>_latest or <domain>.<product>_history but names 'duckdb_tables'
            select * from (with x as (select 1) select * from x), x | [query] must name a table as <domain>.<product>_latest or <domain>.<product>_history but names 'x'
            select * from memory.yard.small_crate_latest | [query] must name a table as <domain>.<product>_latest or <domain>.<product>_history but names 'memory.yard.small_crate_latest'
            select * from information_schema.tables | [query] must name tables that exist but 'information_schema.tables' does not; there are: harbour.load_history, harbour.load_latest, yard.small_crate_history, yard.small_crate_latest
            select * from yard.crate | [query] must name tables that exist but 'yard.crate' does not; there are: harbour.load_history, harbour.load_latest, yard.small_crate_history, yard.small_crate_latest
            select * from yard.small_crate_latest at (version => 1) | [query] must read tables as they are now but uses AT
            select * from yard.small_crate_history | [yard.small_crate_history] must have been written by the sink before it is read but it does not exist yet
            select $1 | [query] must hold no parameters
            selec 1 | [query] must be SQL but: syntax error at or near "selec" (character 1)
            '' | [query] must be one SELECT but had 0 statements
            """)
    void whatIsNotOneSelectOverTheTablesOfTheMeshIsRefused(String sql, String message) {
        assertThatThrownBy(() -> ask(sql))
                .isInstanceOf(QueryRefusedException.class)
                .hasMessage(message);
        assertThat(tables.scans).isEmpty();
    }

    @Test
    void anUnknownColumnIsAnsweredWithThoseThereAre() {
        assertThatThrownBy(() -> ask("select wieght from harbour.load_latest"))
                .isInstanceOf(QueryRefusedException.class)
                .hasMessage("[query] must be valid but: Binder Error: Referenced column \"wieght\" not found in FROM"
                        + " clause!\nColumns of harbour.load_latest: id, crate_id, weight");
    }

    @Test
    void anErrorThatSpeaksOfAValueIsNamedByItsKindAlone() {
        assertThatThrownBy(() -> ask("select crate_id::integer from harbour.load_latest"))
                .isInstanceOf(QueryRefusedException.class)
                .hasMessage("[query] must run without an error but had: Conversion Error")
                .hasNoCause();
    }

    @Test
    void aDeniedProductIsNotOpenedNorIsAnyOtherOfTheSameQuery() {
        try (QueryEngine one = new QueryEngine(
                Fixtures.contracts(),
                tables,
                (who, what, purpose) -> what.equals(LOAD) ? Decision.deny("no agreement") : Decision.allow("yes"),
                QueryLimits.DEFAULT)) {
            assertThatThrownBy(() -> one.query("select * from yard.small_crate_latest, harbour.load_latest", OPERATOR))
                    .isInstanceOf(QueryRefusedException.class)
                    .hasMessage("[harbour.load] must be allowed for local-operator but was denied: no agreement");
        }
        assertThat(tables.scans).isEmpty();
    }

    @Test
    void aTableWithoutAContractIsShownWholeOrNotAtAll() {
        TableName diary = TableName.history(ProductName.parse("mesh.diary"));
        tables.put(diary, LOADS, loads(3), Map.of(0, 3L));
        assertThatThrownBy(() -> ask("select * from mesh.diary_history"))
                .isInstanceOf(QueryRefusedException.class)
                .hasMessageContaining("must name tables that exist but 'mesh.diary_history' does not");
        Principal reader = new Principal("reader");
        Principal half = new Principal("half");
        try (QueryEngine one = new QueryEngine(
                Fixtures.contracts(),
                Set.of(diary),
                tables,
                (who, what, purpose) -> !what.equals(diary.product())
                        ? Decision.deny("no agreement")
                        : who.equals(reader)
                                ? Decision.allow("yes")
                                : who.equals(half)
                                        ? new Decision(true, List.of("yes"), Set.of(), null, Obligations.NOTHING)
                                        : Decision.deny("no auditor"),
                TokenKeys.NONE,
                QueryLimits.DEFAULT)) {
            assertThat(one.query("select count(*), max(weight) from mesh.diary_history", reader)
                            .rows())
                    .containsExactly(List.of(3L, 2L));
            tables.scans.clear();
            assertThatThrownBy(() -> one.query("select * from mesh.diary_history", OPERATOR))
                    .hasMessage("[mesh.diary] must be allowed for local-operator but was denied: no auditor");
            assertThatThrownBy(() -> one.query("select * from mesh.diary_history", half))
                    .hasMessage("[mesh.diary_history] must be shown whole but fields or rows of it are not");
            assertThatThrownBy(() -> one.query("select * from mesh.diary_latest", reader))
                    .hasMessageContaining("must name tables that exist")
                    .hasMessageContaining(", mesh.diary_history, ");
        }
        assertThat(tables.scans).isEmpty();
    }

    @Test
    void aPolicyThatFailsDenies() {
        try (QueryEngine one = new QueryEngine(
                Fixtures.contracts(),
                tables,
                (who, what, purpose) -> {
                    throw new IllegalStateException("the image is gone");
                },
                QueryLimits.DEFAULT)) {
            assertThatThrownBy(() -> one.query("select * from harbour.load_latest", OPERATOR))
                    .isInstanceOf(QueryRefusedException.class)
                    .hasMessage("[harbour.load] must be allowed for local-operator but the decision failed");
        }
        assertThat(tables.scans).isEmpty();
    }

    @Test
    void moreRowsThanTheLimitAreCutOffInTheOrderAskedFor() {
        tables.put(TableName.latest(LOAD), LOADS, loads(1000), Map.of(0, 1000L));
        try (QueryEngine one = engine(new QueryLimits(5, 1 << 20, 256L << 20, 1, Duration.ofSeconds(30)))) {
            QueryResult result = one.query("select weight from harbour.load_latest order by weight desc;", OPERATOR);

            assertThat(result.truncated()).isTrue();
            assertThat(result.rows()).extracting(r -> r.get(0)).containsExactly(999L, 998L, 997L, 996L, 995L);
        }
    }

    @Test
    void aResultThatGrowsTooLargeIsRefused() {
        try (QueryEngine one = engine(new QueryLimits(10_000, 10_000, 256L << 20, 1, Duration.ofSeconds(30)))) {
            assertThatThrownBy(() -> one.query("select repeat('x', 1000) from range(100)", OPERATOR))
                    .hasMessage("[query] must answer with at most 10000 bytes but passed them at row 5");
        }
    }

    @Test
    void aQueryThatTakesTooLongIsEnded() {
        try (QueryEngine one = engine(new QueryLimits(10, 1 << 20, 256L << 20, 1, Duration.ofMillis(700)))) {
            assertThatThrownBy(() -> one.query(
                            "select count(*) from range(10000000) a, range(10000000) b where a.range * b.range % 7 = 3",
                            OPERATOR))
                    .isInstanceOf(QueryRefusedException.class)
                    .hasMessage("[query] must end within 700 ms but did not");
        }
    }

    @Test
    void aQueryThatNeedsTooMuchMemoryIsRefused() {
        try (QueryEngine one = engine(new QueryLimits(10, 1 << 20, 64L << 20, 1, Duration.ofSeconds(30)))) {
            assertThatThrownBy(() -> one.query(
                            "select a.range, list(b.range) from range(1000000) a, range(100) b group by all", OPERATOR))
                    .hasMessage(
                            "[query] must need at most 64 MiB of memory but needs more: name fewer columns or tables");
        }
    }

    private QueryResult ask(String sql) {
        return engine.query(sql, OPERATOR);
    }

    private QueryEngine engine(QueryLimits limits) {
        return new QueryEngine(
                Fixtures.contracts(), tables, new LocalAccessPolicy(Fixtures.contracts(), OPERATOR), limits);
    }

    private static Record full() {
        GenericRecord place = GenericRecord.create(CRATES.findType("place").asStructType());
        place.setField("row", 5);
        place.setField("name", "here");
        GenericRecord row = GenericRecord.create(CRATES);
        row.setField("id", "C-2");
        row.setField("flag", true);
        row.setField("small", 7);
        row.setField("big", 8L);
        row.setField("single", 1.5f);
        row.setField("twice", 2.5d);
        row.setField("amount", new BigDecimal("-12.30"));
        row.setField("day", LocalDate.of(1969, 7, 20));
        row.setField("at", OffsetDateTime.of(1969, 7, 20, 20, 17, 40, 123_456_000, ZoneOffset.UTC));
        row.setField("local", LocalDateTime.of(2026, 3, 29, 2, 30, 0, 1000));
        row.setField("clock", LocalTime.of(23, 59, 59, 999_999_000));
        row.setField("raw", ByteBuffer.wrap(new byte[] {0, -1}));
        row.setField("guid", UUID.fromString("0b9cb0d0-0000-4000-8000-000000000001"));
        row.setField("words", Arrays.asList("a", null, ""));
        row.setField("prices", List.of(new BigDecimal("1.50")));
        row.setField("place", place);
        return row;
    }

    private static Record empty() {
        GenericRecord row = GenericRecord.create(CRATES);
        row.setField("id", "C-1");
        return row;
    }

    private static List<Record> loads(int count) {
        return new ArrayList<>(IntStream.range(0, count)
                .mapToObj(i -> {
                    GenericRecord row = GenericRecord.create(LOADS);
                    row.setField("id", "L-" + i);
                    row.setField("crate_id", "C-2");
                    row.setField("weight", (long) i);
                    return (Record) row;
                })
                .toList());
    }
}
