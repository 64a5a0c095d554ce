package io.fedmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

class KeyTextTest {
    private static final Schema SCHEMA = new Schema.Parser().parse("""
                    {"type":"record","name":"Thing","fields":[
                     {"name":"id","type":"string"},
                     {"name":"line","type":["null","long"]},
                     {"name":"amount","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
                     {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},
                     {"name":"day","type":{"type":"int","logicalType":"date"}}]}
                    """);

    @Test
    void severalFieldsAreJoinedAndEscaped() {
        assertThat(KeyText.of(thing(), List.of("id", "line"))).isEqualTo("a\\|b|7");
    }

    @Test
    void aLogicalTypeReadsTheSameConvertedOrNot() {
        GenericRecord raw = thing();
        GenericRecord converted = thing();
        converted.put("amount", new BigDecimal("12.30"));
        converted.put("at", Instant.parse("2026-01-02T03:04:05.000006Z"));
        converted.put("day", java.time.LocalDate.of(1970, 1, 11));
        List<String> fields = List.of("amount", "at", "day");
        assertThat(KeyText.of(raw, fields))
                .isEqualTo("12.30|2026-01-02T03:04:05.000006Z|1970-01-11")
                .isEqualTo(KeyText.of(converted, fields));
    }

    @Test
    void aNullKeyFieldIsRefused() {
        GenericRecord thing = thing();
        thing.put("line", null);
        assertThatThrownBy(() -> KeyText.of(thing, List.of("line")))
                .isInstanceOf(BadRecordException.class)
                .hasMessage("key field 'line' must have a value but was null");
    }

    private static GenericRecord thing() {
        GenericRecord thing = new GenericData.Record(SCHEMA);
        thing.put("id", "a|b");
        thing.put("line", 7L);
        thing.put(
                "amount",
                ByteBuffer.wrap(new BigDecimal("12.30").unscaledValue().toByteArray()));
        Instant at = Instant.parse("2026-01-02T03:04:05.000006Z");
        thing.put("at", at.getEpochSecond() * 1_000_000L + at.getNano() / 1_000L);
        thing.put("day", 10);
        return thing;
    }
}
