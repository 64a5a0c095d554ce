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
import org.jspecify.annotations.Nullable;

/** How what Debezium sends for a column is written as what the field's schema says, straight to Avro's bytes. */
final class Values {

    /** Writes a value; throws {@link BadRecordException} without the value, or {@link CaptureRefusedException}. */
    interface Writer {
        void write(@Nullable Object value, AvroBytes to);
    }

    private interface Plain {
        void write(Object value, AvroBytes to);
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
    static Writer writer(String where, Schema schema, Placeholder placeholder) {
        Plain plain = plain(where, withoutNull(schema), placeholder);
        if (schema.getType() != Schema.Type.UNION) {
            return (value, to) -> {
                if (value == null) {
                    throw bad(where, "must not be null");
                }
                plain.write(value, to);
            };
        }
        int nothing = branch(schema, true);
        int something = branch(schema, false);
        return (value, to) -> {
            if (value == null) {
                if (nothing < 0) {
                    throw bad(where, "must not be null");
                }
                to.number(nothing);
            } else {
                to.number(something);
                plain.write(value, to);
            }
        };
    }

    /** The number of the union's branch that is null, or of the one that is not; -1 when there is none. */
    private static int branch(Schema union, boolean isNull) {
        for (int i = 0; i < union.getTypes().size(); i++) {
            if ((union.getTypes().get(i).getType() == Schema.Type.NULL) == isNull) {
                return i;
            }
        }
        return -1;
    }

    private static Plain plain(String where, Schema schema, Placeholder placeholder) {
        return switch (schema.getType()) {
            case STRING -> (value, to) -> to.text(text(where, value, placeholder));
            case BOOLEAN ->
                (value, to) -> to.truth(value instanceof Boolean is ? is : (Boolean) unfit(where, "a boolean", value));
            case INT -> integer(where, schema);
            case LONG -> longer(where, schema);
            case FLOAT ->
                (value, to) -> to.single(value instanceof Float is ? is : (Float) unfit(where, "a float", value));
            case DOUBLE ->
                (value, to) -> to.twice(
                        value instanceof Number is ? is.doubleValue() : (Double) unfit(where, "a double", value));
            case BYTES ->
                schema.getLogicalType() instanceof LogicalTypes.Decimal decimal
                        ? (value, to) -> decimal(where, decimal, value, to)
                        : (value, to) -> to.bytes(bytes(where, value, placeholder));
            case FIXED -> fixed(where, schema);
            case ENUM -> (value, to) -> to.number(symbol(where, schema, text(where, value, placeholder)));
            case ARRAY -> array(where, schema.getElementType(), placeholder);
            default ->
                throw new IllegalArgumentException(where + " must have a type that a column can fill but is a "
                        + schema.getType().getName());
        };
    }

    private static String text(String where, Object value, Placeholder placeholder) {
        if (!(value instanceof String text)) {
            return (String) unfit(where, "a text", value);
        }
        if (placeholder.isText(text)) {
            throw unavailable(where);
        }
        return text;
    }

    private static ByteBuffer bytes(String where, Object value, Placeholder placeholder) {
        ByteBuffer buffer = value instanceof byte[] array ? ByteBuffer.wrap(array) : (ByteBuffer) value;
        if (placeholder.isBytes(buffer)) {
            throw unavailable(where);
        }
        return buffer;
    }

    private static Plain integer(String where, Schema schema) {
        boolean isDate = schema.getLogicalType() instanceof LogicalTypes.Date;
        return (value, to) -> {
            if (value instanceof Integer number) {
                if (isDate && number == ColumnConverter.NO_DATE) {
                    throw bad(where, "must be a finite date");
                }
                to.number(number);
            } else {
                to.number(value instanceof Short number ? number : (Short) unfit(where, "an integer", value));
            }
        };
    }

    private static Plain longer(String where, Schema schema) {
        boolean isTime = schema.getLogicalType() != null;
        return (value, to) -> {
            if (!(value instanceof Long || value instanceof Integer || value instanceof Short)) {
                unfit(where, "an integer", value);
            }
            long number = ((Number) value).longValue();
            if (isTime && number == ColumnConverter.NO_TIME) {
                throw bad(where, "must be a finite time");
            }
            to.number(number);
        };
    }

    private static void decimal(String where, LogicalTypes.Decimal type, Object value, AvroBytes to) {
        byte[] unscaled = unscaled(where, type, value);
        to.number(unscaled.length);
        to.raw(unscaled);
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
        return (value, to) -> {
            byte[] unscaled = unscaled(where, decimal, value);
            byte[] wide = new byte[schema.getFixedSize()];
            Arrays.fill(wide, (byte) (unscaled[0] < 0 ? -1 : 0));
            System.arraycopy(unscaled, 0, wide, wide.length - unscaled.length, unscaled.length);
            to.raw(wide);
        };
    }

    private static int symbol(String where, Schema schema, String symbol) {
        if (!schema.hasEnumSymbol(symbol)) {
            throw bad(where, "must be one of the schema's symbols");
        }
        return schema.getEnumOrdinal(symbol);
    }

    private static Plain array(String where, Schema element, Placeholder placeholder) {
        Writer each = writer(where + " element", element, placeholder);
        return (value, to) -> {
            if (!(value instanceof List<?> list)) {
                unfit(where, "a list", value);
                return;
            }
            if (placeholder.isList(list)) {
                throw unavailable(where);
            }
            if (!list.isEmpty()) {
                to.number(list.size());
                for (Object one : list) {
                    each.write(one, to);
                }
            }
            to.number(0);
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
