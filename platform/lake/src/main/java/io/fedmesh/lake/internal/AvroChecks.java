package io.fedmesh.lake.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Resolver;
import org.apache.avro.Schema;

/**
 * Checks of encoded values, compiled from Avro's own resolution of a writer's schema into a reader's: what a check lets
 * pass, the reader can have. Stateless but for schemas that hold themselves.
 */
final class AvroChecks {
    /** Goes over one value, or throws {@link MalformedException} or {@link IndexOutOfBoundsException}. */
    interface Check {
        void check(AvroInput in);
    }

    private static final int UUID_CHARS = 36;
    private static final long DAY_MILLIS = 86_400_000L;

    private final Map<Schema, Check> skips = new IdentityHashMap<>();

    /** The check of a value that is read. */
    Check of(Resolver.Action action) {
        return switch (action.type) {
            case DO_NOTHING, PROMOTE -> plain(action.writer, action.reader);
            case RECORD -> record((Resolver.RecordAdjust) action);
            case ENUM -> symbol((Resolver.EnumAdjust) action);
            case CONTAINER ->
                action.writer.getType() == Schema.Type.ARRAY
                        ? array(of(((Resolver.Container) action).elementAction))
                        : map(of(((Resolver.Container) action).elementAction));
            case WRITER_UNION ->
                union(Arrays.stream(((Resolver.WriterUnion) action).actions)
                        .map(this::of)
                        .toArray(Check[]::new));
            case READER_UNION -> of(((Resolver.ReaderUnion) action).actualAction);
            case SKIP -> skip(action.writer);
            case ERROR ->
                in -> {
                    throw new MalformedException("the writer's type must be one that the contract's schema can read");
                };
        };
    }

    /** The check of a value that nobody wants. */
    Check skip(Schema writer) {
        return switch (writer.getType()) {
            case RECORD -> skipRecord(writer);
            case ENUM -> {
                int count = writer.getEnumSymbols().size();
                yield in -> in.readIndex(count);
            }
            case ARRAY -> array(skip(writer.getElementType()));
            case MAP -> map(skip(writer.getValueType()));
            case UNION -> union(writer.getTypes().stream().map(this::skip).toArray(Check[]::new));
            default -> bare(writer);
        };
    }

    private Check skipRecord(Schema writer) {
        Check known = skips.get(writer);
        if (known != null) {
            return known;
        }
        List<Check> fields = new ArrayList<>();
        Check check = in -> {
            in.enter();
            for (Check field : fields) {
                field.check(in);
            }
            in.leave();
        };
        skips.put(writer, check);
        writer.getFields().forEach(field -> fields.add(skip(field.schema())));
        return check;
    }

    private Check record(Resolver.RecordAdjust record) {
        Check[] fields = Arrays.stream(record.fieldActions).map(this::of).toArray(Check[]::new);
        return in -> {
            for (Check field : fields) {
                field.check(in);
            }
        };
    }

    private static Check symbol(Resolver.EnumAdjust symbols) {
        int[] adjustments = symbols.adjustments;
        return in -> {
            if (adjustments[in.readIndex(adjustments.length)] < 0) {
                throw new MalformedException("an enum's symbol must be one of the contract's schema");
            }
        };
    }

    private static Check union(Check[] branches) {
        return in -> branches[in.readIndex(branches.length)].check(in);
    }

    private static Check array(Check item) {
        return in -> {
            for (int count = in.readBlock(); count > 0; count = in.readBlock()) {
                int end = in.blockEnd();
                for (int i = 0; i < count; i++) {
                    item.check(in);
                }
                in.endBlock(end);
            }
        };
    }

    private static Check map(Check value) {
        return in -> {
            Set<Key> keys = null;
            for (int count = in.readBlock(); count > 0; count = in.readBlock()) {
                int end = in.blockEnd();
                for (int i = 0; i < count; i++) {
                    int from = text(in);
                    keys = keys == null ? new HashSet<>() : keys;
                    if (!keys.add(Key.of(Arrays.copyOfRange(in.bytes(), from, in.position())))) {
                        throw new MalformedException("a map must have each key once");
                    }
                    value.check(in);
                }
                in.endBlock(end);
            }
        };
    }

    /** A value of a type without parts, with the rules of the logical type that the reader gives it. */
    private static Check plain(Schema writer, Schema reader) {
        LogicalType logical = reader.getLogicalType();
        if (logical instanceof LogicalTypes.Decimal decimal) {
            return decimal(writer, decimal.getPrecision());
        }
        boolean isInt = writer.getType() == Schema.Type.INT;
        switch (logical == null ? "" : logical.getName()) {
            case "uuid":
                return writer.getType() == Schema.Type.FIXED ? bare(writer) : AvroChecks::uuid;
            case "time-millis":
                return in -> within(in.readInt(), 0, DAY_MILLIS - 1);
            case "time-micros":
                return in -> within(isInt ? in.readInt() : in.readLong(), 0, DAY_MILLIS * 1_000 - 1);
            case "timestamp-millis", "local-timestamp-millis":
                return in ->
                        within(isInt ? in.readInt() : in.readLong(), Long.MIN_VALUE / 1_000, Long.MAX_VALUE / 1_000);
            default:
                return reader.getType() == Schema.Type.STRING ? AvroChecks::text : bare(writer);
        }
    }

    private static Check bare(Schema writer) {
        return switch (writer.getType()) {
            case NULL -> in -> {};
            case BOOLEAN -> AvroInput::readBoolean;
            case INT -> AvroInput::readInt;
            case LONG -> AvroInput::readLong;
            case FLOAT -> AvroInput::readFloat;
            case DOUBLE -> AvroInput::readDouble;
            case BYTES -> in -> in.skip(in.readLength());
            case STRING -> AvroChecks::text;
            case FIXED -> {
                int size = writer.getFixedSize();
                yield in -> in.skip(size);
            }
            case RECORD, ENUM, ARRAY, MAP, UNION -> throw new IllegalStateException(writer.getType() + " has parts");
        };
    }

    /** Goes over a text and tells where its bytes began. */
    private static int text(AvroInput in) {
        int from = in.skip(in.readLength());
        if (!Utf8.isValid(in.bytes(), from, in.position())) {
            throw new MalformedException("a text must be UTF-8");
        }
        return from;
    }

    private static void uuid(AvroInput in) {
        int from = text(in);
        if (in.position() - from != UUID_CHARS || !Uuids.isPlain(in.bytes(), from)) {
            try {
                UUID.fromString(Uuids.text(in.bytes(), from, in.position()));
            } catch (IllegalArgumentException e) {
                throw new MalformedException("a UUID must have its five parts in hexadecimal digits");
            }
        }
    }

    private static Check decimal(Schema writer, int precision) {
        Decimals.Limit limit = Decimals.limit(precision);
        int size = writer.getType() == Schema.Type.FIXED ? writer.getFixedSize() : -1;
        return in -> {
            int length = size < 0 ? in.readLength() : size;
            int from = in.skip(length);
            if (!limit.holds(in.bytes(), from, length)) {
                throw new MalformedException("a decimal must have 1 to " + precision + " digits");
            }
        };
    }

    private static void within(long number, long min, long max) {
        if (number < min || number > max) {
            throw new MalformedException("a time must be within its type's range");
        }
    }
}
