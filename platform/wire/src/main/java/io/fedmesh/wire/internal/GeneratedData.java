package io.fedmesh.wire.internal;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Conversion;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Avro's data model for one generated class. Avro makes an object of whatever class a schema names, and so demands a
 * process-wide list of trusted ones; here only the class itself can be made, and those that its own schema names, which
 * were generated with it.
 */
final class GeneratedData extends SpecificData {
    private final Map<String, Class<?>> classes = new HashMap<>();

    GeneratedData(Class<? extends SpecificRecord> type) {
        super(type.getClassLoader());
        SpecificData generated = SpecificData.getForClass(type);
        for (Conversion<?> conversion : generated.getConversions()) {
            addLogicalTypeConversion(conversion);
        }
        trust(generated.getSchema(type), type.getClassLoader());
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Class getClass(Schema schema) {
        return isNamed(schema) ? classes.get(schema.getFullName()) : super.getClass(schema);
    }

    private void trust(Schema schema, ClassLoader loader) {
        switch (schema.getType()) {
            case RECORD, ENUM, FIXED -> {
                if (classes.containsKey(schema.getFullName())) {
                    return;
                }
                try {
                    classes.put(schema.getFullName(), Class.forName(getClassName(schema), false, loader));
                } catch (ClassNotFoundException e) {
                    throw new IllegalStateException(
                            "the class of " + schema.getFullName() + " must be generated but is missing", e);
                }
                if (schema.getType() == Schema.Type.RECORD) {
                    schema.getFields().forEach(field -> trust(field.schema(), loader));
                }
            }
            case ARRAY -> trust(schema.getElementType(), loader);
            case MAP -> trust(schema.getValueType(), loader);
            case UNION -> schema.getTypes().forEach(branch -> trust(branch, loader));
            default -> {
                // holds no name
            }
        }
    }

    private static boolean isNamed(Schema schema) {
        return schema.getType() == Schema.Type.RECORD
                || schema.getType() == Schema.Type.ENUM
                || schema.getType() == Schema.Type.FIXED;
    }
}
