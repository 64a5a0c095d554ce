package io.fedmesh.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.LocalAccessPolicy;
import io.fedmesh.govern.Principal;
import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.lake.TokenKeys;
import io.fedmesh.lake.Tokens;
import io.fedmesh.testkit.MemoryRegistry;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.EventHeaders;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FreshTablesTest {
    private static final Principal OPERATOR = new Principal("local-operator");
    private static final ProductName CRATE = ProductName.parse("yard.small-crate");
    private static final Contract CONTRACT = Fixtures.contracts().product(CRATE).orElseThrow();
    private static final String TOPIC = CONTRACT.topic().toString();
    private static final Schema COLUMNS = new Schema(
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
            Types.NestedField.optional(12, "text", Types.StringType.get()),
            Types.NestedField.optional(13, "raw", Types.BinaryType.get()),
            Types.NestedField.optional(14, "guid", Types.UUIDType.get()),
            Types.NestedField.optional(15, "words", Types.ListType.ofOptional(18, Types.StringType.get())),
            Types.NestedField.optional(16, "numbers", Types.ListType.ofRequired(19, Types.LongType.get())),
            Types.NestedField.required(17, "mesh_version", Types.StringType.get()));

    private final FakeTables tables = new FakeTables();
    private final MemoryRegistry registry = MemoryRegistry.of(Fixtures.contracts());
    private final EventCodec codec = new EventCodec(CONTRACT, registry);
    private final List<ConsumerRecord<byte[], byte[]>> topic = new ArrayList<>();
    private final TopicTails tails = (name, from, records) -> topic.stream()
            .filter(record -> record.topic().equals(name) && record.offset() >= from.getOrDefault(0, 0L))
            .forEach(records);

    /** Offsets 0 to 4 are in the table: 1 to 4 stand, of version 10 each. */
    @BeforeEach
    void fill() {
        tables.put(TableName.latest(CRATE), COLUMNS, List.of(row("a"), row("b"), row("c"), row("d")), Map.of(0, 5L));
    }

    @Test
    void theTailReplacesDeletesAndAddsRows() {
        put(4, "a", 99, "old and in the table already");
        put(5, "a", 11, "newer");
        put(6, "b", 11, null);
        put(7, "e", 11, "new");
        put(8, "f", 11, "come");
        put(9, "f", 12, null);
        put(10, "g", 11, null);
        put(11, "g", 12, "back");
        put(12, "a", 12, "newest");

        assertThat(ask("select id, text, mesh_version from yard.small_crate_latest order by id"))
                .containsExactly(
                        List.of("a", "newest", version(12).hex()),
                        List.of("c", "table", version(10).hex()),
                        List.of("d", "table", version(10).hex()),
                        List.of("e", "new", version(11).hex()),
                        List.of("g", "back", version(12).hex()));
        assertThat(ask("select count(*) from yard.small_crate_latest where text = 'table'"))
                .containsExactly(List.of(2L));
        assertThat(ask("select text from yard.small_crate_latest where id = 'a'"))
                .containsExactly(List.of("newest"));
    }

    @Test
    void anOlderStateBehindTheTableChangesNothing() {
        put(5, "a", 9, "older");
        put(6, "b", 10, "the same");
        put(7, "c", 12, "newer");
        put(8, "c", 11, "older than the tail's own");

        assertThat(ask("select id, text from yard.small_crate_latest order by id"))
                .containsExactly(
                        List.of("a", "table"), List.of("b", "table"), List.of("c", "newer"), List.of("d", "table"));
        assertThat(ask("select id from yard.small_crate_latest where text = 'older'"))
                .isEmpty();
    }

    @Test
    void whatTheSinkWouldRefuseIsNotThere() {
        put(5, "a", 11, "newer");
        topic.add(record(6, "a", new byte[] {9, 9}, headers("a", Op.UPDATE, 12)));
        topic.add(record(7, "b", codec.encode(entity("c", "not its key")), headers("b", Op.UPDATE, 12)));
        topic.add(record(8, "c", codec.encode(entity("c", "no headers")), new RecordHeaders()));

        assertThat(ask("select id, text from yard.small_crate_latest order by id"))
                .containsExactly(
                        List.of("a", "newer"), List.of("b", "table"), List.of("c", "table"), List.of("d", "table"));
    }

    @Test
    void everyTypeComesOutOfTheTailAsOutOfTheTable() {
        GenericRecord full = entity("z", "t");
        full.put("flag", true);
        full.put("small", 7);
        full.put("big", 8L);
        full.put("single", 1.5f);
        full.put("twice", 2.5);
        full.put("amount", new BigDecimal("-12.30"));
        full.put("day", LocalDate.of(1969, 7, 20));
        full.put("at", Instant.parse("1969-07-20T20:17:40.123456Z"));
        full.put("local", LocalDateTime.of(2026, 3, 29, 2, 30, 0, 1000));
        full.put("clock", LocalTime.of(23, 59, 59, 999_999_000));
        full.put("raw", ByteBuffer.wrap(new byte[] {0, -1}));
        full.put("guid", UUID.fromString("0b9cb0d0-0000-4000-8000-000000000001"));
        full.put("words", Arrays.asList("a", null, ""));
        full.put("numbers", List.of(1L, 2L));
        topic.add(record(5, "z", codec.encode(full), headers("z", Op.CREATE, 11)));

        assertThat(ask("select * from yard.small_crate_latest where id = 'z'").get(0))
                .usingRecursiveComparison()
                .isEqualTo(List.of(
                        "z",
                        true,
                        7,
                        8L,
                        1.5f,
                        2.5,
                        new BigDecimal("-12.30"),
                        LocalDate.of(1969, 7, 20),
                        Instant.parse("1969-07-20T20:17:40.123456Z"),
                        LocalDateTime.of(2026, 3, 29, 2, 30, 0, 1000),
                        LocalTime.of(23, 59, 59, 999_999_000),
                        "t",
                        new byte[] {0, -1},
                        UUID.fromString("0b9cb0d0-0000-4000-8000-000000000001"),
                        Arrays.asList("a", null, ""),
                        List.of(1L, 2L),
                        version(11).hex()));
    }

    @Test
    void aTokenisedFieldIsATokenInTheTailToo() {
        Contracts contracts = Fixtures.tokenised(Fixtures.contracts(), CRATE, "text");
        String token = Objects.requireNonNull(Tokens.of(contracts.product(CRATE).orElseThrow(), Fixtures.TOKEN_KEYS))
                .token("newer");
        put(5, "a", 11, "newer");

        String sql = "select id from yard.small_crate_latest where text = '";
        assertThat(answer(contracts, Fixtures.TOKEN_KEYS, FreshTables.Limits.DEFAULT, sql + token + "'"))
                .containsExactly(List.of("a"));
        assertThat(answer(contracts, Fixtures.TOKEN_KEYS, FreshTables.Limits.DEFAULT, sql + "newer'"))
                .isEmpty();
        assertThatThrownBy(() -> answer(contracts, TokenKeys.NONE, FreshTables.Limits.DEFAULT, sql + "newer'"))
                .isInstanceOf(TableRefusedException.class)
                .hasMessageContaining("must have a key of tokens");
    }

    @Test
    void aTailAboveTheLimitIsRefused() {
        put(5, "e", 11, "1");
        put(6, "f", 11, "2");
        put(7, "g", 11, "3");

        assertThatThrownBy(() -> answer(new FreshTables.Limits(2, 1 << 20), "select id from yard.small_crate_latest"))
                .isInstanceOf(QueryRefusedException.class)
                .hasMessage(
                        "[yard.public.small-crate.state.v1] must have at most 2 entities and 1048576 bytes behind the"
                                + " table to be read fresh but has more: wait for the sink, or ask without --fresh");
        assertThatThrownBy(() -> answer(new FreshTables.Limits(10, 20), "select id from yard.small_crate_latest"))
                .isInstanceOf(QueryRefusedException.class);
        assertThat(answer(new FreshTables.Limits(3, 1 << 20), "select id from yard.small_crate_latest"))
                .hasSize(7);
    }

    @Test
    void aHistoryIsNotReadFresh() {
        tables.put(TableName.history(CRATE), COLUMNS, List.of(), Map.of());

        assertThatThrownBy(() -> ask("select id from yard.small_crate_history"))
                .isInstanceOf(QueryRefusedException.class)
                .hasMessage(
                        "[yard.small_crate_history] must be a _latest table to be read fresh but is not: ask without"
                                + " --fresh");
    }

    @Test
    void whatWasNotAuditedIsNotReadFresh() {
        Contract crate = Fixtures.contracts().product(CRATE).orElseThrow();
        Contracts contracts = new Contracts(List.of(), List.of(), List.of(Fixtures.audited(crate)));
        FreshTables fresh =
                new FreshTables(tables, contracts, registry, tails, TokenKeys.NONE, FreshTables.Limits.DEFAULT);

        assertThatThrownBy(() -> fresh.current(TableName.latest(CRATE)))
                .isInstanceOf(QueryRefusedException.class)
                .hasMessage(
                        "[yard.small_crate_latest] must not be audited to be read fresh but is, and what stands on the"
                                + " topic behind it was not audited: ask without --fresh");
    }

    @Test
    void aTopicIsNotReadForOneWhoMayNotReadTheProduct() {
        TopicTails never = (name, from, records) -> {
            throw new AssertionError("read without a decision");
        };
        FreshTables fresh = new FreshTables(
                tables, Fixtures.contracts(), registry, never, TokenKeys.NONE, FreshTables.Limits.DEFAULT);
        try (QueryEngine engine = new QueryEngine(
                Fixtures.contracts(),
                fresh,
                new LocalAccessPolicy(Fixtures.contracts(), OPERATOR),
                QueryLimits.DEFAULT)) {
            assertThatThrownBy(() -> engine.query("select id from yard.small_crate_latest", new Principal("stranger")))
                    .isInstanceOf(QueryRefusedException.class)
                    .hasMessageContaining("was denied");
        }
    }

    private List<List<@Nullable Object>> ask(String sql) {
        return answer(FreshTables.Limits.DEFAULT, sql);
    }

    private List<List<@Nullable Object>> answer(FreshTables.Limits limits, String sql) {
        return answer(Fixtures.contracts(), TokenKeys.NONE, limits, sql);
    }

    private List<List<@Nullable Object>> answer(
            Contracts contracts, TokenKeys keys, FreshTables.Limits limits, String sql) {
        FreshTables fresh = new FreshTables(tables, contracts, registry, tails, keys, limits);
        try (QueryEngine engine =
                new QueryEngine(contracts, fresh, new LocalAccessPolicy(contracts, OPERATOR), QueryLimits.DEFAULT)) {
            return engine.query(sql, OPERATOR).rows();
        }
    }

    private static Record row(String id) {
        Record row = org.apache.iceberg.data.GenericRecord.create(COLUMNS);
        row.setField("id", id);
        row.setField("text", "table");
        row.setField("mesh_version", version(10).hex());
        return row;
    }

    private void put(long offset, String id, long version, @Nullable String text) {
        topic.add(record(
                offset,
                id,
                text == null ? null : codec.encode(entity(id, text)),
                headers(id, text == null ? Op.DELETE : Op.UPDATE, version)));
    }

    private static ConsumerRecord<byte[], byte[]> record(
            long offset, String id, byte @Nullable [] value, RecordHeaders headers) {
        return new ConsumerRecord<>(
                TOPIC,
                0,
                offset,
                offset,
                TimestampType.CREATE_TIME,
                1,
                value == null ? 0 : value.length,
                id.getBytes(StandardCharsets.UTF_8),
                value,
                headers,
                Optional.empty());
    }

    private static RecordHeaders headers(String id, Op op, long version) {
        RecordHeaders headers = new RecordHeaders();
        new EventHeaders(
                        "/yard/db", CRATE + ".v1", Instant.EPOCH, id, Classification.INTERNAL, op, version(version), 7L)
                .writeTo(headers);
        return headers;
    }

    private static GenericRecord entity(String id, String text) {
        GenericRecord entity = new GenericData.Record(Fixtures.EVERY_TYPE);
        entity.put("id", id);
        entity.put("text", text);
        return entity;
    }

    private static Version version(long number) {
        return new Version(number, number, 0);
    }
}
