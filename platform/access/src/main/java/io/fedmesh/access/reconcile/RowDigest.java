package io.fedmesh.access.reconcile;

import io.fedmesh.contract.Contract;
import io.fedmesh.wire.KeyText;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.jspecify.annotations.Nullable;

/**
 * Key and row of one product as 128 bits each: the first half of SHA-256 over the key's text, and over the row's
 * {@link Canonical} values. Holds the last one; not thread-safe.
 */
final class RowDigest {
    private final List<Schema.Field> fields;
    private final List<String> keyFields;
    private final int[] keyPositions;
    private final GenericData.Record keyRecord;
    private final Canonical canonical = new Canonical();
    private final MessageDigest sha256;

    long key0;
    long key1;
    long row0;
    long row1;

    RowDigest(Contract contract) {
        this.fields = contract.schema().getFields();
        this.keyFields = contract.keyFields();
        this.keyPositions = keyFields.stream()
                .mapToInt(k -> contract.schema().getField(k).pos())
                .toArray();
        this.keyRecord = new GenericData.Record(contract.schema());
        this.sha256 = sha256();
    }

    /** Takes a row: values in the order of the schema's fields. */
    void row(@Nullable Object[] values) {
        for (int position : keyPositions) {
            keyRecord.put(position, avro(fields.get(position).schema(), values[position]));
        }
        key(KeyText.of(keyRecord, keyFields));
        canonical.clear();
        for (int i = 0; i < fields.size(); i++) {
            canonical.value(fields.get(i).schema(), values[i]);
        }
        byte[] hash = hash(canonical.array(), canonical.length());
        row0 = half(hash, 0);
        row1 = half(hash, 8);
    }

    /** Takes a key alone. */
    void key(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] hash = hash(bytes, bytes.length);
        key0 = half(hash, 0);
        key1 = half(hash, 8);
    }

    private byte[] hash(byte[] bytes, int length) {
        sha256.update(bytes, 0, length);
        return sha256.digest();
    }

    private static long half(byte[] hash, int from) {
        return ByteBuffer.wrap(hash).getLong(from);
    }

    /** A key field's value as Avro has it, for {@link KeyText}. */
    private static @Nullable Object avro(Schema declared, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        Schema schema = Canonical.withoutNull(declared);
        if (value instanceof BigDecimal number && schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
            return number.setScale(decimal.getScale());
        }
        if (value instanceof LocalDate date) {
            return Math.toIntExact(date.toEpochDay());
        }
        if (value instanceof OffsetDateTime time) {
            Instant instant = time.toInstant();
            if (schema.getLogicalType() instanceof LogicalTypes.TimestampMillis) {
                return instant.toEpochMilli();
            }
            return instant.getEpochSecond() * 1_000_000L + instant.getNano() / 1_000;
        }
        return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
