package io.fedmesh.access.internal;

import io.fedmesh.access.QueryRefusedException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/** Iceberg's types and values as the engine's. Stateless. */
final class ColumnType {
    private ColumnType() {}

    /** The type's name in SQL. */
    static String sql(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> "BOOLEAN";
            case INTEGER -> "INTEGER";
            case LONG -> "BIGINT";
            case FLOAT -> "REAL";
            case DOUBLE -> "DOUBLE";
            case DATE -> "DATE";
            case TIME -> "TIME";
            case STRING -> "VARCHAR";
            case UUID -> "UUID";
            case FIXED, BINARY -> "BLOB";
            case TIMESTAMP -> ((Types.TimestampType) type).shouldAdjustToUTC() ? "TIMESTAMPTZ" : "TIMESTAMP";
            case DECIMAL -> {
                Types.DecimalType decimal = (Types.DecimalType) type;
                yield "DECIMAL(" + decimal.precision() + "," + decimal.scale() + ")";
            }
            case LIST -> sql(type.asListType().elementType()) + "[]";
            case MAP ->
                "MAP(" + sql(type.asMapType().keyType()) + ", "
                        + sql(type.asMapType().valueType()) + ")";
            case STRUCT ->
                type.asStructType().fields().stream()
                        .map(f -> quoted(f.name()) + " " + sql(f.type()))
                        .collect(Collectors.joining(", ", "STRUCT(", ")"));
            case TIMESTAMP_NANO, VARIANT, GEOMETRY, GEOGRAPHY, UNKNOWN ->
                throw new QueryRefusedException("[query] cannot read columns of type " + type);
        };
    }

    /** A name in SQL, quoted. */
    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Appends one value to the row. */
    static void append(DuckDBAppender to, Type type, @Nullable Object value) throws SQLException {
        if (value == null) {
            to.appendNull();
            return;
        }
        switch (type.typeId()) {
            case BOOLEAN -> to.append((boolean) (Boolean) value);
            case INTEGER -> to.append((int) (Integer) value);
            case LONG -> to.append((long) (Long) value);
            case FLOAT -> to.append((float) (Float) value);
            case DOUBLE -> to.append((double) (Double) value);
            case DATE -> to.appendEpochDays(Math.toIntExact(((LocalDate) value).toEpochDay()));
            case TIME -> to.append((LocalTime) value);
            case STRING -> to.append(value.toString());
            case UUID -> to.append((UUID) value);
            case FIXED, BINARY -> to.append(bytes(value));
            case TIMESTAMP -> {
                if (value instanceof OffsetDateTime time) {
                    to.appendEpochMicros(ChronoUnit.MICROS.between(java.time.Instant.EPOCH, time.toInstant()));
                } else {
                    to.append((LocalDateTime) value);
                }
            }
            case DECIMAL -> to.append((BigDecimal) value);
            case LIST -> to.append((List<?>) plain(type, value));
            case MAP -> to.append((Map<?, ?>) plain(type, value));
            case STRUCT -> {
                to.beginStruct();
                List<Types.NestedField> fields = type.asStructType().fields();
                for (int i = 0; i < fields.size(); i++) {
                    append(to, fields.get(i).type(), ((StructLike) value).get(i, Object.class));
                }
                to.endStruct();
            }
            case TIMESTAMP_NANO, VARIANT, GEOMETRY, GEOGRAPHY, UNKNOWN ->
                throw new QueryRefusedException("[query] cannot read columns of type " + type);
        }
    }

    /** A value within a list or a map, as the appender takes it. */
    private static @Nullable Object plain(Type type, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        return switch (type.typeId()) {
            case LIST -> {
                List<@Nullable Object> list = new ArrayList<>();
                ((List<?>) value).forEach(v -> list.add(plain(type.asListType().elementType(), v)));
                yield list;
            }
            case MAP -> {
                Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
                ((Map<?, ?>) value)
                        .forEach((k, v) -> map.put(
                                plain(type.asMapType().keyType(), k),
                                plain(type.asMapType().valueType(), v)));
                yield map;
            }
            case STRUCT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                List<Types.NestedField> fields = type.asStructType().fields();
                for (int i = 0; i < fields.size(); i++) {
                    map.put(
                            fields.get(i).name(),
                            plain(fields.get(i).type(), ((StructLike) value).get(i, Object.class)));
                }
                yield map;
            }
            case FIXED, BINARY -> bytes(value);
            case STRING -> value.toString();
            case BOOLEAN,
                    INTEGER,
                    LONG,
                    FLOAT,
                    DOUBLE,
                    DATE,
                    TIME,
                    UUID,
                    TIMESTAMP,
                    DECIMAL,
                    TIMESTAMP_NANO,
                    VARIANT,
                    GEOMETRY,
                    GEOGRAPHY,
                    UNKNOWN -> value;
        };
    }

    private static byte[] bytes(Object value) {
        if (value instanceof byte[] array) {
            return array;
        }
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] array = new byte[buffer.remaining()];
        buffer.get(array);
        return array;
    }
}
