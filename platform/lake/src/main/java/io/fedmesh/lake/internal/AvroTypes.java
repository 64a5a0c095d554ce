package io.fedmesh.lake.internal;

import io.fedmesh.lake.TableRefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Avro types as Iceberg types. Enums are texts; unions are allowed for optional values only. Stateless. */
final class AvroTypes {
    private AvroTypes() {}

    /** The fields of a record in its order, numbered by the supplier: the record's own fields first, then those within. */
    static List<Types.NestedField> fields(Schema record, IntSupplier ids) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < record.getFields().size(); i++) {
            numbers.add(ids.getAsInt());
        }
        List<Types.NestedField> fields = new ArrayList<>();
        for (Schema.Field field : record.getFields()) {
            String where = record.getFullName() + "." + field.name();
            fields.add(Types.NestedField.of(
                    numbers.get(field.pos()),
                    isOptional(field.schema()),
                    field.name(),
                    type(value(field.schema(), where), where, ids),
                    field.doc()));
        }
        return fields;
    }

    /** Whether null is a value. */
    static boolean isOptional(Schema schema) {
        return schema.getType() == Schema.Type.UNION
                && schema.getTypes().stream().anyMatch(branch -> branch.getType() == Schema.Type.NULL);
    }

    /** The schema without its null branch. */
    static Schema value(Schema schema, String where) {
        if (schema.getType() != Schema.Type.UNION) {
            return schema;
        }
        List<Schema> branches = schema.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .toList();
        if (branches.size() != 1) {
            throw new TableRefusedException(
                    "[" + where + "] a union must be of null and one type but had " + branches.size() + " other types");
        }
        return branches.get(0);
    }

    private static Type type(Schema schema, String where, IntSupplier ids) {
        LogicalType logical = schema.getLogicalType();
        if (logical instanceof LogicalTypes.Decimal decimal) {
            return Types.DecimalType.of(decimal.getPrecision(), decimal.getScale());
        }
        switch (logical == null ? "" : logical.getName()) {
            case "date":
                return Types.DateType.get();
            case "time-millis":
            case "time-micros":
                return Types.TimeType.get();
            case "timestamp-millis":
            case "timestamp-micros":
                return Types.TimestampType.withZone();
            case "local-timestamp-millis":
            case "local-timestamp-micros":
                return Types.TimestampType.withoutZone();
            case "uuid":
                return Types.UUIDType.get();
            case "timestamp-nanos":
            case "local-timestamp-nanos":
            case "duration":
                throw new TableRefusedException("[" + where + "] must not have the logical type '" + logical.getName()
                        + "': tables hold microseconds");
            default:
                return plain(schema, where, ids);
        }
    }

    private static Type plain(Schema schema, String where, IntSupplier ids) {
        return switch (schema.getType()) {
            case STRING, ENUM -> Types.StringType.get();
            case INT -> Types.IntegerType.get();
            case LONG -> Types.LongType.get();
            case FLOAT -> Types.FloatType.get();
            case DOUBLE -> Types.DoubleType.get();
            case BOOLEAN -> Types.BooleanType.get();
            case BYTES -> Types.BinaryType.get();
            case FIXED -> Types.FixedType.ofLength(schema.getFixedSize());
            case RECORD -> Types.StructType.of(fields(schema, ids));
            case ARRAY -> {
                int id = ids.getAsInt();
                Type element = type(value(schema.getElementType(), where), where, ids);
                yield isOptional(schema.getElementType())
                        ? Types.ListType.ofOptional(id, element)
                        : Types.ListType.ofRequired(id, element);
            }
            case MAP -> {
                int key = ids.getAsInt();
                int id = ids.getAsInt();
                Type value = type(value(schema.getValueType(), where), where, ids);
                yield isOptional(schema.getValueType())
                        ? Types.MapType.ofOptional(key, id, Types.StringType.get(), value)
                        : Types.MapType.ofRequired(key, id, Types.StringType.get(), value);
            }
            case UNION, NULL ->
                throw new TableRefusedException(
                        "[" + where + "] must have a type that a table can hold but was " + schema.getType());
        };
    }
}
