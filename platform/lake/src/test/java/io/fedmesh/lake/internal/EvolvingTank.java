package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;

/**
 * A product whose schema moves in every way that is allowed. What every row ever written must read as, after each step, is
 * what Avro's own library makes of its bytes, their writer's schema and the contract's.
 */
public final class EvolvingTank {
    /** The first schema, then what follows it. */
    public static final List<String> SCHEMAS = List.of(
            """
            {"name":"id","type":"string"},
            {"name":"size","type":"int"},
            {"name":"weight","type":"float"},
            {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["A","B"],"default":"A"}},
            {"name":"label","type":"string"},
            {"name":"gone","type":"string"},
            {"name":"at","type":{"type":"record","name":"At","fields":[
              {"name":"x","type":"int"},{"name":"note","type":"string"}]}},
            {"name":"parts","type":{"type":"array","items":{"type":"record","name":"Part","fields":[
              {"name":"n","type":"int"}]}}},
            {"name":"by_name","type":{"type":"map","values":"int"}}
            """,
            // added with defaults, made optional, a symbol added
            """
            {"name":"id","type":"string"},
            {"name":"size","type":"int"},
            {"name":"weight","type":"float"},
            {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["A","B","C"],"default":"A"}},
            {"name":"label","type":["null","string"],"default":null},
            {"name":"gone","type":"string"},
            {"name":"at","type":{"type":"record","name":"At","fields":[
              {"name":"x","type":"int"},{"name":"note","type":"string"}]}},
            {"name":"parts","type":{"type":"array","items":{"type":"record","name":"Part","fields":[
              {"name":"n","type":"int"}]}}},
            {"name":"by_name","type":{"type":"map","values":"int"}},
            {"name":"colour","type":"string","default":"grey"},
            {"name":"day","type":{"type":"int","logicalType":"date"},"default":7},
            {"name":"hint","type":["null","long"],"default":null}
            """,
            // widened, renamed, in another order
            """
            {"name":"tint","type":"string","default":"grey","aliases":["colour"]},
            {"name":"mass","type":"double","aliases":["weight"]},
            {"name":"day","type":{"type":"int","logicalType":"date"},"default":7},
            {"name":"hint","type":["null","long"],"default":null},
            {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["A","B","C"],"default":"A"}},
            {"name":"gone","type":"string"},
            {"name":"by_name","type":{"type":"map","values":"long"}},
            {"name":"parts","type":{"type":"array","items":{"type":"record","name":"Part","fields":[
              {"name":"n","type":"int"}]}}},
            {"name":"at","type":{"type":"record","name":"At","fields":[
              {"name":"x","type":"int"},{"name":"note","type":"string"}]}},
            {"name":"label","type":["null","string"],"default":null},
            {"name":"size","type":"long"},
            {"name":"id","type":"string"}
            """,
            // dropped, and the same within records; aliases stay for as long as records of before are on the topic
            """
            {"name":"id","type":"string"},
            {"name":"size","type":"long"},
            {"name":"mass","type":"double","aliases":["weight"]},
            {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["A","B","C"],"default":"A"}},
            {"name":"label","type":["null","string"],"default":null},
            {"name":"tint","type":"string","default":"grey","aliases":["colour"]},
            {"name":"day","type":{"type":"int","logicalType":"date"},"default":7},
            {"name":"hint","type":["null","long"],"default":null},
            {"name":"by_name","type":{"type":"map","values":["null","long"]}},
            {"name":"parts","type":{"type":"array","items":{"type":"record","name":"Part","fields":[
              {"name":"unit","type":"string","default":"m"},{"name":"count","type":"long","aliases":["n"]}]}}},
            {"name":"at","type":["null",{"type":"record","name":"At","fields":[
              {"name":"y","type":["null","int"],"default":null},
              {"name":"east","type":"long","aliases":["x"]}]}],"default":null}
            """);

    private EvolvingTank() {}

    /** A record as it was written. */
    public record Written(Schema schema, byte[] bytes) {}

    public static Contract contract(int step) {
        return Samples.versioned(
                Samples.contract("tank", schema(SCHEMAS.get(step)), List.of("id")), "1." + step + ".0");
    }

    public static Schema schema(String fields) {
        return new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"Tank\",\"namespace\":\"test\",\"fields\":[" + fields + "]}");
    }

    public static GenericRecord entity(Schema schema, String id, long number) {
        GenericRecord entity = (GenericRecord) java.util.Objects.requireNonNull(value(schema, number));
        entity.put("id", id);
        return entity;
    }

    /** A value of the schema that the number decides. */
    private static @Nullable Object value(Schema schema, long number) {
        return switch (schema.getType()) {
            case STRING -> "text" + number;
            case INT -> (int) number;
            case LONG -> 1L << 40 | number;
            case FLOAT -> number + 0.5f;
            case DOUBLE -> number + 0.1;
            case ENUM ->
                new GenericData.EnumSymbol(schema, schema.getEnumSymbols().get((int)
                        (number % schema.getEnumSymbols().size())));
            case UNION -> number % 3 == 0 ? null : value(schema.getTypes().get(1), number);
            case ARRAY -> {
                List<@Nullable Object> items = new ArrayList<>();
                for (int i = 0; i < number % 3; i++) {
                    items.add(value(schema.getElementType(), number + i));
                }
                yield items;
            }
            case MAP -> {
                Map<String, @Nullable Object> items = new TreeMap<>();
                for (int i = 0; i < number % 3; i++) {
                    items.put("key" + i, value(schema.getValueType(), number + i));
                }
                yield items;
            }
            case RECORD -> {
                GenericRecord record = new GenericData.Record(schema);
                schema.getFields().forEach(field -> record.put(field.pos(), value(field.schema(), number)));
                yield record;
            }
            default -> throw new IllegalStateException("no value of " + schema);
        };
    }

    public static Written written(GenericRecord entity) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            new GenericDatumWriter<GenericRecord>(entity.getSchema()).write(entity, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Written(entity.getSchema(), out.toByteArray());
    }

    /** The rows as texts, sorted. */
    public static List<String> expected(Contract contract, Collection<Written> written) throws IOException {
        List<String> rows = new ArrayList<>();
        for (Written one : written) {
            GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(one.schema(), contract.schema());
            rows.add(String.valueOf(plain(
                    contract.schema(), reader.read(null, DecoderFactory.get().binaryDecoder(one.bytes(), null)))));
        }
        rows.sort(null);
        return rows;
    }

    /** An Avro value or a table's value as what both have in common: the contract's fields by name. */
    public static @Nullable Object plain(Schema schema, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        return switch (schema.getType()) {
            case UNION -> plain(schema.getTypes().get(1), value);
            case STRING, ENUM -> value.toString();
            case INT ->
                value instanceof java.time.LocalDate day
                        ? (Long) day.toEpochDay()
                        : (Long) ((Number) value).longValue();
            case LONG -> ((Number) value).longValue();
            case FLOAT, DOUBLE -> ((Number) value).doubleValue();
            case ARRAY ->
                ((Collection<?>) value)
                        .stream()
                                .map(item -> plain(schema.getElementType(), item))
                                .toList();
            case MAP -> {
                Map<String, @Nullable Object> map = new TreeMap<>();
                ((Map<?, ?>) value).forEach((key, item) -> map.put(key.toString(), plain(schema.getValueType(), item)));
                yield map;
            }
            case RECORD -> {
                Map<String, @Nullable Object> fields = new TreeMap<>();
                for (Schema.Field field : schema.getFields()) {
                    Object part = value instanceof Record row
                            ? row.getField(field.name())
                            : ((IndexedRecord) value).get(field.pos());
                    fields.put(field.name(), plain(field.schema(), part));
                }
                yield fields;
            }
            default -> throw new IllegalStateException("no value of " + schema);
        };
    }
}
