package io.fedmesh.access.internal;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.generic.GenericFixed;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Avro's values, logical types converted, as the values of Iceberg's rows. Stateless. */
final class AvroToRow {
    private AvroToRow() {}

    /** The value as a column of this type holds it. */
    static @Nullable Object value(Type type, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        return switch (type.typeId()) {
            case STRING -> value.toString();
            case LONG -> ((Number) value).longValue();
            case DOUBLE -> ((Number) value).doubleValue();
            case UUID -> value instanceof UUID ? value : UUID.fromString(value.toString());
            case TIMESTAMP -> value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value;
            case BINARY, FIXED -> value instanceof GenericFixed fixed ? ByteBuffer.wrap(fixed.bytes()) : value;
            case LIST -> {
                List<@Nullable Object> list = new ArrayList<>();
                ((Collection<?>) value)
                        .forEach(item -> list.add(value(type.asListType().elementType(), item)));
                yield list;
            }
            case MAP -> {
                Map<Object, @Nullable Object> map = new LinkedHashMap<>();
                ((Map<?, ?>) value)
                        .forEach((key, item) ->
                                map.put(key.toString(), value(type.asMapType().valueType(), item)));
                yield map;
            }
            case STRUCT -> {
                org.apache.avro.generic.GenericRecord from = (org.apache.avro.generic.GenericRecord) value;
                Record struct = GenericRecord.create(type.asStructType());
                for (Types.NestedField field : type.asStructType().fields()) {
                    if (from.hasField(field.name())) {
                        struct.setField(field.name(), value(field.type(), from.get(field.name())));
                    }
                }
                yield struct;
            }
            case BOOLEAN, INTEGER, FLOAT, DATE, TIME, DECIMAL, TIMESTAMP_NANO, VARIANT, GEOMETRY, GEOGRAPHY, UNKNOWN ->
                value;
        };
    }
}
