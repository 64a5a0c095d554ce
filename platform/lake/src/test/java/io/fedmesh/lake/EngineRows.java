package io.fedmesh.lake;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.internal.Samples;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Entities with every type that a table of ours and Spark both have, and the text that any engine must make of them. */
final class EngineRows {
    static final Schema SCHEMA = new Schema.Parser().parse("""
                    {"type":"record","name":"Probe","namespace":"test","fields":[
                     {"name":"id","type":"long"},
                     {"name":"small","type":["null","int"],"default":null},
                     {"name":"single","type":"float"},
                     {"name":"ratio","type":["null","double"],"default":null},
                     {"name":"flag","type":"boolean"},
                     {"name":"text","type":"string"},
                     {"name":"colour","type":{"type":"enum","name":"Colour","symbols":["RED","GREEN","BLUE"]}},
                     {"name":"note","type":["null","string"],"default":null,"confluent:tags":["PII"]},
                     {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
                     {"name":"amount","type":["null",{"type":"bytes","logicalType":"decimal","precision":18,"scale":4}],"default":null},
                     {"name":"total","type":{"type":"bytes","logicalType":"decimal","precision":38,"scale":6}},
                     {"name":"day","type":["null",{"type":"int","logicalType":"date"}],"default":null},
                     {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},
                     {"name":"local","type":["null",{"type":"long","logicalType":"local-timestamp-micros"}],"default":null},
                     {"name":"mark","type":{"type":"string","logicalType":"uuid"}},
                     {"name":"raw","type":["null","bytes"],"default":null},
                     {"name":"four","type":{"type":"fixed","name":"Four","size":4}},
                     {"name":"tags","type":{"type":"array","items":"string"}},
                     {"name":"scores","type":{"type":"map","values":"long"}},
                     {"name":"place","type":["null",{"type":"record","name":"Place","fields":[
                       {"name":"height","type":"int"},{"name":"name","type":["null","string"],"default":null}]}],"default":null}]}
                    """);

    private EngineRows() {}

    static Contract contract(String product) {
        return Samples.contract(product, SCHEMA, List.of("id"));
    }

    /** An entity; every fifth has nulls where it may, and values follow from id and revision alone. */
    static GenericRecord entity(long id, int revision) {
        long n = id * 7 + revision;
        boolean holes = n % 5 == 0;
        GenericRecord row = new GenericData.Record(SCHEMA);
        row.put("id", id);
        row.put("small", holes ? null : (int) (n % 2 == 0 ? -n : Integer.MAX_VALUE - n));
        row.put("single", n / 4f);
        row.put("ratio", holes ? null : n / 8.0);
        row.put("flag", n % 3 == 0);
        row.put("text", "text " + new String(Character.toChars(0x1F300 + (int) (n % 256))) + " é " + n);
        row.put(
                "colour",
                new GenericData.EnumSymbol(
                        SCHEMA.getField("colour").schema(),
                        List.of("RED", "GREEN", "BLUE").get((int) (n % 3))));
        row.put("note", holes ? null : "note" + n % 10);
        row.put("price", BigDecimal.valueOf(n % 2 == 0 ? n : -n, 2));
        row.put("amount", holes ? null : BigDecimal.valueOf(n * 1_000_003L, 4));
        row.put(
                "total",
                new BigDecimal(
                        BigInteger.TWO.pow(100).subtract(BigInteger.valueOf(n)).negate(), 6));
        row.put("day", holes ? null : LocalDate.ofEpochDay(n - 3_000));
        row.put("at", Instant.EPOCH.plus(n * 1_000_001L - 5_000_000_000L, ChronoUnit.MICROS));
        row.put("local", holes ? null : LocalDateTime.ofEpochSecond(n * 3_600, 7_000, ZoneOffset.UTC));
        row.put("mark", new UUID(n, ~n));
        row.put("raw", holes ? null : ByteBuffer.wrap(BigInteger.valueOf(n).toByteArray()));
        row.put(
                "four",
                new GenericData.Fixed(
                        SCHEMA.getField("four").schema(),
                        ByteBuffer.allocate(4).putInt((int) n).array()));
        row.put("tags", n % 4 == 0 ? List.of() : List.of("a" + n % 7, "b"));
        row.put("scores", n % 4 == 1 ? Map.of() : Map.of("x", n, "y", -n));
        if (!holes) {
            GenericRecord place = new GenericData.Record(
                    SCHEMA.getField("place").schema().getTypes().get(1));
            place.put("height", (int) n);
            place.put("name", n % 2 == 0 ? null : "hill" + n % 11);
            row.put("place", place);
        }
        return row;
    }

    /** What {@link #SPARK} and {@link #DUCKDB} must answer for an entity. */
    static String text(GenericRecord row) {
        StringBuilder text = new StringBuilder();
        for (Schema.Field field : SCHEMA.getFields()) {
            text.append(text.isEmpty() ? "" : "|").append(text(row.get(field.pos())));
        }
        return text.toString();
    }

    private static String text(Object value) {
        if (value == null) {
            return "~";
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (value instanceof Instant instant) {
            return Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, instant));
        }
        if (value instanceof LocalDateTime local) {
            return text(local.toInstant(ZoneOffset.UTC));
        }
        if (value instanceof ByteBuffer bytes) {
            return HexFormat.of().withUpperCase().formatHex(bytes.array());
        }
        if (value instanceof GenericData.Fixed fixed) {
            return HexFormat.of().withUpperCase().formatHex(fixed.bytes());
        }
        if (value instanceof List<?> list) {
            return String.join(",", list.stream().map(String::valueOf).toList());
        }
        if (value instanceof Map<?, ?> map) {
            return String.join(
                    ",",
                    new TreeMap<>(map)
                            .entrySet().stream()
                                    .map(e -> e.getKey() + "=" + e.getValue())
                                    .toList());
        }
        if (value instanceof GenericRecord place) {
            return place.get("height") + "/" + text(place.get("name"));
        }
        return value.toString();
    }

    /** One text an entity, in Spark's SQL. */
    static final String SPARK = """
            concat_ws('|', id, coalesce(string(small), '~'), single, coalesce(string(ratio), '~'), flag, text, colour,
             coalesce(note, '~'), price, coalesce(string(amount), '~'), total, coalesce(string(day), '~'), unix_micros(at),
             coalesce(string(unix_micros(cast(local as timestamp))), '~'), mark, coalesce(hex(raw), '~'), hex(four),
             concat_ws(',', tags),
             concat_ws(',', transform(array_sort(map_entries(scores)), e -> concat(e.key, '=', e.value))),
             coalesce(concat(place.height, '/', coalesce(place.name, '~')), '~'))""";

    /** The same in DuckDB's. */
    static final String DUCKDB = """
            concat_ws('|', id, coalesce(small::varchar, '~'), single, coalesce(ratio::varchar, '~'), flag, text, colour,
             coalesce(note, '~'), price, coalesce(amount::varchar, '~'), total, coalesce(day::varchar, '~'), epoch_us("at"),
             coalesce(epoch_us(local)::varchar, '~'), mark, coalesce(hex(raw), '~'), hex(four),
             array_to_string(tags, ','),
             array_to_string(list_transform(list_sort(map_keys(scores)), lambda k: k || '=' || scores[k]), ','),
             case when place is null then '~' else place.height || '/' || coalesce(place.name, '~') end)""";
}
