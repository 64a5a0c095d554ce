package io.fedmesh.access.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Blob;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBStruct;
import org.jspecify.annotations.Nullable;

/** The driver's values as those that {@link io.fedmesh.access.QueryResult} names. Stateless. */
final class ResultValues {
    private static final int OBJECT_BYTES = 16;

    private ResultValues() {}

    static @Nullable Object plain(@Nullable Object value) throws SQLException {
        if (value instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        if (value instanceof Timestamp time) {
            return time.toLocalDateTime();
        }
        if (value instanceof Blob blob) {
            return blob.getBytes(1, Math.toIntExact(blob.length()));
        }
        if (value instanceof Array array) {
            List<@Nullable Object> list = new ArrayList<>();
            for (Object element : (Object[]) array.getArray()) {
                list.add(plain(element));
            }
            return list;
        }
        if (value instanceof DuckDBStruct struct) {
            return plainMap(struct.getMap());
        }
        if (value instanceof Map<?, ?> map) {
            return plainMap(map);
        }
        if (value == null
                || value instanceof Boolean
                || value instanceof Number
                || value instanceof java.time.temporal.Temporal
                || value instanceof java.util.UUID) {
            return value;
        }
        return value.toString();
    }

    private static Map<String, @Nullable Object> plainMap(Map<?, ?> map) throws SQLException {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            plain.put(String.valueOf(entry.getKey()), plain(entry.getValue()));
        }
        return plain;
    }

    /** About how much memory the value takes. */
    static long bytes(@Nullable Object value) {
        if (value instanceof String text) {
            return OBJECT_BYTES + 2L * text.length();
        }
        if (value instanceof byte[] array) {
            return OBJECT_BYTES + array.length;
        }
        if (value instanceof BigDecimal || value instanceof BigInteger) {
            return 3L * OBJECT_BYTES;
        }
        if (value instanceof List<?> list) {
            return OBJECT_BYTES + list.stream().mapToLong(ResultValues::bytes).sum();
        }
        if (value instanceof Map<?, ?> map) {
            return OBJECT_BYTES
                    + map.entrySet().stream()
                            .mapToLong(e -> bytes(e.getKey()) + bytes(e.getValue()))
                            .sum();
        }
        return OBJECT_BYTES;
    }
}
