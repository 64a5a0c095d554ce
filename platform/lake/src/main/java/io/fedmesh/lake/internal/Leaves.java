package io.fedmesh.lake.internal;

import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.lake.Tokens;
import java.nio.charset.StandardCharsets;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** What brings an encoded value without parts into its column: no object is made of it. */
final class Leaves {
    private static final int MAX_INT_DIGITS = 9;
    private static final int MAX_LONG_DIGITS = 18;

    private final String where;

    /** @param where for messages */
    Leaves(String where) {
        this.where = where;
    }

    /** A text, which was found to be UTF-8, or bytes. */
    static Puts.Put text(Column column) {
        return (in, level) -> {
            int length = in.readLength();
            column.write(in.bytes(), in.skip(length), length, level);
        };
    }

    /** The token of a text, in the place of the text. */
    Puts.Put token(Schema writer, Type type, @Nullable Tokens tokens, Column column) {
        if (tokens == null || !isLengthFirst(writer) || type.typeId() != Type.TypeID.STRING) {
            throw new TableRefusedException(
                    "[" + where + "] a tokenised field must be a text, with a key of tokens, but was" + " Avro's "
                            + writer.getType() + (tokens == null ? " without a key" : ""));
        }
        byte[] token = new byte[Tokens.LENGTH];
        return (in, level) -> {
            int length = in.readLength();
            tokens.write(in.bytes(), in.skip(length), length, token);
            column.write(token, level);
        };
    }

    /** An enum's symbol by its text. */
    static Puts.Put symbols(int[] adjustments, Schema reader, Column column) {
        byte[][] texts = reader.getEnumSymbols().stream()
                .map(symbol -> symbol.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        return (in, level) -> column.write(texts[adjustments[in.readInt()]], level);
    }

    /** @param reader says what the writer's value means */
    Puts.Put of(Schema writer, Schema reader, Type type, Column column) {
        LogicalType logical = reader.getLogicalType();
        String name = logical == null ? "" : logical.getName();
        long factor = name.endsWith("-millis") ? 1_000 : 1;
        return switch (type.typeId()) {
            case BOOLEAN -> (in, level) -> column.write(in.readBoolean(), level);
            case INTEGER, DATE -> {
                demand(writer.getType() == Schema.Type.INT, writer, type);
                yield (in, level) -> column.write(in.readInt(), level);
            }
            case LONG -> number(writer, type, column, 1);
            case TIME, TIMESTAMP -> number(writer, type, column, factor);
            case FLOAT -> floats(writer, type, column);
            case DOUBLE -> doubles(writer, reader, type, column);
            case STRING, BINARY -> {
                demand(isLengthFirst(writer), writer, type);
                yield text(column);
            }
            case FIXED -> {
                demand(writer.getType() == Schema.Type.FIXED, writer, type);
                yield fixed(writer.getFixedSize(), column);
            }
            case UUID -> writer.getType() == Schema.Type.FIXED ? fixed(Uuids.BYTES, column) : uuid(column);
            case DECIMAL -> {
                Types.DecimalType wanted = (Types.DecimalType) type;
                demand(
                        logical instanceof LogicalTypes.Decimal given && given.getScale() == wanted.scale(),
                        reader,
                        type);
                yield decimal(writer, wanted.precision(), column);
            }
            default -> throw refused(writer, type);
        };
    }

    private Puts.Put number(Schema writer, Type type, Column column, long factor) {
        if (writer.getType() == Schema.Type.INT) {
            return (in, level) -> column.write(in.readInt() * factor, level);
        }
        demand(writer.getType() == Schema.Type.LONG, writer, type);
        return factor == 1
                ? (in, level) -> column.write(in.readLong(), level)
                : (in, level) -> column.write(Math.multiplyExact(in.readLong(), factor), level);
    }

    private Puts.Put floats(Schema writer, Type type, Column column) {
        return switch (writer.getType()) {
            case INT -> (in, level) -> column.write((float) in.readInt(), level);
            case LONG -> (in, level) -> column.write((float) in.readLong(), level);
            case FLOAT -> (in, level) -> column.write(in.readFloat(), level);
            default -> throw refused(writer, type);
        };
    }

    /** A reader's float within a table's double is rounded to a float first, as it was before the table was widened. */
    private Puts.Put doubles(Schema writer, Schema reader, Type type, Column column) {
        boolean isFloat = reader.getType() == Schema.Type.FLOAT;
        return switch (writer.getType()) {
            case INT ->
                isFloat
                        ? (in, level) -> column.write((double) (float) in.readInt(), level)
                        : (in, level) -> column.write((double) in.readInt(), level);
            case LONG ->
                isFloat
                        ? (in, level) -> column.write((double) (float) in.readLong(), level)
                        : (in, level) -> column.write((double) in.readLong(), level);
            case FLOAT -> (in, level) -> column.write((double) in.readFloat(), level);
            case DOUBLE -> (in, level) -> column.write(in.readDouble(), level);
            default -> throw refused(writer, type);
        };
    }

    private static Puts.Put fixed(int size, Column column) {
        return (in, level) -> column.write(in.bytes(), in.skip(size), size, level);
    }

    private static Puts.Put uuid(Column column) {
        byte[] bytes = new byte[Uuids.BYTES];
        return (in, level) -> {
            int length = in.readLength();
            int from = in.skip(length);
            Uuids.write(in.bytes(), from, from + length, bytes);
            column.write(bytes, level);
        };
    }

    private Puts.Put decimal(Schema writer, int precision, Column column) {
        boolean isFixed = writer.getType() == Schema.Type.FIXED;
        demand(isFixed || isLengthFirst(writer), writer, Types.DecimalType.of(precision, 0));
        int size = isFixed ? writer.getFixedSize() : -1;
        if (precision <= MAX_INT_DIGITS) {
            return (in, level) -> {
                int length = size < 0 ? in.readLength() : size;
                column.write((int) Decimals.number(in.bytes(), in.skip(length), length), level);
            };
        }
        if (precision <= MAX_LONG_DIGITS) {
            return (in, level) -> {
                int length = size < 0 ? in.readLength() : size;
                column.write(Decimals.number(in.bytes(), in.skip(length), length), level);
            };
        }
        byte[] bytes = new byte[TypeUtil.decimalRequiredBytes(precision)];
        return (in, level) -> {
            int length = size < 0 ? in.readLength() : size;
            Decimals.write(in.bytes(), in.skip(length), length, bytes);
            column.write(bytes, level);
        };
    }

    private static boolean isLengthFirst(Schema writer) {
        return writer.getType() == Schema.Type.STRING || writer.getType() == Schema.Type.BYTES;
    }

    private void demand(boolean holds, Schema writer, Type type) {
        if (!holds) {
            throw refused(writer, type);
        }
    }

    private TableRefusedException refused(Schema writer, Type type) {
        return new TableRefusedException(
                "[" + where + "] a column of type " + type + " must not be filled from Avro's " + writer.getType());
    }
}
