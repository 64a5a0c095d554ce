package io.fedmesh.govern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Mask;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.RowFilter;
import io.fedmesh.contract.TopicName;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What masks leave of values, and which entities a filter admits. */
class LensTest {
    private static final Schema SCHEMA = new Schema.Parser().parse("""
            {"type":"record","name":"Thing","namespace":"io.fedmesh.test","fields":[
              {"name":"site","type":"string"},
              {"name":"number","type":"int"},
              {"name":"text","type":["null","string"],"default":null},
              {"name":"whole","type":"long"},
              {"name":"flag","type":"boolean"},
              {"name":"ratio","type":["null","double"],"default":null},
              {"name":"amount","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}},
              {"name":"day","type":["null",{"type":"int","logicalType":"date"}],"default":null},
              {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},
              {"name":"state","type":{"type":"enum","name":"State","symbols":["OPEN","DONE"]}},
              {"name":"raw","type":["null","bytes"],"default":null},
              {"name":"words","type":{"type":"array","items":"string"}},
              {"name":"counts","type":{"type":"map","values":"long"}},
              {"name":"place","type":{"type":"record","name":"Place","fields":[{"name":"row","type":"int"}]}}
            ]}""");
    private static final Contract CONTRACT = contract();

    private static Contract contract() {
        Map<String, Contract.Field> fields = new LinkedHashMap<>();
        SCHEMA.getFields().forEach(f -> fields.put(f.name(), new Contract.Field(Classification.INTERNAL, Set.of())));
        return new Contract(
                ProductName.parse("yard.thing"),
                "1.0.0",
                "active",
                "a product",
                "owner",
                "CC-1",
                TopicName.parse("yard.public.thing.state.v1"),
                SCHEMA,
                List.of("site", "number"),
                fields,
                new Contract.Captured("db", "yard.thing", Map.of()),
                new Contract.Sla(Duration.ofMinutes(1), 99.9),
                new Contract.Retention(Duration.ofDays(365), Duration.ofDays(7)),
                1,
                Path.of("domains/yard/products/thing.odcs.yaml"));
    }

    private static GenericRecord entity() {
        GenericRecord entity = new GenericData.Record(SCHEMA);
        entity.put("site", "S|1");
        entity.put("number", 7);
        entity.put("text", "4111-1111-1111-1234");
        entity.put("whole", 123456789L);
        entity.put("flag", true);
        entity.put("ratio", 0.5);
        entity.put("amount", new BigDecimal("12.30"));
        entity.put("day", LocalDate.parse("1987-06-05"));
        entity.put("at", Instant.parse("1999-12-31T23:59:59.999999Z"));
        entity.put("state", new GenericData.EnumSymbol(SCHEMA.getField("state").schema(), "OPEN"));
        entity.put("raw", ByteBuffer.wrap(new byte[] {1, 2}));
        entity.put("words", List.of("a"));
        entity.put("counts", Map.of("a", 1L));
        GenericRecord place = new GenericData.Record(SCHEMA.getField("place").schema());
        place.put("row", 3);
        entity.put("place", place);
        return entity;
    }

    private static Lens lens(Map<String, Mask> masks, @Nullable RowFilter rows) {
        return Lens.ofTopic(
                CONTRACT,
                Obligations.of(CONTRACT, CONTRACT.fields().keySet(), masks, rows),
                text -> "token of " + text);
    }

    @Test
    void eachMaskLeavesOfEachTypeWhatItSaysAndFitsItsSchema() {
        Map<Mask, Map<String, Object>> left = Map.of(
                Mask.HASH_TOKEN,
                Map.of(
                        "site", "token of S|1",
                        "number", "token of 7",
                        "text", "token of 4111-1111-1111-1234",
                        "whole", "token of 123456789"),
                Mask.LAST_FOUR,
                Map.of("site", "****", "text", "****1234"),
                Mask.YEAR_ONLY,
                Map.of("day", 1987, "at", 1999));
        int cells = 0;
        for (Schema.Field field : SCHEMA.getFields()) {
            for (Mask mask : Mask.values()) {
                if (mask == Mask.REDACT) {
                    assertThat(shown(field.name(), mask)).as(field.name()).isNull();
                    assertThat(Mask.REDACT.fits(field.schema())).isTrue();
                    cells++;
                    continue;
                }
                Object expected = left.getOrDefault(mask, Map.of()).get(field.name());
                assertThat(mask.fits(field.schema()))
                        .as(mask + " of " + field.name())
                        .isEqualTo(expected != null);
                if (expected != null) {
                    assertThat(shown(field.name(), mask)).isEqualTo(expected);
                    cells++;
                }
            }
        }
        assertThat(cells).isEqualTo(14 + 8);
    }

    /** The field as the lens shows it, after the whole record passed the schema of what is shown. */
    private static @Nullable Object shown(String field, Mask mask) {
        Lens lens = lens(Map.of(field, mask), null);
        GenericRecord shown = lens.apply(entity()).orElseThrow();
        for (Schema.Field each : shown.getSchema().getFields()) {
            Object value = shown.get(each.pos());
            if (each.name().equals(field)) {
                assertThat(GenericData.get().validate(each.schema(), value)).isTrue();
            } else {
                assertThat(value).isEqualTo(entity().get(each.name()));
            }
        }
        return shown.get(field);
    }

    @Test
    void aTextOfFewerThanEightCharactersIsHiddenWhole() {
        Lens lens = lens(Map.of("text", Mask.LAST_FOUR), null);

        assertThat(lens.value("text", "1234")).isEqualTo("****");
        assertThat(lens.value("text", "1234567")).isEqualTo("****");
        assertThat(lens.value("text", "12345678")).isEqualTo("****5678");
        assertThat(lens.value("text", "\uD83D\uDE00".repeat(8))).isEqualTo("****" + "\uD83D\uDE00".repeat(4));
        assertThat(lens.value("text", "")).isEqualTo("****");
        assertThat(lens.value("text", null)).isNull();
    }

    @Test
    void aYearIsThatOfUtc() {
        Lens lens = lens(Map.of("at", Mask.YEAR_ONLY), null);

        assertThat(lens.value("at", OffsetDateTime.parse("2026-12-31T23:30:00-02:00")))
                .isEqualTo(2027);
    }

    @Test
    void aValueOfAnotherTypeThanItsMasksIsRefusedWithoutSayingIt() {
        Lens lens = lens(Map.of("at", Mask.YEAR_ONLY), null);

        assertThatThrownBy(() -> lens.value("at", "secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a value of 'at' must be of the type that its mask is for but was a String");
    }

    @Test
    void aFieldThatIsNotShownIsInNoEntityAndCannotBeAskedFor() {
        Lens lens =
                Lens.ofTopic(CONTRACT, Obligations.of(CONTRACT, Set.of("text", "day"), Map.of(), null), text -> text);

        GenericRecord shown = lens.apply(entity()).orElseThrow();

        assertThat(shown.getSchema().getFields()).extracting(Schema.Field::name).containsExactly("text", "day");
        assertThatThrownBy(() -> lens.value("amount", BigDecimal.ONE))
                .hasMessage("a field must be shown to be asked for but 'amount' is not");
    }

    @Test
    void aKeyIsShownByItsFieldsMasksOrNotAtAll() {
        String key = "S\\|1|7";

        assertThat(lens(Map.of(), null).key(key)).isEqualTo(key);
        assertThat(lens(Map.of("text", Mask.REDACT), null).key(key)).isEqualTo(key);
        assertThat(lens(Map.of("site", Mask.HASH_TOKEN), null).key(key)).isEqualTo("token of S\\|1|7");
        assertThat(lens(Map.of("number", Mask.HASH_TOKEN), null).key(key)).isEqualTo("S\\|1|token of 7");
        assertThat(lens(Map.of("number", Mask.REDACT), null).key(key)).isNull();
        assertThat(lens(Map.of("site", Mask.HASH_TOKEN), null).key("of one part"))
                .isNull();
        Lens half = Lens.ofTopic(CONTRACT, Obligations.of(CONTRACT, Set.of("site"), Map.of(), null), text -> text);
        assertThat(half.key(key)).isNull();
    }

    @Test
    void aFilterAdmitsWhatFulfilsItAndNeverWhatIsNull() {
        assertThat(admits("text", RowFilter.Operator.EQUALS, "4111-1111-1111-1234"))
                .isTrue();
        assertThat(admits("text", RowFilter.Operator.NOT_EQUALS, "x")).isTrue();
        assertThat(admits("state", RowFilter.Operator.IN, "OPEN", "DONE")).isTrue();
        assertThat(admits("state", RowFilter.Operator.NOT_IN, "OPEN")).isFalse();
        assertThat(admits("number", RowFilter.Operator.AT_LEAST, 7L)).isTrue();
        assertThat(admits("whole", RowFilter.Operator.LESS_THAN, 123456789L)).isFalse();
        assertThat(admits("whole", RowFilter.Operator.AT_MOST, 123456789L)).isTrue();
        assertThat(admits("amount", RowFilter.Operator.EQUALS, new BigDecimal("12.3")))
                .isTrue();
        assertThat(admits("amount", RowFilter.Operator.GREATER_THAN, new BigDecimal("12.29")))
                .isTrue();
        assertThat(admits("flag", RowFilter.Operator.EQUALS, true)).isTrue();
        assertThat(admits("day", RowFilter.Operator.LESS_THAN, LocalDate.parse("1987-06-06")))
                .isTrue();
        assertThat(admits("at", RowFilter.Operator.GREATER_THAN, Instant.parse("2000-01-01T00:00:00Z")))
                .isFalse();
        assertThat(admits("ratio", RowFilter.Operator.IS_NOT_NULL)).isTrue();
        Map<String, Object> nothing = new HashMap<>();
        for (RowFilter.Operator operator : RowFilter.Operator.values()) {
            RowFilter filter = comparison("text", operator, operator.takesNone() ? new Object[0] : new Object[] {"x"});
            assertThat(filter.admits(nothing::get))
                    .as(operator.toString())
                    .isEqualTo(operator == RowFilter.Operator.IS_NULL);
        }
    }

    @Test
    void partsOfAFilterJoinAndAnEntityThatIsNotAdmittedIsNotShown() {
        RowFilter open = comparison("state", RowFilter.Operator.EQUALS, "OPEN");
        RowFilter other = comparison("number", RowFilter.Operator.EQUALS, 8L);

        assertThat(lens(Map.of(), new RowFilter.Or(List.of(other, open))).apply(entity()))
                .isPresent();
        assertThat(lens(Map.of(), new RowFilter.And(List.of(other, open))).apply(entity()))
                .isEmpty();
        assertThat(lens(Map.of(), open).showsAbsence()).isFalse();
        assertThat(lens(Map.of(), null).showsAbsence()).isTrue();
    }

    @Test
    void aTokenOfTheTablesStaysTheTokenThatItIs() {
        Map<String, Contract.Field> fields = new LinkedHashMap<>(CONTRACT.fields());
        fields.put("text", new Contract.Field(Classification.INTERNAL, Set.of(), Contract.Protection.TOKENISE));
        Contract tokenised = new Contract(
                CONTRACT.name(),
                CONTRACT.version(),
                CONTRACT.status(),
                CONTRACT.description(),
                CONTRACT.owner(),
                CONTRACT.costCentre(),
                CONTRACT.topic(),
                CONTRACT.schema(),
                CONTRACT.keyFields(),
                fields,
                CONTRACT.origin(),
                CONTRACT.sla(),
                CONTRACT.retention(),
                CONTRACT.partitions(),
                CONTRACT.file());
        Obligations obligations = Obligations.of(
                tokenised, fields.keySet(), tokenised.disclosure().masks(), null);

        assertThat(obligations.masks()).containsExactly(Map.entry("text", Mask.HASH_TOKEN));
        assertThat(Lens.ofTables(tokenised, obligations, text -> "again").value("text", "T"))
                .isEqualTo("T");
        assertThat(Lens.ofTopic(tokenised, obligations, text -> "T").value("text", "clear"))
                .isEqualTo("T");
    }

    private static boolean admits(String field, RowFilter.Operator operator, Object... values) {
        return lens(Map.of(), comparison(field, operator, values))
                .apply(entity())
                .isPresent();
    }

    private static RowFilter comparison(String field, RowFilter.Operator operator, Object... values) {
        return new RowFilter.Comparison(field, operator, List.of(values));
    }
}
