package io.fedmesh.lake.internal;

import io.fedmesh.lake.TableRefusedException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Moves a table's columns to a newer contract, so that every row that was ever written stays readable by column id: an
 * added field is an optional column that older rows have with the field's default, a field renamed with an Avro alias keeps
 * its id, a type only widens, a field may become optional, and a dropped field's column stays and is null from then on. The
 * same holds for the fields of records within records, arrays and maps. Order means nothing. Used once.
 */
final class SchemaEvolution {
    private final String table;
    private final UpdateSchema update;
    private boolean isChanged;

    private SchemaEvolution(String table, UpdateSchema update) {
        this.table = table;
        this.update = update;
    }

    /**
     * Changes the table where that is needed.
     *
     * @param wanted the columns of the contract
     * @param record the contract's Avro schema
     * @throws TableRefusedException when the columns cannot take the schema; nothing was changed then
     */
    static void apply(Table table, org.apache.iceberg.Schema wanted, Schema record) {
        SchemaEvolution evolution = new SchemaEvolution(table.name(), table.updateSchema());
        evolution.fields("", table.schema().asStruct(), wanted.asStruct(), record);
        if (evolution.isChanged) {
            evolution.update.commit();
        }
    }

    /** @param parent where the fields stand, with a dot at its end; empty for the table's own */
    private void fields(String parent, Types.StructType have, Types.StructType want, @Nullable Schema record) {
        Map<String, String> renamed = renamed(have, want, record);
        for (Types.NestedField field : want.fields()) {
            String oldName = renamed.getOrDefault(field.name(), field.name());
            Types.NestedField old = have.field(oldName);
            Schema.Field avro = record == null ? null : record.getField(field.name());
            if (old == null) {
                add(parent, field, avro);
                continue;
            }
            if (!oldName.equals(field.name())) {
                update.renameColumn(parent + oldName, field.name());
                isChanged = true;
            }
            if (old.isRequired() && field.isOptional()) {
                update.makeColumnOptional(parent + oldName);
                isChanged = true;
            }
            Schema value = avro == null ? null : AvroTypes.value(avro.schema(), parent + field.name());
            type(parent + oldName, old.type(), field.type(), value);
        }
        for (Types.NestedField old : have.fields()) {
            boolean isKept = want.field(old.name()) != null || renamed.containsValue(old.name());
            if (!isKept && old.isRequired()) {
                update.makeColumnOptional(parent + old.name());
                isChanged = true;
            }
        }
    }

    private void add(String parent, Types.NestedField field, Schema.@Nullable Field avro) {
        String under = parent.isEmpty() ? null : parent.substring(0, parent.length() - 1);
        Literal<?> initial = avro == null ? null : initial(avro, field.type());
        if (initial == null) {
            update.addColumn(under, field.name(), field.type(), field.doc());
        } else {
            update.addColumn(under, field.name(), field.type(), field.doc(), initial);
        }
        isChanged = true;
    }

    private void type(String column, Type have, Type want, @Nullable Schema avro) {
        if (have.isPrimitiveType() && want.isPrimitiveType()) {
            widen(column, have.asPrimitiveType(), want.asPrimitiveType());
        } else if (have.isStructType() && want.isStructType()) {
            fields(column + ".", have.asStructType(), want.asStructType(), avro);
        } else if (have.isListType() && want.isListType()) {
            Schema items = avro == null ? null : AvroTypes.value(avro.getElementType(), column);
            Types.ListType old = have.asListType();
            optional(
                    column + ".element",
                    old.isElementOptional(),
                    want.asListType().isElementOptional());
            type(column + ".element", old.elementType(), want.asListType().elementType(), items);
        } else if (have.isMapType() && want.isMapType()) {
            Schema values = avro == null ? null : AvroTypes.value(avro.getValueType(), column);
            Types.MapType old = have.asMapType();
            optional(column + ".value", old.isValueOptional(), want.asMapType().isValueOptional());
            type(column + ".value", old.valueType(), want.asMapType().valueType(), values);
        } else {
            throw refused(column, have, want);
        }
    }

    private void optional(String column, boolean isOptional, boolean isWanted) {
        if (!isOptional && isWanted) {
            update.makeColumnOptional(column);
            isChanged = true;
        }
    }

    private void widen(String column, Type.PrimitiveType have, Type.PrimitiveType want) {
        if (have.equals(want)) {
            return;
        }
        if (!TypeUtil.isPromotionAllowed(have, want)) {
            throw refused(column, have, want);
        }
        update.updateColumn(column, want);
        isChanged = true;
    }

    private TableRefusedException refused(String column, Type have, Type want) {
        return new TableRefusedException("[" + table + "] column '" + column
                + "' must stay or widen but would change from " + shown(have) + " to " + shown(want)
                + ": publish a new major version of the product");
    }

    private static String shown(Type type) {
        return type.isPrimitiveType()
                ? type.toString()
                : type.typeId().toString().toLowerCase(java.util.Locale.ROOT);
    }

    /** New name to old name, for fields whose alias is a column and no field any more. */
    private static Map<String, String> renamed(Types.StructType have, Types.StructType want, @Nullable Schema record) {
        Map<String, String> renamed = new HashMap<>();
        for (Schema.Field field : record == null ? List.<Schema.Field>of() : record.getFields()) {
            if (have.field(field.name()) == null) {
                field.aliases().stream()
                        .filter(alias -> have.field(alias) != null && want.field(alias) == null)
                        .filter(alias -> !renamed.containsValue(alias))
                        .findFirst()
                        .ifPresent(alias -> renamed.put(field.name(), alias));
            }
        }
        return renamed;
    }

    /** The field's default as the value that older rows have; null where it is null or no single value. */
    private static @Nullable Literal<?> initial(Schema.Field field, Type type) {
        Object value = field.hasDefaultValue() ? field.defaultVal() : null;
        if (value == null || value == JsonProperties.NULL_VALUE || !type.isPrimitiveType()) {
            return null;
        }
        Literal<?> literal = null;
        if (value instanceof byte[] bytes) {
            literal = type instanceof Types.DecimalType decimal
                    ? Literal.of(new BigDecimal(new BigInteger(bytes), decimal.scale()))
                    : Literal.of(bytes);
        } else if (value instanceof CharSequence text) {
            literal = Literal.of(text);
        } else if (value instanceof Boolean flag) {
            literal = Literal.of(flag);
        } else if (value instanceof Integer number) {
            literal = Literal.of(number);
        } else if (value instanceof Long number) {
            literal = Literal.of(number);
        } else if (value instanceof Float number) {
            literal = Literal.of(number);
        } else if (value instanceof Double number) {
            literal = Literal.of(number);
        }
        return literal == null ? null : literal.to(type);
    }
}
