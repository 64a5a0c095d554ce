package io.fedmesh.wire;

import io.fedmesh.contract.Names;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * The key of a record as text: the text of each key field, joined by {@link Names#key}. Whoever publishes makes the key
 * with it, and whoever writes tables checks it with it, so that a key and its entity never part. Stateless.
 *
 * <p>Numbers are plain decimal digits, texts, enums and booleans as they are, dates and times ISO-8601 in UTC, UUIDs in
 * lower case, bytes lower-case hexadecimal; a logical type reads the same whether Avro has converted it or not.
 */
public final class KeyText {
    private KeyText() {}

    /**
     * The key of a record.
     *
     * @param keyFields names of its key fields, in order; none may be null in the record
     * @throws BadRecordException with {@code CONTRACT} when a key field is null
     */
    public static String of(IndexedRecord record, List<String> keyFields) {
        List<String> texts = new ArrayList<>(keyFields.size());
        for (String name : keyFields) {
            Schema.Field field = record.getSchema().getField(name);
            texts.add(text(name, field.schema(), record.get(field.pos())));
        }
        return Names.key(texts);
    }

    private static String text(String name, Schema schema, @Nullable Object value) {
        if (value == null) {
            throw new BadRecordException(
                    BadRecordException.Reason.CONTRACT, "key field '" + name + "' must have a value but was null");
        }
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (schema.getType() == Schema.Type.UNION) {
            for (Schema branch : schema.getTypes()) {
                if (branch.getType() != Schema.Type.NULL) {
                    return text(name, branch, value);
                }
            }
        }
        LogicalType logical = schema.getLogicalType();
        String logicalName = logical == null ? "" : logical.getName();
        if (value instanceof Integer days && logicalName.equals("date")) {
            return LocalDate.ofEpochDay(days).toString();
        }
        if (value instanceof Long number) {
            if (logicalName.equals("timestamp-micros")) {
                return Instant.ofEpochSecond(
                                Math.floorDiv(number, 1_000_000L), Math.floorMod(number, 1_000_000L) * 1_000L)
                        .toString();
            }
            if (logicalName.equals("timestamp-millis")) {
                return Instant.ofEpochMilli(number).toString();
            }
        }
        byte[] bytes = bytes(value);
        if (bytes == null) {
            return value.toString();
        }
        if (logical instanceof LogicalTypes.Decimal decimal) {
            return new BigDecimal(new BigInteger(bytes), decimal.getScale()).toPlainString();
        }
        return HexFormat.of().formatHex(bytes);
    }

    private static byte @Nullable [] bytes(Object value) {
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        return value instanceof GenericFixed fixed ? fixed.bytes() : null;
    }
}
