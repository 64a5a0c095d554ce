package io.fedmesh.access.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CanonicalTest {
    private static final String DECIMAL =
            "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":15,\"scale\":2}";
    private static final String MICROS = "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}";
    private static final String LOCAL = "{\"type\":\"long\",\"logicalType\":\"local-timestamp-micros\"}";
    private static final String DATE = "{\"type\":\"int\",\"logicalType\":\"date\"}";
    private static final String TIME = "{\"type\":\"long\",\"logicalType\":\"time-micros\"}";
    private static final String UUID_TEXT = "{\"type\":\"string\",\"logicalType\":\"uuid\"}";
    private static final String WORDS = "{\"type\":\"array\",\"items\":[\"null\",\"string\"]}";
    private static final String PRICES = "{\"type\":\"array\",\"items\":" + DECIMAL + "}";
    private static final String PLACE =
            "{\"type\":\"record\",\"name\":\"Place\",\"fields\":[{\"name\":\"row\",\"type\":\"int\"}]}";

    /** Type, and the same value as the driver, the table and Avro (converted or raw) give it. */
    static Stream<Arguments> sameValues() {
        Instant instant = Instant.parse("1969-07-20T20:17:40.123456Z");
        LocalDateTime local = LocalDateTime.of(2026, 3, 29, 2, 30, 0, 1_000);
        UUID uuid = UUID.fromString("0b9cb0d0-0000-4000-8000-00000000000a");
        return Stream.of(
                values("boolean", true, Boolean.TRUE),
                values("int", 7, (short) 7, 7L),
                values("long", 7L, 7, (short) 7),
                values("float", 1.5f, 1.5d),
                values("float", Float.NaN, Float.intBitsToFloat(0x7fc00001)),
                values("double", -0.5d, -0.5f),
                values(
                        DECIMAL,
                        new BigDecimal("12.30"),
                        new BigDecimal("12.3"),
                        new BigDecimal("12.3000"),
                        ByteBuffer.wrap(new byte[] {4, -50}),
                        new byte[] {4, -50}),
                values(DECIMAL, new BigDecimal("100"), new BigDecimal("1E+2"), 100L, 100),
                values(DECIMAL, new BigDecimal("0.00"), BigDecimal.ZERO, new BigDecimal("0E-9")),
                values(DATE, LocalDate.of(1969, 12, 31), -1, java.sql.Date.valueOf("1969-12-31")),
                values(
                        MICROS,
                        instant,
                        OffsetDateTime.ofInstant(instant, ZoneOffset.UTC),
                        OffsetDateTime.ofInstant(instant, ZoneOffset.ofHours(-5)),
                        LocalDateTime.ofInstant(instant, ZoneOffset.UTC),
                        Timestamp.from(instant),
                        -14_182_939_876_544L),
                values(MICROS, Instant.parse("2026-01-01T00:00:00.000001999Z"), 1_767_225_600_000_001L),
                values(LOCAL, local, Timestamp.valueOf(local), 1_774_751_400_000_001L),
                values(TIME, LocalTime.of(0, 0, 1, 5_000), 1_000_005L),
                values("string", "é", new org.apache.avro.util.Utf8("é")),
                values("\"bytes\"", new byte[] {0, -1}, ByteBuffer.wrap(new byte[] {9, 0, -1}, 1, 2)),
                values(UUID_TEXT, uuid, uuid.toString(), uuid.toString().toUpperCase(java.util.Locale.ROOT)),
                values(WORDS, Arrays.asList("a", null, ""), new String[] {"a", null, ""}),
                values(PRICES, List.of(new BigDecimal("1.50")), new BigDecimal[] {new BigDecimal("1.5")}),
                values("{\"type\":\"map\",\"values\":\"int\"}", Map.of("a", 1, "b", 2), Map.of("b", 2L, "a", 1L)),
                values(PLACE, place(5), avroPlace(5)),
                values("[\"null\",\"string\"]", null, (Object) null),
                values("[\"null\",\"string\"]", "x", "x"));
    }

    @ParameterizedTest
    @MethodSource("sameValues")
    void aValueIsTheSameWhereverItComesFrom(String type, List<Object> same) {
        assertThat(same).allSatisfy(v -> assertThat(bytes(type, v)).isEqualTo(bytes(type, same.get(0))));
    }

    /** Type, and values no two of which are equal. */
    static Stream<Arguments> otherValues() {
        return Stream.of(
                values(DECIMAL, new BigDecimal("12.30"), new BigDecimal("12.31"), new BigDecimal("12.301"), Double.NaN),
                values("[\"null\",\"string\"]", null, "", "null", " ", "a", "A"),
                values("string", "\u00e9", "e\u0301"),
                values("double", 0.0, -0.0, Double.NaN, Double.MIN_VALUE),
                values(WORDS, List.of(), List.of(""), List.of("a", "b"), List.of("ab"), Arrays.asList("a", null, "b")),
                values(MICROS, 0L, 1L, OffsetDateTime.MAX, OffsetDateTime.MIN),
                values("\"bytes\"", new byte[0], new byte[] {0}, new byte[] {0, 0}));
    }

    @ParameterizedTest
    @MethodSource("otherValues")
    void valuesThatDifferAreDifferentBytes(String type, List<Object> different) {
        assertThat(different.stream().map(v -> java.util.HexFormat.of().formatHex(bytes(type, v))))
                .doesNotHaveDuplicates();
    }

    @Test
    void valuesOfARowDoNotRunIntoEachOther() {
        assertThat(row("a", "bc")).isNotEqualTo(row("ab", "c"));
        assertThat(row(null, "a")).isNotEqualTo(row("a", null));
        assertThat(row("", "a")).isNotEqualTo(row("a", ""));
    }

    private static Arguments values(String type, @Nullable Object... values) {
        return Arguments.of(
                type.startsWith("{") || type.startsWith("[") || type.startsWith("\"") ? type : '"' + type + '"',
                Arrays.asList(values));
    }

    private static byte[] bytes(String type, @Nullable Object value) {
        Canonical canonical = new Canonical();
        canonical.value(new Schema.Parser().parse(type), value);
        return Arrays.copyOf(canonical.array(), canonical.length());
    }

    private static byte[] row(@Nullable Object... values) {
        Canonical canonical = new Canonical();
        Schema type = new Schema.Parser().parse("[\"null\",\"string\"]");
        for (Object value : values) {
            canonical.value(type, value);
        }
        return Arrays.copyOf(canonical.array(), canonical.length());
    }

    private static Object place(int row) {
        GenericRecord record = GenericRecord.create(
                Types.StructType.of(Types.NestedField.required(1, "row", Types.IntegerType.get())));
        record.setField("row", row);
        return record;
    }

    private static Object avroPlace(int row) {
        GenericData.Record record = new GenericData.Record(new Schema.Parser().parse(PLACE));
        record.put("row", row);
        return record;
    }
}
