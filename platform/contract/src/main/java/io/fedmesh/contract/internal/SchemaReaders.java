package io.fedmesh.contract.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.jspecify.annotations.Nullable;

/**
 * Whether readers of a type's two versions get along with the data of both: by Avro's rules of schema resolution, and by what the
 * values mean, which Avro leaves out: it reads a decimal of another scale, and milliseconds as microseconds.
 */
final class SchemaReaders {
    private final Set<List<Schema>> seen = new HashSet<>();

    private SchemaReaders() {}

    /** Why the two do not get along, or nothing. */
    static Optional<String> obstacle(Schema before, Schema after) {
        String meaning = new SchemaReaders().meaning(before, after, "");
        if (meaning != null) {
            return Optional.of(meaning);
        }
        if (!reads(before, after)) {
            return Optional.of(change(before, after) + ": who reads it as it was cannot read what comes");
        }
        if (!reads(after, before)) {
            return Optional.of(change(before, after) + ": who reads it as it is cannot read what stands there");
        }
        return Optional.empty();
    }

    /** A type in few words. */
    static String shown(Schema schema) {
        if (schema.isUnion()) {
            List<Schema> types = schema.getTypes();
            String others = types.stream()
                    .filter(type -> type.getType() != Schema.Type.NULL)
                    .map(SchemaReaders::shown)
                    .collect(Collectors.joining(" or "));
            return (schema.isNullable() ? "optional " : "") + others;
        }
        if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
            return "decimal(" + decimal.getPrecision() + "," + decimal.getScale() + ")";
        }
        if (schema.getLogicalType() != null) {
            return schema.getLogicalType().getName();
        }
        return switch (schema.getType()) {
            case ARRAY -> "array of " + shown(schema.getElementType());
            case MAP -> "map of " + shown(schema.getValueType());
            case ENUM -> "enum " + String.join("|", schema.getEnumSymbols());
            default -> schema.getType().getName();
        };
    }

    private static String change(Schema before, Schema after) {
        String was = shown(before);
        String is = shown(after);
        return was.equals(is) ? "is " + is + " of other parts" : "was " + was + " and is " + is;
    }

    private static boolean reads(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                        .getType()
                == SchemaCompatibilityType.COMPATIBLE;
    }

    /** What values mean now and did not before; null where that is the same, or where Avro's own rules see the difference. */
    private @Nullable String meaning(Schema before, Schema after, String path) {
        if (before.isUnion() || after.isUnion()) {
            List<Schema> was = branches(before);
            List<Schema> is = branches(after);
            return was.size() == 1 && is.size() == 1 ? meaning(was.get(0), is.get(0), path) : null;
        }
        if (before.getType() != after.getType() || !seen.add(List.of(before, after))) {
            return null;
        }
        String difference = difference(before, after);
        if (difference != null) {
            return within(path) + "was " + shown(before) + " and is " + shown(after) + ": " + difference;
        }
        return switch (before.getType()) {
            case ARRAY -> meaning(before.getElementType(), after.getElementType(), path + "[]");
            case MAP -> meaning(before.getValueType(), after.getValueType(), path + "{}");
            case RECORD -> ofRecord(before, after, path);
            default -> null;
        };
    }

    private @Nullable String ofRecord(Schema before, Schema after, String path) {
        for (Schema.Field old : before.getFields()) {
            String name = path.isEmpty() ? old.name() : path + "." + old.name();
            Schema.Field now = after.getField(old.name());
            String why = now == null
                    ? within(name) + "was " + shown(old.schema()) + " and is no more"
                    : meaning(old.schema(), now.schema(), name);
            if (why != null) {
                return why;
            }
        }
        return null;
    }

    private static @Nullable String difference(Schema before, Schema after) {
        if (before.getLogicalType() instanceof LogicalTypes.Decimal was
                && after.getLogicalType() instanceof LogicalTypes.Decimal is
                && was.getScale() == is.getScale()) {
            return was.getPrecision() <= is.getPrecision() ? null : "what stands there may not fit";
        }
        boolean isSame =
                Objects.equals(name(before), name(after)) && !(before.getLogicalType() instanceof LogicalTypes.Decimal);
        return isSame ? null : "the same bytes mean another value";
    }

    private static @Nullable String name(Schema schema) {
        return schema.getLogicalType() == null ? null : schema.getLogicalType().getName();
    }

    private static List<Schema> branches(Schema schema) {
        if (!schema.isUnion()) {
            return List.of(schema);
        }
        List<Schema> branches = new ArrayList<>(schema.getTypes());
        branches.removeIf(type -> type.getType() == Schema.Type.NULL);
        return branches;
    }

    private static String within(String path) {
        return path.isEmpty() ? "" : "its '" + path + "' ";
    }
}
