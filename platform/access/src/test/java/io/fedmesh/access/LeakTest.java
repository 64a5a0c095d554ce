package io.fedmesh.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Mask;
import io.fedmesh.contract.RowFilter;
import io.fedmesh.govern.Obligations;
import io.fedmesh.govern.Principal;
import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.lake.TokenKeys;
import io.fedmesh.lake.Tokens;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Questions that try to learn what is masked, hidden or filtered. Each is asked of the real table through obligations, whose
 * reader leaves out all that a pushed filter allows, and of a table that holds nothing but what is shown: both must answer
 * alike, to the error's text.
 */
class LeakTest {
    private static final Principal READER = new Principal("u-1");
    private static final TableName NAME = TableName.latest(Shown.PAYEE);
    private static final Tokens TOKENS = Tokens.ofDomain(Shown.CONTRACT, Fixtures.TOKEN_KEYS);

    /** Without {@code flag}, {@code words} and rows above 90. */
    private static final Obligations OBLIGATIONS = Obligations.of(
            Shown.CONTRACT,
            Set.of("id", "account", "email", "number", "big", "amount", "born", "at"),
            Map.of(
                    "id", Mask.HASH_TOKEN,
                    "account", Mask.LAST_FOUR,
                    "email", Mask.HASH_TOKEN,
                    "amount", Mask.REDACT,
                    "big", Mask.HASH_TOKEN,
                    "born", Mask.YEAR_ONLY,
                    "at", Mask.YEAR_ONLY),
            new RowFilter.Comparison("number", RowFilter.Operator.AT_MOST, List.of(90L)));

    private final FakeTables tables = new FakeTables();
    private final FakeTables bare = new FakeTables();
    private final List<Expression> filters = new ArrayList<>();
    private final QueryEngine engine = new QueryEngine(
            Shown.CONTRACTS,
            Shown.strict(tables, filters),
            Shown.policy(OBLIGATIONS),
            Fixtures.TOKEN_KEYS,
            QueryLimits.DEFAULT);
    private final QueryEngine oracle =
            new QueryEngine(Shown.CONTRACTS, bare, Shown.policy(Obligations.NONE), QueryLimits.DEFAULT);

    @BeforeEach
    void fill() {
        List<Record> rows = new ArrayList<>();
        List<Record> shown = new ArrayList<>();
        Schema bareColumns = new Schema(
                Types.NestedField.optional(1, "id", Types.StringType.get()),
                Types.NestedField.optional(2, "account", Types.StringType.get()),
                Types.NestedField.optional(3, "email", Types.StringType.get()),
                Types.NestedField.optional(4, "number", Types.IntegerType.get()),
                Types.NestedField.optional(5, "big", Types.StringType.get()),
                Types.NestedField.optional(6, "amount", Types.DecimalType.of(15, 2)),
                Types.NestedField.optional(7, "born", Types.IntegerType.get()),
                Types.NestedField.optional(8, "at", Types.IntegerType.get()),
                Types.NestedField.required(30, "mesh_version", Types.StringType.get()));
        for (int i = 0; i < 100; i++) {
            int group = i % 7;
            Record row = GenericRecord.create(Shown.LATEST);
            row.setField("id", "P-" + i);
            row.setField("account", "4000-0000-" + (1000 + group));
            row.setField("email", TOKENS.token("p" + group + "@example.org"));
            row.setField("number", i);
            row.setField("big", i % 3 == 0 ? null : 1_000L + group);
            row.setField("amount", new BigDecimal(i + ".00"));
            row.setField("born", LocalDate.of(1980 + group, 3, 1 + i % 28));
            row.setField("at", OffsetDateTime.parse("2026-01-01T00:00:00Z").plusDays(7L * i));
            row.setField("flag", i % 2 == 0);
            row.setField("words", List.of("secret-" + i));
            row.setField("mesh_version", Shown.version(i).hex());
            rows.add(row);
            if (i <= 90) {
                Record less = GenericRecord.create(bareColumns);
                less.setField("id", TOKENS.token("P-" + i));
                less.setField("account", "****" + (1000 + group));
                less.setField("email", row.getField("email"));
                less.setField("number", i);
                less.setField("big", i % 3 == 0 ? null : TOKENS.token(Long.toString(1_000L + group)));
                less.setField("born", 1980 + group);
                less.setField("at", ((OffsetDateTime) row.getField("at")).getYear());
                less.setField("mesh_version", row.getField("mesh_version"));
                shown.add(less);
            }
        }
        tables.put(NAME, Shown.LATEST, rows, Map.of(0, 100L));
        bare.put(NAME, bareColumns, shown, Map.of(0, 100L));
    }

    @AfterEach
    void close() {
        engine.close();
        oracle.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select * from T order by number",
                "select count(*) from T",
                "select count(*), count(distinct id), count(amount), count(big), count(account) from T",
                "select count(*) from T where number > 85",
                "select count(*) from T where id = 'P-3'",
                "select count(*) from T where account = '4000-0000-1001'",
                "select count(*) from T where account = '****1001'",
                "select number from T where account in ('4000-0000-1001', '****1002') order by number",
                "select count(*) from T where account between '4000-0000-1001' and '4000-0000-1003'",
                "select count(*) from T where account like '4000%' or account like '****100%'",
                "select count(*) from T where amount = 7",
                "select count(*) from T where amount is not null",
                "select count(*) from T where amount > 10 and number < 50",
                "select min(amount), max(amount), sum(amount), avg(amount) from T",
                "select min(account), max(account), min(id) is null, max(born), min(at) from T",
                "select count(*) from T where born = date '1981-03-02'",
                "select count(*) from T where born = 1981",
                "select count(*) from T where born < 1983 and at >= 2026",
                "select count(*) from T where at >= timestamp '2026-05-01 00:00:00'",
                "select count(*) from T where big = 1001",
                "select count(*) from T where big is null",
                "select id from T order by id",
                "select id from T order by amount, id",
                "select account, count(*) from T group by account order by account",
                "select born, count(*), min(number) from T group by all order by born",
                "select a.number, b.number from T a join T b on a.account = b.account and a.number < b.number"
                        + " order by all limit 50",
                "select count(*) from T a join (values ('4000-0000-1001')) v(x) on a.account = v.x",
                "select count(*) from T a join (values ('P-3'), ('P-4')) v(x) on a.id = v.x",
                "select count(*) from T where exists (select 1 from range(100) r(n) where 'P-' || n = id)",
                "with t as (select * from T) select count(*) from t where account like '%0000%'",
                "select number, row_number() over (order by amount, number desc) from T order by number",
                "select case when amount > 50 then 1 else 0 end as x, count(*) from T group by all",
                "select regexp_extract(account, '([0-9]+)-', 1), length(account) from T group by all",
                "select string_agg(distinct account, ',' order by account) from T",
                "select approx_quantile(number, 0.5), histogram(born) from T",
                "select count(*) from T where email = 'p1@example.org'",
                "select t from T t order by number limit 3",
                "select columns('a.*') from T order by number limit 5",
                "select * exclude (id) from T order by number limit 5",
                "select number from T where number in (select number from T where amount = 3)",
                "select flag from T",
                "select words[1] from T",
                "select count(*) from T where flag",
                "select t.flag from T t",
                "select number from T order by words",
                "select count(*) from T group by flag",
                "select amount / 0, account::int from T",
                "select born::date from T",
                "select mesh_version from T order by 1 desc limit 2"
            })
    void aQuestionIsAnsweredAsIfOnlyWhatIsShownWereThere(String question) {
        String sql = question.replace("from T", "from yard.payee_latest").replace("join T", "join yard.payee_latest");

        assertThat(answer(engine, sql)).isEqualTo(answer(oracle, sql));
    }

    private static Object answer(QueryEngine of, String sql) {
        try {
            QueryResult result = of.query(sql, READER, "to test");
            return List.of(result.columns(), result.rows());
        } catch (QueryRefusedException e) {
            String message = String.valueOf(e.getMessage());
            boolean isAbsent = message.contains("must be shown to be asked for")
                    || message.contains("not found")
                    || message.contains("does not have a column");
            return isAbsent ? "no such column" : message;
        }
    }

    @Test
    void aHiddenColumnIsRefusedByNameWithThoseThatAreShown() {
        assertThatThrownBy(() -> engine.query("select number, flag from yard.payee_latest", READER, "to test"))
                .isInstanceOf(QueryRefusedException.class)
                .hasMessage("[yard.payee_latest] the column 'flag' must be shown to be asked for but is not"
                        + "\nColumns of yard.payee_latest: id, account, email, number, big, amount, born, at,"
                        + " mesh_version");
    }

    @Test
    void noConditionOnAMaskedColumnIsLeftToWhoeverReadsTheFiles() {
        engine.query(
                "select number from yard.payee_latest where account = '****1001' and number < 50 and amount > 1",
                READER,
                "to test");

        assertThat(filters).hasSize(1);
        assertThat(filters.get(0).toString()).contains("number").doesNotContain("account", "amount");
    }

    @Test
    void aConditionOnAMaskedColumnThatComesAllTheSameIsRefusedBelow() {
        ProductTables.Snapshot shown = new io.fedmesh.access.internal.ProductReader(
                        tables, Shown.policy(OBLIGATIONS), Fixtures.TOKEN_KEYS)
                .open(Shown.CONTRACT, NAME, OBLIGATIONS)
                .orElseThrow();

        assertThatThrownBy(() -> shown.scan(
                        List.of("number", "account"),
                        org.apache.iceberg.expressions.Expressions.equal("account", "4000-0000-1001")))
                .isInstanceOf(org.apache.iceberg.exceptions.ValidationException.class);
        assertThatThrownBy(() -> shown.scan(List.of("flag")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a column must be shown to be read but 'flag' is not");
    }

    @Test
    void withoutItsDomainsKeyATokenIsRefusedAndNothingIsShown() {
        try (QueryEngine keyless = new QueryEngine(
                Shown.CONTRACTS, tables, Shown.policy(OBLIGATIONS), TokenKeys.NONE, QueryLimits.DEFAULT)) {
            assertThatThrownBy(() -> keyless.query("select id from yard.payee_latest", READER, "to test"))
                    .isInstanceOf(TableRefusedException.class)
                    .hasMessageContaining("must have a key of tokens");
        }
    }

    @Test
    void aProductIsDecidedOnceAQuestion() {
        List<String> asked = new ArrayList<>();
        try (QueryEngine counting = new QueryEngine(
                Shown.CONTRACTS,
                tables,
                (who, what, purpose) -> {
                    asked.add(what + " for " + purpose);
                    return Shown.policy(OBLIGATIONS).decide(who, what, purpose);
                },
                Fixtures.TOKEN_KEYS,
                QueryLimits.DEFAULT)) {
            QueryResult result = counting.query(
                    "select count(*) from yard.payee_latest a join yard.payee_latest b on a.number = b.number",
                    READER,
                    "to test");

            assertThat(result.rows()).containsExactly(List.of(91L));
            assertThat(asked).containsExactly("yard.payee for to test");
        }
    }
}
