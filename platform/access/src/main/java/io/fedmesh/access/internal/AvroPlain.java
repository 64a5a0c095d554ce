package io.fedmesh.access.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Avro's values, logical types converted, as those that {@link io.fedmesh.access.QueryResult} names. Stateless. */
final class AvroPlain {
    private AvroPlain() {}

    static Map<String, @Nullable Object> record(GenericRecord record) {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        for (Schema.Field field : record.getSchema().getFields()) {
            plain.put(field.name(), value(record.get(field.pos())));
        }
        return plain;
    }

    private static @Nullable Object value(@Nullable Object value) {
        if (value instanceof GenericRecord record) {
            return record(record);
        }
        if (value instanceof Collection<?> items) {
            List<@Nullable Object> list = new ArrayList<>();
            items.forEach(item -> list.add(value(item)));
            return list;
        }
        if (value instanceof Map<?, ?> entries) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            entries.forEach((key, item) -> map.put(key.toString(), value(item)));
            return map;
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        if (value instanceof GenericFixed fixed) {
            return fixed.bytes();
        }
        return value == null
                        || value instanceof Number
                        || value instanceof Boolean
                        || value instanceof java.time.temporal.Temporal
                        || value instanceof java.util.UUID
                ? value
                : value.toString();
    }
}
