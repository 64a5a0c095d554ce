package io.fedmesh.faults.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * A row as one short text, the same from PostgreSQL's JSON of it, from an Avro record and from an Iceberg record: equal
 * exactly when the rows are, but for a collision by chance of 128 bits of MD5, which takes a third of the time of SHA-256
 * where the JVM has no code of its own for either. Shares no code with what wrote them. One thread.
 */
final class RowText {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final String NULL = "~";

    private final Schema schema;
    private final List<String> jsonFields;
    private final TokenText tokens;
    private final MessageDigest digest;

    /**
     * @param jsonFields fields that hold JSON as text: compared as JSON
     * @param tokens what the tables hold in the place of what source and topic hold clear
     */
    RowText(Schema schema, List<String> jsonFields, TokenText tokens) {
        this.schema = schema;
        this.jsonFields = jsonFields;
        this.tokens = tokens;
        try {
            this.digest = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must have MD5", e);
        }
    }

    /** @param columns per field the column that fills it */
    String ofSource(JsonNode row, Map<String, String> columns) {
        return text(field -> {
            JsonNode value = row.path(columns.getOrDefault(field.name(), field.name()));
            String text = source(field.schema(), value, jsonFields.contains(field.name()));
            return value.isNull() || value.isMissingNode() ? text : tokens.of(field.name(), text);
        });
    }

    String ofAvro(IndexedRecord event) {
        return text(field -> {
            Object value = event.get(event.getSchema().getField(field.name()).pos());
            String text = avro(field.schema(), value, jsonFields.contains(field.name()));
            return value == null ? text : tokens.of(field.name(), text);
        });
    }

    /** @param values value of a field's name */
    String ofTable(Function<String, @Nullable Object> values) {
        return text(field -> avro(field.schema(), values.apply(field.name()), jsonFields.contains(field.name())));
    }

    private String text(Function<Schema.Field, String> values) {
        StringBuilder text = new StringBuilder();
        for (Schema.Field field : schema.getFields()) {
            text.append(field.name()).append('=').append(values.apply(field)).append('\n');
        }
        byte[] hash = digest.digest(text.toString().getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().withoutPadding().encodeToString(hash);
    }

    private static Schema real(Schema schema) {
        return schema.getType() == Schema.Type.UNION
                ? schema.getTypes().stream()
                        .filter(branch -> branch.getType() != Schema.Type.NULL)
                        .findFirst()
                        .orElseThrow()
                : schema;
    }

    private static String logical(Schema schema) {
        return schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
    }

    private static String source(Schema declared, JsonNode value, boolean isJson) {
        if (value.isNull() || value.isMissingNode()) {
            return NULL;
        }
        if (isJson) {
            return json(value);
        }
        Schema schema = real(declared);
        String logical = logical(schema);
        if (logical.startsWith("timestamp")) {
            return OffsetDateTime.parse(value.asText()).toInstant().toString();
        }
        if (logical.equals("decimal")) {
            return decimal(value.decimalValue());
        }
        return switch (schema.getType()) {
            case ARRAY -> {
                List<String> texts = new ArrayList<>();
                value.forEach(element -> texts.add(source(schema.getElementType(), element, false)));
                yield texts.toString();
            }
            case FLOAT, DOUBLE -> Double.toString(value.asDouble());
            default -> value.asText();
        };
    }

    private static String avro(Schema declared, @Nullable Object value, boolean isJson) {
        if (value == null) {
            return NULL;
        }
        if (isJson) {
            try {
                return json(JSON.readTree(value.toString()));
            } catch (JsonProcessingException e) {
                return "no JSON: " + value;
            }
        }
        Schema schema = real(declared);
        String logical = logical(schema);
        if (value instanceof BigDecimal number) {
            return decimal(number);
        }
        if (value instanceof OffsetDateTime time) {
            return time.withOffsetSameInstant(ZoneOffset.UTC).toInstant().toString();
        }
        if (value instanceof Integer days && logical.equals("date")) {
            return LocalDate.ofEpochDay(days).toString();
        }
        if (value instanceof Long micros && logical.equals("timestamp-micros")) {
            return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L)
                    .toString();
        }
        if (value instanceof Iterable<?> elements) {
            List<String> texts = new ArrayList<>();
            elements.forEach(element -> texts.add(avro(schema.getElementType(), element, false)));
            return texts.toString();
        }
        byte[] bytes = bytes(value);
        if (bytes == null) {
            return value instanceof Float || value instanceof Double
                    ? Double.toString(((Number) value).doubleValue())
                    : value.toString();
        }
        return schema.getLogicalType() instanceof LogicalTypes.Decimal decimal
                ? decimal(new BigDecimal(new BigInteger(bytes), decimal.getScale()))
                : HexFormat.of().formatHex(bytes).toLowerCase(Locale.ROOT);
    }

    private static byte @Nullable [] bytes(Object value) {
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        return value instanceof GenericFixed fixed ? fixed.bytes() : null;
    }

    private static String decimal(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    /** JSON without order of names, white space or ways to write a number. */
    private static String json(JsonNode node) {
        if (node.isObject()) {
            Map<String, String> members = new TreeMap<>();
            node.fields().forEachRemaining(member -> members.put(member.getKey(), json(member.getValue())));
            return members.toString();
        }
        if (node.isArray()) {
            List<String> elements = new ArrayList<>();
            node.forEach(element -> elements.add(json(element)));
            return elements.toString();
        }
        return node.isNumber() ? decimal(node.decimalValue()) : node.toString();
    }
}
