package io.fedmesh.access.reconcile;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.iceberg.StructLike;
import org.jspecify.annotations.Nullable;

/**
 * A value as bytes that are equal when, and only when, the values are: whether it comes from PostgreSQL's driver, from
 * Avro or from a table. Exact numbers have the contract's scale, times are microseconds (UTC where the type has a zone),
 * floating-point numbers are their bits with one NaN, texts are their UTF-8 bytes as they are (not normalised: two texts
 * that look alike differ), JSON is the text that PostgreSQL prints. Every value begins with its kind and, where lengths
 * vary, its length, so that no two rows run into one.
 */
final class Canonical {
    private static final int INITIAL_BYTES = 1024;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int length;

    /** Forgets what was written. */
    void clear() {
        length = 0;
    }

    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Appends a value of the field's type. */
    void value(Schema declared, @Nullable Object value) {
        if (value == null) {
            kind('0');
            return;
        }
        Schema schema = withoutNull(declared);
        LogicalType logical = schema.getLogicalType();
        if (logical != null && logical(logical, value)) {
            return;
        }
        switch (schema.getType()) {
            case STRING, ENUM -> text(value.toString());
            case BOOLEAN -> {
                kind('b');
                one((Boolean) value ? 1 : 0);
            }
            case INT, LONG -> number('l', ((Number) value).longValue());
            case FLOAT -> number('f', Float.floatToIntBits(((Number) value).floatValue()));
            case DOUBLE -> number('d', Double.doubleToLongBits(((Number) value).doubleValue()));
            case BYTES, FIXED -> binary('x', bytes(value));
            case ARRAY -> array(schema.getElementType(), value);
            case MAP -> map(schema.getValueType(), (Map<?, ?>) value);
            case RECORD -> struct(schema, value);
            case UNION, NULL ->
                throw new ReconcileException("a field must have one type but was a " + schema.getType());
        }
    }

    private boolean logical(LogicalType logical, Object value) {
        if (logical instanceof LogicalTypes.Decimal decimal) {
            decimal(decimal.getScale(), value);
            return true;
        }
        switch (logical.getName()) {
            case "date" -> number('D', value instanceof Number days ? days.longValue() : day(value));
            case "time-millis", "time-micros" ->
                number(
                        'T',
                        value instanceof Number raw ? scaled(logical, raw) : ((LocalTime) value).toNanoOfDay() / 1_000);
            case "timestamp-millis", "timestamp-micros" ->
                number('Z', value instanceof Number raw ? scaled(logical, raw) : micros(instant(value)));
            case "local-timestamp-millis", "local-timestamp-micros" ->
                number('L', value instanceof Number raw ? scaled(logical, raw) : micros(local(value)));
            case "uuid" -> {
                UUID uuid = value instanceof UUID id ? id : UUID.fromString(value.toString());
                number('U', uuid.getMostSignificantBits());
                number('u', uuid.getLeastSignificantBits());
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void decimal(int scale, Object value) {
        BigDecimal number;
        if (value instanceof BigDecimal exact) {
            number = exact;
        } else if (value instanceof ByteBuffer || value instanceof byte[] || value instanceof GenericFixed) {
            number = new BigDecimal(new BigInteger(bytes(value)), scale);
        } else if (value instanceof Long || value instanceof Integer || value instanceof Short) {
            number = BigDecimal.valueOf(((Number) value).longValue());
        } else {
            // NaN and the infinities, which no contract allows
            binary('N', value.toString().getBytes(StandardCharsets.UTF_8));
            return;
        }
        if (number.scale() < scale) {
            number = number.setScale(scale);
        } else if (number.scale() > scale) {
            BigDecimal shorter = number.stripTrailingZeros();
            number = shorter.scale() < scale ? shorter.setScale(scale) : shorter;
        }
        binary('N', number.toPlainString().getBytes(StandardCharsets.UTF_8));
    }

    private static long day(Object value) {
        return value instanceof LocalDate date
                ? date.toEpochDay()
                : ((java.sql.Date) value).toLocalDate().toEpochDay();
    }

    private static long scaled(LogicalType logical, Number raw) {
        return logical.getName().endsWith("millis") ? Math.multiplyExact(raw.longValue(), 1_000L) : raw.longValue();
    }

    private static Instant instant(Object value) {
        if (value instanceof Instant instant) {
            return instant;
        }
        if (value instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        if (value instanceof java.sql.Timestamp time) {
            return time.toInstant();
        }
        return ((LocalDateTime) value).toInstant(ZoneOffset.UTC);
    }

    private static Instant local(Object value) {
        return value instanceof java.sql.Timestamp time
                ? time.toLocalDateTime().toInstant(ZoneOffset.UTC)
                : ((LocalDateTime) value).toInstant(ZoneOffset.UTC);
    }

    /** An infinity of PostgreSQL is further away than microseconds reach: it stays the furthest. */
    private static long micros(Instant instant) {
        try {
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
        } catch (ArithmeticException e) {
            return instant.getEpochSecond() > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
    }

    private void array(Schema element, Object value) {
        Collection<?> values;
        if (value instanceof Collection<?> collection) {
            values = collection;
        } else if (value instanceof Array array) {
            values = elements(array);
        } else {
            values = Arrays.asList((Object[]) value);
        }
        number('a', values.size());
        values.forEach(item -> value(element, item));
    }

    private static List<?> elements(Array array) {
        try {
            return Arrays.asList((Object[]) array.getArray());
        } catch (SQLException e) {
            throw new ReconcileException("an array of the source must be readable but was not", e);
        }
    }

    private void map(Schema valueType, Map<?, ?> value) {
        Map<String, @Nullable Object> sorted = new TreeMap<>();
        value.forEach((k, v) -> sorted.put(k.toString(), v));
        number('m', sorted.size());
        sorted.forEach((k, v) -> {
            text(k);
            value(valueType, v);
        });
    }

    private void struct(Schema schema, Object value) {
        kind('r');
        for (Schema.Field field : schema.getFields()) {
            Object item = value instanceof IndexedRecord record
                    ? record.get(field.pos())
                    : ((StructLike) value).get(field.pos(), Object.class);
            value(field.schema(), item);
        }
    }

    private void text(String text) {
        binary('s', text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(Object value) {
        if (value instanceof byte[] array) {
            return array;
        }
        if (value instanceof GenericFixed fixed) {
            return fixed.bytes();
        }
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] array = new byte[buffer.remaining()];
        buffer.get(array);
        return array;
    }

    private void kind(char kind) {
        one(kind);
    }

    private void one(int b) {
        room(1);
        bytes[length++] = (byte) b;
    }

    private void number(char kind, long number) {
        room(9);
        bytes[length++] = (byte) kind;
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (number >>> shift);
        }
    }

    private void binary(char kind, byte[] value) {
        number(kind, value.length);
        room(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, more)));
        }
    }

    /** The type of an optional field without its null. */
    static Schema withoutNull(Schema schema) {
        if (schema.getType() != Schema.Type.UNION) {
            return schema;
        }
        List<Schema> types = schema.getTypes().stream()
                .filter(t -> t.getType() != Schema.Type.NULL)
                .toList();
        return types.size() == 1 ? types.get(0) : schema;
    }
}
