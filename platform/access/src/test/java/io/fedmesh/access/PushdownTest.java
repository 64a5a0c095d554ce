package io.fedmesh.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.LocalAccessPolicy;
import io.fedmesh.govern.Principal;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader of the tables here leaves out every row that a filter allows it to: the answers must be the same. */
class PushdownTest {
    private static final long SEED = Long.getLong("fedmesh.seed", 20_261_125L);
    private static final int ROWS = 40;
    private static final int SHOWN = 10;
    private static final Principal OPERATOR = new Principal("local-operator");
    private static final ProductName CRATE = ProductName.parse("yard.small-crate");
    private static final ProductName LOAD = ProductName.parse("harbour.load");
    private static final Schema COLUMNS = new Schema(
            Types.NestedField.required(1, "id", Types.StringType.get()),
            Types.NestedField.optional(2, "small", Types.IntegerType.get()),
            Types.NestedField.optional(3, "big", Types.LongType.get()),
            Types.NestedField.optional(4, "amount", Types.DecimalType.of(15, 2)),
            Types.NestedField.optional(5, "day", Types.DateType.get()),
            Types.NestedField.optional(6, "text", Types.StringType.get()),
            Types.NestedField.optional(7, "twice", Types.DoubleType.get()),
            Types.NestedField.optional(8, "single", Types.FloatType.get()),
            Types.NestedField.optional(9, "moment", Types.TimestampType.withZone()),
            Types.NestedField.optional(10, "local", Types.TimestampType.withoutZone()));
    /** What a table must not have for the two sides to agree by chance: all kinds of lengths in UTF-8 and UTF-16. */
    private static final List<String> TEXTS = List.of("a", "b", "bb", "é", "\uFFFD", "\uD83D\uDE00", "");

    private static final double[] DOUBLES = {-1.5, -0.0, 0.0, 0.25, 1, 1.5, Double.NaN, Double.POSITIVE_INFINITY};

    private final FakeTables tables = new FakeTables();
    private final List<Expression> filters = new ArrayList<>();
    private long taken;

    /** Rows that do not match a filter are never handed on. */
    private final ProductTables strict = name -> tables.current(name).map(Strict::new);

    private final class Strict implements ProductTables.Snapshot {
        private final ProductTables.Snapshot all;

        private Strict(ProductTables.Snapshot all) {
            this.all = all;
        }

        @Override
        public Schema schema() {
            return all.schema();
        }

        @Override
        public long rowsAtMost() {
            return all.rowsAtMost();
        }

        @Override
        public Map<Integer, Long> offsets() {
            return all.offsets();
        }

        @Override
        public List<Map<Integer, Long>> offsetsBefore() {
            return all.offsetsBefore();
        }

        @Override
        public Map<String, Long> counts() {
            return all.counts();
        }

        @Override
        public CloseableIterable<Record> scan(List<String> columns) {
            throw new AssertionError("a query must say what it needs");
        }

        @Override
        public CloseableIterable<Record> scan(List<String> columns, Expression filter) {
            filters.add(filter);
            Schema projection =
                    new Schema(columns.stream().map(COLUMNS::findField).toList());
            Evaluator evaluator = new Evaluator(projection.asStruct(), filter);
            InternalRecordWrapper wrapper = new InternalRecordWrapper(projection.asStruct());
            CloseableIterable<Record> matching =
                    CloseableIterable.filter(all.scan(columns), row -> evaluator.eval(wrapper.wrap(row)));
            return CloseableIterable.transform(matching, row -> {
                taken++;
                return row;
            });
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "select id from T where small = 3 ! ref(name=\"small\") == 3",
                "select id from T where 3 > T.small and twice > 1 ! (ref(name=\"small\") < 3 and (ref(name=\"twice\") > 1.0 or is_nan(ref(name=\"twice\"))))",
                "select id from T where twice = 1.5 and 0 >= twice ! (ref(name=\"twice\") == 1.5 and ref(name=\"twice\") <= 0.0)",
                "select id from T where twice = 0 ! (ref(name=\"twice\") >= -0.0 and ref(name=\"twice\") <= 0.0)",
                "select id from T where twice >= -0.0 ! (ref(name=\"twice\") >= -0.0 or is_nan(ref(name=\"twice\")))",
                "select id from T where text < 'b' ! ref(name=\"text\") < \"b\"",
                "select id from T where text between 'a' and '\uFFFD' ! (ref(name=\"text\") >= \"a\" and ref(name=\"text\") <= \"\uFFFD\")",
                "select id from T where moment >= '2026-01-05' ! ref(name=\"moment\") >= 1767571200000000",
                "select id from T where moment = timestamptz '2026-01-05 10:00:00.25Z' ! ref(name=\"moment\") == 1767607200250000",
                "select id from T where local < timestamp '2026-01-05T10:00:00' ! ref(name=\"local\") < 1767607200000000",
                "select id from T where day < date '2026-01-05' ! ref(name=\"day\") < 20458",
                "select id from T t where t.big in (1, 2) ! ref(name=\"big\") in (1, 2)",
                "select id from T where text = 'a' and big is not null ! (ref(name=\"text\") == \"a\" and not_null(ref(name=\"big\")))",
                "select id from T where amount between 1 and 2.5 ! (ref(name=\"amount\") >= 1.00 and ref(name=\"amount\") <= 2.50)",
                "select id from T where day >= '2026-01-05' ! ref(name=\"day\") >= 20458",
                "select id from T where SMALL is null ! is_null(ref(name=\"small\"))",
                "select count(*) from (select * from T where small = 3) where big = 1 ! ref(name=\"small\") == 3",
                "with x as (select id from T where big < 2) select * from x ! ref(name=\"big\") < 2",
            })
    void whatMeansTheSameIsLeftToTheReader(String sql, String filter) {
        fill(new Random(1));
        same(sql.replace("T.small", "small_crate_latest.small").replace(" T", " yard.small_crate_latest"));

        assertThat(filters).extracting(Expression::toString).containsExactly(filter);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select id from T where small = 3 or big = 1",
                "select id from T where not (small = 3)",
                "select id from T where small <> 3",
                "select id from T where small = 2.5",
                "select id from T where small = '3'",
                "select id from T where big = 99999999999999999999",
                "select id from T where amount = 1.005",
                "select id from T where text < 'B' collate nocase",
                "select id from T where twice > 0.12345678901234567",
                "select id from T where twice > 'nan'",
                "select id from T where twice in (0, 1)",
                "select id from T where single > 1",
                "select id from T where moment > '2026-01-05 10:00:00+02'",
                "select id from T where moment > try_cast('2026-01-05' as timestamptz)",
                "select id from T where moment < now()",
                "select id from T where local > '2026-01-05 10:00:00.1234567'",
                "select id from T where text > cast('a' as varchar)",
                "select id from T where twice > cast('1' as double)",
                "select id from T where small = big",
                "select id from T where small in (1, null)",
                "select id from T where day > '2026-01-05 10:00:00'",
                "select a.id from T a join T b on a.id = b.id where a.small = 3",
                "select id from T where small = 3 union all select id from T where small = 4",
                "select a.id, b.id from T a left join harbour.load_latest b on a.id = b.id where b.small is null",
            })
    void whatMayMeanSomethingElseIsNot(String sql) {
        fill(new Random(1));
        same(sql.replace(" T", " yard.small_crate_latest"));

        assertThat(filters).isNotEmpty().allMatch(filter -> filter.op() == Expression.Operation.TRUE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "select * from T limit 3 ! 3",
                "select id, 1 from T limit 3 offset 4 ! 7",
                "select id from T a limit 100 ! 11",
                "select id from T offset 2 ! 13",
                "select id from T ! 11",
            })
    void noMoreRowsAreReadThanAreShown(String sql, long read) {
        fill(new Random(1));
        String asked = sql.replace(" T", " yard.small_crate_latest");

        List<List<@Nullable Object>> rows = limited(strict, asked).rows();

        assertThat(taken).isEqualTo(read);
        assertThat(rows).isEqualTo(limited(plain(), asked + " -- all").rows()).hasSizeLessThanOrEqualTo(SHOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select id from T where small <> 3 limit 1",
                "select id from T order by id limit 1",
                "select distinct small from T limit 1",
                "select count(*) from T limit 1",
                "select sum(big) over () from T limit 1",
                "select unnest([1, 2]) from T limit 1",
                "select small from T group by small limit 1",
                "select id from T limit 10%",
                "select id from T limit 1 + 1",
                "select id from T limit (select count(*) from T)",
                "select id from (select * from T) limit 1",
                "select id from T union all select id from T limit 1",
                "select a.id from T a, T b limit 1",
                "select id from T using sample 3 rows limit 1",
                "select id from T qualify row_number() over (order by id) < 3 limit 1",
            })
    void whoMustSeeAllRowsDoes(String sql) {
        fill(new Random(1));

        limited(strict, sql.replace(" T", " yard.small_crate_latest"));

        assertThat(taken).isEqualTo(ROWS);
    }

    @Test
    void anyQueryAnswersTheSameWithAndWithout() {
        Random random = new Random(SEED);
        int pushed = 0;
        for (int i = 0; i < 60; i++) {
            fill(random);
            filters.clear();
            String sql = sql(random);
            same(sql);
            pushed += (int) filters.stream()
                    .filter(filter -> filter.op() != Expression.Operation.TRUE)
                    .count();
        }
        assertThat(pushed).as("seed %d", SEED).isGreaterThan(20);
    }

    private void same(String sql) {
        String ordered = sql + " order by all";
        assertThat(answer(strict, ordered).rows())
                .as("seed %d: %s", SEED, ordered)
                .isEqualTo(answer(plain(), ordered).rows());
    }

    private ProductTables plain() {
        return name -> tables.current(name).map(all -> all);
    }

    private static QueryResult answer(ProductTables from, String sql) {
        return answer(from, sql, QueryLimits.DEFAULT);
    }

    private static QueryResult limited(ProductTables from, String sql) {
        return answer(from, sql, new QueryLimits(SHOWN, 1 << 20, 64L << 20, 1, Duration.ofSeconds(60)));
    }

    private static QueryResult answer(ProductTables from, String sql, QueryLimits limits) {
        try (QueryEngine engine = new QueryEngine(
                Fixtures.contracts(), from, new LocalAccessPolicy(Fixtures.contracts(), OPERATOR), limits)) {
            return engine.query(sql, OPERATOR);
        }
    }

    private static String sql(Random random) {
        String one = "yard.small_crate_latest where " + condition(random, "") + " and " + condition(random, "");
        String other = "harbour.load_latest where " + condition(random, "");
        return switch (random.nextInt(6)) {
            case 0 -> "select * from " + one;
            case 1 -> "select count(*), sum(big) from " + one;
            case 2 -> "select id from " + one + " union all select id from " + other;
            case 3 -> "select id from harbour.load_latest where big not in (select coalesce(big, 0) from " + one + ")";
            case 4 ->
                "select a.id, b.big from (select * from " + one + ") a left join (select * from " + other
                        + ") b on a.small = b.small where b.big is null";
            default ->
                "select id, (select count(*) from " + other + " and small = a.small) from yard.small_crate_latest a"
                        + " where " + condition(random, "a.");
        };
    }

    private static String condition(Random random, String table) {
        int number = random.nextInt(6);
        String text = TEXTS.get(number);
        String compared = List.of("<", "<=", ">", ">=", "=").get(random.nextInt(5));
        String time = "2026-01-0" + (number + 1) + (random.nextBoolean() ? "" : " 10:00:00.5");
        return switch (random.nextInt(14)) {
            case 10 -> table + "text " + compared + " '" + text + "'";
            case 11 ->
                table + "twice " + compared + " "
                        + List.of("-0.0", "0", "0.25", "-1.5", "1", "1e3").get(number);
            case 12 -> table + "moment " + compared + (random.nextBoolean() ? " '" : " timestamp '") + time + "'";
            case 13 -> table + "local " + compared + (random.nextBoolean() ? " '" : " timestamp '") + time + "'";
            case 0 -> table + "small = " + number;
            case 1 -> number + " >= " + table + "big";
            case 2 -> table + "amount < " + number + ".5";
            case 3 -> table + "day >= '2026-01-0" + (number + 1) + "'";
            case 4 -> table + "text in ('" + text + "', 'b')";
            case 5 -> table + "small is null";
            case 6 -> table + "big is not null";
            case 7 -> table + "small between 1 and " + number;
            case 8 -> "(" + table + "small = " + number + " or " + table + "big = 2)";
            default -> "not " + table + "text = '" + text + "'";
        };
    }

    private void fill(Random random) {
        tables.put(TableName.latest(CRATE), COLUMNS, rows(random), Map.of(0, 1L));
        tables.put(TableName.latest(LOAD), COLUMNS, rows(random), Map.of(0, 1L));
    }

    private static List<Record> rows(Random random) {
        List<Record> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            Record row = GenericRecord.create(COLUMNS);
            row.setField("id", "C-" + i);
            row.setField("small", maybe(random, random.nextInt(6)));
            row.setField("big", maybe(random, (long) random.nextInt(4)));
            row.setField("amount", maybe(random, BigDecimal.valueOf(random.nextInt(600), 2)));
            row.setField("day", maybe(random, LocalDate.of(2026, 1, 1 + random.nextInt(9))));
            row.setField("text", maybe(random, TEXTS.get(random.nextInt(TEXTS.size()))));
            row.setField("twice", maybe(random, DOUBLES[random.nextInt(DOUBLES.length)]));
            row.setField("single", maybe(random, random.nextInt(8) / 4f));
            LocalDateTime time =
                    LocalDateTime.of(2026, 1, 1 + random.nextInt(9), 10, 0, 0, random.nextInt(4) * 250_000_000);
            row.setField("moment", maybe(random, time.atOffset(ZoneOffset.UTC)));
            row.setField("local", maybe(random, time));
            rows.add(row);
        }
        return rows;
    }

    private static @Nullable Object maybe(Random random, Object value) {
        return random.nextInt(6) == 0 ? null : value;
    }
}
