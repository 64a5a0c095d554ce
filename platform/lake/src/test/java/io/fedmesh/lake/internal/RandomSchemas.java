package io.fedmesh.lake.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Schemas of all types that a table can hold, a later version of each, and records of them, from one seed. */
final class RandomSchemas {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> KEY_TYPES = List.of(
            "\"string\"",
            "\"long\"",
            "\"int\"",
            "{\"type\":\"string\",\"logicalType\":\"uuid\"}",
            "{\"type\":\"int\",\"logicalType\":\"date\"}",
            "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}",
            "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":20,\"scale\":3}",
            "\"boolean\"",
            "\"bytes\"");
    private static final List<String> PLAIN = List.of(
            "\"boolean\"",
            "\"int\"",
            "\"long\"",
            "\"float\"",
            "\"double\"",
            "\"string\"",
            "\"bytes\"",
            "{\"type\":\"int\",\"logicalType\":\"date\"}",
            "{\"type\":\"int\",\"logicalType\":\"time-millis\"}",
            "{\"type\":\"long\",\"logicalType\":\"time-micros\"}",
            "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}",
            "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}",
            "{\"type\":\"long\",\"logicalType\":\"local-timestamp-millis\"}",
            "{\"type\":\"long\",\"logicalType\":\"local-timestamp-micros\"}",
            "{\"type\":\"string\",\"logicalType\":\"uuid\"}");

    private final Random random;
    private int names;

    RandomSchemas(Random random) {
        this.random = random;
    }

    /** A record whose first two fields, {@code k0} and {@code k1}, can be a key, and whose last two are texts. */
    Schema writer() {
        ObjectNode record = record("Entity");
        ArrayNode fields = (ArrayNode) record.get("fields");
        for (int i = 0; i < 2; i++) {
            fields.addObject().put("name", "k" + i).set("type", json(pick(KEY_TYPES)));
        }
        int count = 1 + random.nextInt(8);
        for (int i = 0; i < count; i++) {
            fields.addObject().put("name", "f" + i).set("type", optional(type(0)));
        }
        for (int i = 0; i < 2; i++) {
            fields.addObject().put("name", "t" + i).set("type", optional(json("\"string\"")));
        }
        return parse(record);
    }

    /** A later version that Avro can read the writer's records as. */
    Schema reader(Schema writer) {
        return parse(evolved((ObjectNode) json(writer.toString()), 2));
    }

    private ObjectNode evolved(ObjectNode record, int kept) {
        ArrayNode fields = (ArrayNode) record.get("fields");
        List<JsonNode> now = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            ObjectNode field = (ObjectNode) fields.get(i);
            if (i >= kept) {
                switch (random.nextInt(8)) {
                    case 0 -> {
                        continue; // dropped
                    }
                    case 1 -> {
                        field.putArray("aliases").add(field.get("name").asText());
                        field.put("name", field.get("name").asText() + "_new");
                    }
                    case 2 -> field.set("type", optional(field.get("type"), true));
                    case 3 -> field.set("type", widened(field.get("type")));
                    default -> {
                        if (field.get("type").path("type").asText().equals("record")) {
                            evolved((ObjectNode) field.get("type"), 0);
                        } else if (field.get("type").path("type").asText().equals("enum")) {
                            ((ArrayNode) field.get("type").get("symbols")).insert(0, "ADDED");
                        }
                    }
                }
            }
            now.add(field);
        }
        if (random.nextBoolean()) {
            ObjectNode added = JSON.createObjectNode().put("name", "added" + ++names);
            switch (random.nextInt(4)) {
                case 0 -> added.put("type", "string").put("default", "d\u00e9faut");
                case 1 -> added.put("type", "long").put("default", -5);
                case 2 -> {
                    added.putArray("type").add("null").add("int");
                    added.putNull("default");
                }
                default -> {
                    added.set("type", json("{\"type\":\"array\",\"items\":\"int\"}"));
                    added.putArray("default").add(1).add(2);
                }
            }
            now.add(added);
        }
        Collections.shuffle(now, random);
        fields.removeAll();
        now.forEach(fields::add);
        return record;
    }

    private JsonNode widened(JsonNode type) {
        return switch (type.isTextual() ? type.asText() : "") {
            case "int" -> json(pick(List.of("\"long\"", "\"float\"", "\"double\"")));
            case "long" -> json(pick(List.of("\"float\"", "\"double\"")));
            case "float" -> json("\"double\"");
            case "string" -> json("\"bytes\"");
            default -> type;
        };
    }

    private JsonNode optional(JsonNode type) {
        return optional(type, random.nextBoolean());
    }

    private JsonNode optional(JsonNode type, boolean wanted) {
        if (!wanted || type.isArray()) {
            return type;
        }
        ArrayNode union = JSON.createArrayNode();
        if (random.nextInt(4) == 0) {
            union.add(type).add("null");
        } else {
            union.add("null").add(type);
        }
        return union;
    }

    private JsonNode type(int depth) {
        int kind = random.nextInt(depth < 3 ? 12 : 8);
        switch (kind) {
            case 8 -> {
                ObjectNode record = record("R" + ++names);
                int count = 1 + random.nextInt(3);
                for (int i = 0; i < count; i++) {
                    ((ArrayNode) record.get("fields"))
                            .addObject()
                            .put("name", "n" + i)
                            .set("type", optional(type(depth + 1)));
                }
                return record;
            }
            case 9, 10 -> {
                ObjectNode array = JSON.createObjectNode().put("type", "array");
                array.set("items", optional(type(depth + 1)));
                return array;
            }
            case 11 -> {
                ObjectNode map = JSON.createObjectNode().put("type", "map");
                map.set("values", optional(type(depth + 1)));
                return map;
            }
            case 0 -> {
                ObjectNode symbols = JSON.createObjectNode().put("type", "enum").put("name", "E" + ++names);
                symbols.putArray("symbols").add("A").add("B").add("C");
                return symbols;
            }
            case 1 -> {
                int precision = 1 + random.nextInt(38);
                return JSON.createObjectNode()
                        .put("type", "bytes")
                        .put("logicalType", "decimal")
                        .put("precision", precision)
                        .put("scale", random.nextInt(precision + 1));
            }
            case 2 -> {
                int precision = 1 + random.nextInt(18);
                return JSON.createObjectNode()
                        .put("type", "fixed")
                        .put("name", "D" + ++names)
                        .put("size", 8 + random.nextInt(5))
                        .put("logicalType", "decimal")
                        .put("precision", precision)
                        .put("scale", random.nextInt(precision + 1));
            }
            case 3 -> {
                ObjectNode fixed = JSON.createObjectNode()
                        .put("type", "fixed")
                        .put("name", "X" + ++names)
                        .put("size", 16);
                return random.nextBoolean() ? fixed.put("logicalType", "uuid") : fixed;
            }
            default -> {
                return json(pick(PLAIN));
            }
        }
    }

    /** A record of the schema, its logical types as their plain values. */
    GenericRecord record(Schema schema) {
        return (GenericRecord) value(schema);
    }

    private Object value(Schema schema) {
        if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
            BigInteger bound = BigInteger.TEN.pow(decimal.getPrecision());
            BigInteger number = new BigInteger(1 + random.nextInt(bound.bitLength()), random).mod(bound);
            byte[] bytes = (random.nextBoolean() ? number : number.negate()).toByteArray();
            return schema.getType() == Schema.Type.FIXED
                    ? new GenericData.Fixed(schema, padded(bytes, schema.getFixedSize()))
                    : ByteBuffer.wrap(random.nextInt(4) == 0 ? padded(bytes, bytes.length + 3) : bytes);
        }
        String logical =
                schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
        return switch (schema.getType()) {
            case NULL -> throw new IllegalArgumentException("no value");
            case BOOLEAN -> random.nextBoolean();
            case INT ->
                switch (logical) {
                    case "date" -> random.nextInt(100_000) - 50_000;
                    case "time-millis" -> random.nextInt(86_400_000);
                    default -> random.nextInt() >> random.nextInt(32);
                };
            case LONG ->
                switch (logical) {
                    case "time-micros" -> random.nextLong(86_400_000_000L);
                    case "timestamp-millis", "local-timestamp-millis" -> random.nextLong(1L << 42) - (1L << 41);
                    case "timestamp-micros", "local-timestamp-micros" -> random.nextLong(1L << 52) - (1L << 51);
                    default -> random.nextLong() >> random.nextInt(64);
                };
            case FLOAT -> random.nextInt(8) == 0 ? Float.NaN : random.nextFloat() - 0.5f;
            case DOUBLE -> random.nextInt(8) == 0 ? Double.NaN : random.nextGaussian();
            case STRING ->
                logical.equals("uuid") ? new java.util.UUID(random.nextLong(), random.nextLong()).toString() : text();
            case BYTES -> ByteBuffer.wrap(bytes(random.nextInt(12)));
            case FIXED -> new GenericData.Fixed(schema, bytes(schema.getFixedSize()));
            case ENUM -> new GenericData.EnumSymbol(schema, pick(schema.getEnumSymbols()));
            case UNION -> {
                Schema branch = pick(schema.getTypes());
                yield branch.getType() == Schema.Type.NULL ? Absent.NULL : value(branch);
            }
            case ARRAY -> {
                List<Object> items = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    items.add(orNull(value(schema.getElementType())));
                }
                yield items;
            }
            case MAP -> {
                Map<String, Object> entries = new HashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    entries.put(text() + i, orNull(value(schema.getValueType())));
                }
                yield entries;
            }
            case RECORD -> {
                GenericRecord record = new GenericData.Record(schema);
                for (Schema.Field field : schema.getFields()) {
                    record.put(field.pos(), orNull(value(field.schema())));
                }
                yield record;
            }
        };
    }

    private enum Absent {
        NULL
    }

    private static @Nullable Object orNull(Object value) {
        return value == Absent.NULL ? null : value;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(10); i > 0; i--) {
            text.appendCodePoint(
                    switch (random.nextInt(6)) {
                        case 0 -> '|';
                        case 1 -> '\\';
                        case 2 -> 0xe0 + random.nextInt(0x500);
                        case 3 -> 0x1f600 + random.nextInt(64);
                        default -> 'a' + random.nextInt(26);
                    });
        }
        return text.toString();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] padded(byte[] number, int size) {
        byte[] padded = new byte[size];
        java.util.Arrays.fill(padded, (byte) (number[0] >> 7));
        System.arraycopy(number, 0, padded, size - number.length, number.length);
        return padded;
    }

    private <T> T pick(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static ObjectNode record(String name) {
        ObjectNode record = JSON.createObjectNode().put("type", "record").put("name", name);
        record.putArray("fields");
        return record;
    }

    private static Schema parse(JsonNode node) {
        return new Schema.Parser().parse(node.toString());
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
