package io.fedmesh.cdc.internal;

import io.fedmesh.cdc.CaptureRefusedException;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.BadRecordException.Reason;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.jspecify.annotations.Nullable;

/** Conversions from what Debezium sends for a column to what Avro writes for a field. */
final class Values {

    /** Thread-safe; throws {@link BadRecordException} without the value, or {@link CaptureRefusedException}. */
    interface Conversion {
        @Nullable
        Object convert(@Nullable Object value);
    }

    private interface Plain {
        Object convert(Object value);
    }

    private Values() {}

    /** The type of an optional field without its null. */
    static Schema withoutNull(Schema schema) {
        if (schema.getType() != Schema.Type.UNION) {
            return schema;
        }
        List<Schema> types = schema.getTypes().stream()
                .filter(s -> s.getType() != Schema.Type.NULL)
                .toList();
        return types.size() == 1 ? types.get(0) : schema;
    }

    /** Whether a field may be null. */
    static boolean isOptional(Schema schema) {
        return schema.isNullable();
    }

    /**
     * @param where begins the message of a value that does not fit
     */
    static Conversion conversion(String where, Schema schema, Placeholder placeholder) {
        Plain plain = plain(where, withoutNull(schema), placeholder);
        boolean isOptional = isOptional(schema);
        return value -> {
            if (value == null) {
                if (!isOptional) {
                    throw bad(where, "must not be null");
                }
                return null;
            }
            return plain.convert(value);
        };
    }

    private static Plain plain(String where, Schema schema, Placeholder placeholder) {
        return switch (schema.getType()) {
            case STRING -> value -> text(where, value, placeholder);
            case BOOLEAN -> value -> value instanceof Boolean ? value : unfit(where, "a boolean", value);
            case INT -> integer(where, schema);
            case LONG -> longer(where, schema);
            case FLOAT -> value -> value instanceof Float ? value : unfit(where, "a float", value);
            case DOUBLE ->
                value -> value instanceof Number number ? number.doubleValue() : unfit(where, "a double", value);
            case BYTES ->
                schema.getLogicalType() instanceof LogicalTypes.Decimal decimal
                        ? value -> ByteBuffer.wrap(unscaled(where, decimal, value))
                        : value -> bytes(where, value, placeholder);
            case FIXED -> fixed(where, schema);
            case ENUM -> value -> symbol(where, schema, text(where, value, placeholder));
            case ARRAY -> array(where, schema.getElementType(), placeholder);
            default ->
                throw new IllegalArgumentException(where + " must have a type that a column can fill but is a "
                        + schema.getType().getName());
        };
    }

    private static Object text(String where, Object value, Placeholder placeholder) {
        if (!(value instanceof String text)) {
            return unfit(where, "a text", value);
        }
        if (placeholder.isText(text)) {
            throw unavailable(where);
        }
        return text;
    }

    private static Object bytes(String where, Object value, Placeholder placeholder) {
        ByteBuffer buffer = value instanceof byte[] array ? ByteBuffer.wrap(array) : (ByteBuffer) value;
        if (placeholder.isBytes(buffer)) {
            throw unavailable(where);
        }
        return buffer;
    }

    private static Plain integer(String where, Schema schema) {
        boolean isDate = schema.getLogicalType() instanceof LogicalTypes.Date;
        return value -> {
            if (value instanceof Integer number) {
                if (isDate && number == ColumnConverter.NO_DATE) {
                    throw bad(where, "must be a finite date");
                }
                return number;
            }
            return value instanceof Short number ? (Object) number.intValue() : unfit(where, "an integer", value);
        };
    }

    private static Plain longer(String where, Schema schema) {
        boolean isTime = schema.getLogicalType() != null;
        return value -> {
            if (!(value instanceof Long || value instanceof Integer || value instanceof Short)) {
                return unfit(where, "an integer", value);
            }
            long number = ((Number) value).longValue();
            if (isTime && number == ColumnConverter.NO_TIME) {
                throw bad(where, "must be a finite time");
            }
            return number;
        };
    }

    private static byte[] unscaled(String where, LogicalTypes.Decimal type, Object value) {
        if (value == ColumnConverter.NOT_A_NUMBER) {
            throw bad(where, "must be a finite number");
        }
        BigDecimal decimal;
        if (value instanceof BigDecimal exact) {
            decimal = exact;
        } else if (value instanceof Long || value instanceof Integer || value instanceof Short) {
            decimal = BigDecimal.valueOf(((Number) value).longValue());
        } else {
            throw bad(where, "must be a number but was a " + value.getClass().getSimpleName());
        }
        if (decimal.scale() != type.getScale()) {
            try {
                decimal = decimal.setScale(type.getScale(), RoundingMode.UNNECESSARY);
            } catch (ArithmeticException e) {
                throw bad(where, "must have at most " + type.getScale() + " digits after the point");
            }
        }
        if (decimal.precision() > type.getPrecision()) {
            throw bad(where, "must have at most " + type.getPrecision() + " digits");
        }
        return decimal.unscaledValue().toByteArray();
    }

    private static Plain fixed(String where, Schema schema) {
        LogicalType type = schema.getLogicalType();
        if (!(type instanceof LogicalTypes.Decimal decimal)) {
            throw new IllegalArgumentException(where + " must be a decimal if its type is fixed");
        }
        return value -> {
            byte[] unscaled = unscaled(where, decimal, value);
            byte[] wide = new byte[schema.getFixedSize()];
            Arrays.fill(wide, (byte) (unscaled[0] < 0 ? -1 : 0));
            System.arraycopy(unscaled, 0, wide, wide.length - unscaled.length, unscaled.length);
            return new GenericData.Fixed(schema, wide);
        };
    }

    private static Object symbol(String where, Schema schema, Object text) {
        String symbol = (String) text;
        if (!schema.hasEnumSymbol(symbol)) {
            throw bad(where, "must be one of the schema's symbols");
        }
        return new GenericData.EnumSymbol(schema, symbol);
    }

    private static Plain array(String where, Schema element, Placeholder placeholder) {
        Conversion each = conversion(where + " element", element, placeholder);
        return value -> {
            if (!(value instanceof List<?> list)) {
                return unfit(where, "a list", value);
            }
            if (placeholder.isList(list)) {
                throw unavailable(where);
            }
            List<@Nullable Object> converted = new java.util.ArrayList<>(list.size());
            for (Object one : list) {
                converted.add(each.convert(one));
            }
            return converted;
        };
    }

    private static Object unfit(String where, String what, Object value) {
        throw bad(where, "must be " + what + " but was a " + value.getClass().getSimpleName());
    }

    private static BadRecordException bad(String where, String rule) {
        return new BadRecordException(Reason.CONTRACT, where + " " + rule);
    }

    private static CaptureRefusedException unavailable(String where) {
        return new CaptureRefusedException(where + " was not sent by the source: the table's replica identity must be"
                + " FULL but was not when the row changed; set it (alter table ... replica identity full) and re-sync"
                + " the source");
    }
}
