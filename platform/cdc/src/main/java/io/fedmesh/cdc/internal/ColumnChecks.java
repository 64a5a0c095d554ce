package io.fedmesh.cdc.internal;

import io.fedmesh.contract.Contract;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Whether a table's columns can fill a contract's fields. */
final class ColumnChecks {
    private static final Set<String> TEXTS = Set.of(
            "text", "varchar", "bpchar", "name", "citext", "uuid", "json", "jsonb", "xml", "inet", "cidr", "macaddr");
    private static final Set<String> INTEGERS = Set.of("int2", "int4");
    private static final Set<String> LONGS = Set.of("int2", "int4", "int8");
    private static final Set<String> NUMBERS = Set.of("numeric", "int2", "int4", "int8");
    private static final Set<String> KEYS =
            Set.of("text", "varchar", "bpchar", "citext", "uuid", "int2", "int4", "int8", "numeric", "date", "bool");

    private ColumnChecks() {}

    /** Adds what must hold and does not. */
    static void check(Product product, Map<String, ColumnType> columns, List<String> problems) {
        Contract contract = product.contract();
        String table = product.captured().table();
        for (Schema.Field field : contract.schema().getFields()) {
            String column = String.valueOf(product.captured().columns().get(field.name()));
            ColumnType type = columns.get(column);
            if (type == null) {
                problems.add("the column " + table + "." + column + " must exist, because " + contract.name()
                        + " fills the field '" + field.name() + "' from it, but it does not");
                continue;
            }
            Schema schema = Values.withoutNull(field.schema());
            if (!fits(schema, type.type(), type.kind(), type)) {
                problems.add("the column " + table + "." + column + " must have a type that fills " + described(schema)
                        + " but has " + type.type() + (type.kind().equals("d") ? ", a domain" : ""));
            }
            if (!type.isNotNull() && !Values.isOptional(field.schema())) {
                problems.add("the column " + table + "." + column + " must be not null, because the field '"
                        + field.name() + "' is not optional: make one of them follow the other");
            }
            if (contract.keyFields().contains(field.name())
                    && !KEYS.contains(type.type())
                    && !type.kind().equals("e")) {
                problems.add(
                        "the key column " + table + "." + column + " must be a text, an integer, a number, a uuid, a"
                                + " date or a boolean but has " + type.type());
            }
        }
        TreeSet<String> key = new TreeSet<>();
        contract.keyFields()
                .forEach(
                        f -> key.add(String.valueOf(product.captured().columns().get(f))));
        TreeSet<String> primary = new TreeSet<>();
        columns.forEach((name, type) -> {
            if (type.isPrimaryKey()) {
                primary.add(name);
            }
        });
        if (!key.equals(primary)) {
            problems.add("the key of " + contract.name() + " must be the primary key of " + table + ", " + primary
                    + ", but was " + key);
        }
    }

    private static boolean fits(Schema schema, @Nullable String type, @Nullable String kind, ColumnType column) {
        if (type == null) {
            return false;
        }
        LogicalType logical = schema.getLogicalType();
        boolean isEnum = "e".equals(kind);
        return switch (schema.getType()) {
            case STRING, ENUM -> isEnum || TEXTS.contains(type);
            case BOOLEAN -> type.equals("bool");
            case INT -> logical instanceof LogicalTypes.Date ? type.equals("date") : INTEGERS.contains(type);
            case LONG -> {
                if (logical instanceof LogicalTypes.TimestampMicros) {
                    yield type.equals("timestamptz");
                }
                if (logical instanceof LogicalTypes.LocalTimestampMicros) {
                    yield type.equals("timestamp");
                }
                yield logical == null && LONGS.contains(type);
            }
            case FLOAT -> type.equals("float4");
            case DOUBLE -> type.equals("float8") || type.equals("float4");
            case BYTES -> logical instanceof LogicalTypes.Decimal ? NUMBERS.contains(type) : type.equals("bytea");
            case FIXED -> logical instanceof LogicalTypes.Decimal && NUMBERS.contains(type);
            case ARRAY -> column.element() != null && fitsElement(schema, column);
            default -> false;
        };
    }

    private static boolean fitsElement(Schema array, ColumnType column) {
        Schema element = Values.withoutNull(array.getElementType());
        boolean isPlain = element.getLogicalType() == null && element.getType() != Schema.Type.ARRAY;
        return isPlain && fits(element, column.element(), column.elementKind(), column);
    }

    private static String described(Schema schema) {
        LogicalType logical = schema.getLogicalType();
        String type = schema.getType().getName();
        return logical == null ? "an Avro " + type : "an Avro " + type + " of " + logical.getName();
    }
}
