package io.fedmesh.lake.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Avro values as the values that Iceberg's generic writer takes, compiled once per column. Logical types are taken
 * converted (BigDecimal, Instant, ...) or raw. Never called with null.
 */
final class AvroValues {
    private AvroValues() {}

    /** What turns a value of the Avro type into one of the column's type. */
    static Function<Object, Object> conversion(Schema avro, Type type, String where) {
        Schema value = AvroTypes.value(avro, where);
        LogicalType logical = value.getLogicalType();
        boolean millis = logical != null && logical.getName().endsWith("millis");
        return switch (type.typeId()) {
            case STRING -> v -> v instanceof CharSequence ? v : v.toString();
            case BOOLEAN -> v -> v;
            case INTEGER -> v -> ((Number) v).intValue();
            case LONG -> v -> ((Number) v).longValue();
            case FLOAT -> v -> ((Number) v).floatValue();
            case DOUBLE -> v -> ((Number) v).doubleValue();
            case BINARY -> v -> v;
            case FIXED -> v -> v instanceof GenericFixed fixed ? fixed.bytes() : v;
            case UUID -> v -> v instanceof UUID ? v : UUID.fromString(v.toString());
            case DATE -> v -> v instanceof LocalDate ? v : LocalDate.ofEpochDay(((Number) v).longValue());
            case TIME -> v -> v instanceof LocalTime ? v : LocalTime.ofNanoOfDay(micros(v, millis) * 1_000L);
            case TIMESTAMP ->
                ((Types.TimestampType) type).shouldAdjustToUTC()
                        ? v -> (v instanceof Instant instant ? instant : instant(micros(v, millis)))
                                .atOffset(ZoneOffset.UTC)
                        : v -> v instanceof LocalDateTime
                                ? v
                                : LocalDateTime.ofInstant(instant(micros(v, millis)), ZoneOffset.UTC);
            case DECIMAL -> decimal(((Types.DecimalType) type).scale());
            case LIST -> list(conversion(value.getElementType(), ((Types.ListType) type).elementType(), where));
            case MAP -> map(conversion(value.getValueType(), ((Types.MapType) type).valueType(), where));
            case STRUCT -> struct(value, (Types.StructType) type, where);
            default -> throw new IllegalStateException("[" + where + "] no table of ours has a column of type " + type);
        };
    }

    private static long micros(Object value, boolean millis) {
        long number = ((Number) value).longValue();
        return millis ? Math.multiplyExact(number, 1_000L) : number;
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
    }

    private static Function<Object, Object> decimal(int scale) {
        return value -> {
            if (value instanceof BigDecimal number) {
                return number.scale() == scale ? number : number.setScale(scale);
            }
            byte[] bytes;
            if (value instanceof GenericFixed fixed) {
                bytes = fixed.bytes();
            } else {
                ByteBuffer buffer = ((ByteBuffer) value).duplicate();
                bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
            }
            return new BigDecimal(new BigInteger(bytes), scale);
        };
    }

    private static Function<Object, Object> list(Function<Object, Object> element) {
        return value -> {
            Collection<?> from = (Collection<?>) value;
            List<Object> to = new ArrayList<>(from.size());
            for (Object item : from) {
                to.add(item == null ? null : element.apply(item));
            }
            return to;
        };
    }

    private static Function<Object, Object> map(Function<Object, Object> element) {
        return value -> {
            Map<Object, Object> to = new HashMap<>();
            ((Map<?, ?>) value)
                    .forEach((key, item) -> to.put(key.toString(), item == null ? null : element.apply(item)));
            return to;
        };
    }

    private static Function<Object, Object> struct(Schema avro, Types.StructType type, String where) {
        int size = type.fields().size();
        int[] positions = new int[size];
        List<Function<Object, Object>> fields = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Types.NestedField field = type.fields().get(i);
            Schema.Field from = avro.getField(field.name());
            positions[i] = from.pos();
            fields.add(conversion(from.schema(), field.type(), where + "." + field.name()));
        }
        Record template = GenericRecord.create(type);
        return value -> {
            IndexedRecord from = (IndexedRecord) value;
            Record to = template.copy();
            for (int i = 0; i < size; i++) {
                Object item = from.get(positions[i]);
                to.set(i, item == null ? null : fields.get(i).apply(item));
            }
            return to;
        };
    }
}
