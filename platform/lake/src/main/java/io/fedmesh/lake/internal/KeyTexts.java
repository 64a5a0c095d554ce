package io.fedmesh.lake.internal;

import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.BadRecordException.Reason;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Resolver;
import org.apache.avro.Schema;

/**
 * The text of a record's key, made from the encoded key fields as {@link io.fedmesh.wire.KeyText} makes it from the decoded
 * ones, and compared with the key that the record has. Used by one thread.
 */
final class KeyTexts {
    /** Writes the text of one value. */
    private interface Text {
        void write(AvroInput in, KeyTexts to);
    }

    private final List<String> fields;
    private final Text[] texts;
    /** A field that the writer does not have: its default, encoded; null for the others. */
    private final byte[][] defaults;

    private final AvroInput in = new AvroInput();
    private byte[] buffer = new byte[64];
    private int length;

    private KeyTexts(List<String> fields, Text[] texts, byte[][] defaults) {
        this.fields = fields;
        this.texts = texts;
        this.defaults = defaults;
    }

    /** For records that are refused before their key is asked for. */
    static KeyTexts none() {
        return new KeyTexts(List.of(), new Text[0], new byte[0][]);
    }

    static KeyTexts of(Resolver.RecordAdjust record, List<String> fields) {
        Text[] texts = new Text[fields.size()];
        byte[][] defaults = new byte[fields.size()][];
        int read = 0;
        for (Resolver.Action action : record.fieldActions) {
            if (action.type != Resolver.Action.Type.SKIP) {
                String name = record.readerOrder[read++].name();
                int part = fields.indexOf(name);
                if (part >= 0) {
                    texts[part] = text(action, name);
                }
            }
        }
        for (; read < record.readerOrder.length; read++) {
            Schema.Field field = record.readerOrder[read];
            int part = fields.indexOf(field.name());
            if (part >= 0) {
                texts[part] = text(AvroWalk.resolve(field.schema(), field.schema()), field.name());
                defaults[part] = AvroDefaults.encoded(field);
            }
        }
        return new KeyTexts(fields, texts, defaults);
    }

    List<String> fields() {
        return fields;
    }

    /**
     * Whether the key is the record's.
     *
     * @param positions per key field where its value stands in the record, which was found well-formed
     */
    boolean is(byte[] key, byte[] record, int[] positions) {
        length = 0;
        for (int i = 0; i < texts.length; i++) {
            if (i > 0) {
                room(1);
                buffer[length++] = '|';
            }
            byte[] constant = defaults[i];
            texts[i].write(constant == null ? in.begin(record, positions[i]) : in.begin(constant, 0), this);
        }
        return Arrays.equals(key, 0, key.length, buffer, 0, length);
    }

    private static Text text(Resolver.Action action, String name) {
        return switch (action.type) {
            case WRITER_UNION -> {
                Text[] branches = Arrays.stream(((Resolver.WriterUnion) action).actions)
                        .map(branch -> text(branch, name))
                        .toArray(Text[]::new);
                yield (in, to) -> branches[in.readIndex(branches.length)].write(in, to);
            }
            case READER_UNION -> text(((Resolver.ReaderUnion) action).actualAction, name);
            case ENUM -> {
                Resolver.EnumAdjust symbols = (Resolver.EnumAdjust) action;
                byte[][] bytes = action.reader.getEnumSymbols().stream()
                        .map(symbol -> symbol.getBytes(StandardCharsets.UTF_8))
                        .toArray(byte[][]::new);
                yield (in, to) -> {
                    byte[] symbol = bytes[symbols.adjustments[in.readInt()]];
                    to.append(symbol, 0, symbol.length);
                };
            }
            case DO_NOTHING, PROMOTE -> plain(action.writer, action.reader, name);
            case RECORD, CONTAINER, SKIP ->
                throw new IllegalStateException("[" + name + "] a key field must have no parts");
            case ERROR -> (in, to) -> {}; // such a record is refused before
        };
    }

    private static Text plain(Schema writer, Schema reader, String name) {
        LogicalType logical = reader.getLogicalType();
        String logicalName = logical == null ? "" : logical.getName();
        switch (writer.getType()) {
            case NULL:
                return (in, to) -> {
                    throw new BadRecordException(
                            Reason.CONTRACT, "key field '" + name + "' must have a value but was null");
                };
            case BOOLEAN:
                return (in, to) -> to.append(Boolean.toString(in.readBoolean()));
            case INT:
                return number(AvroInput::readInt, reader, logicalName);
            case LONG:
                return number(AvroInput::readLong, reader, logicalName);
            case FLOAT:
                return reader.getType() == Schema.Type.DOUBLE
                        ? (in, to) -> to.append(Double.toString(in.readFloat()))
                        : (in, to) -> to.append(Float.toString(in.readFloat()));
            case DOUBLE:
                return (in, to) -> to.append(Double.toString(in.readDouble()));
            default:
                return bytes(writer, reader, logical);
        }
    }

    private interface Number {
        long read(AvroInput in);
    }

    private static Text number(Number number, Schema reader, String logicalName) {
        return switch (logicalName) {
            case "date" ->
                (in, to) -> to.append(LocalDate.ofEpochDay(number.read(in)).toString());
            case "time-millis" ->
                (in, to) -> to.append(
                        LocalTime.ofNanoOfDay(number.read(in) * 1_000_000L).toString());
            case "time-micros" ->
                (in, to) -> to.append(
                        LocalTime.ofNanoOfDay(number.read(in) * 1_000L).toString());
            case "timestamp-millis" ->
                (in, to) -> to.append(Instant.ofEpochMilli(number.read(in)).toString());
            case "timestamp-micros" ->
                (in, to) -> to.append(instant(number.read(in)).toString());
            case "local-timestamp-millis" ->
                (in, to) ->
                        to.append(local(Instant.ofEpochMilli(number.read(in))).toString());
            case "local-timestamp-micros" ->
                (in, to) -> to.append(local(instant(number.read(in))).toString());
            default ->
                switch (reader.getType()) {
                    case FLOAT -> (in, to) -> to.append(Float.toString(number.read(in)));
                    case DOUBLE -> (in, to) -> to.append(Double.toString(number.read(in)));
                    default -> (in, to) -> to.append(number.read(in));
                };
        };
    }

    private static Text bytes(Schema writer, Schema reader, @org.jspecify.annotations.Nullable LogicalType logical) {
        int size = writer.getType() == Schema.Type.FIXED ? writer.getFixedSize() : -1;
        boolean isUuid = logical != null && logical.getName().equals("uuid");
        return (in, to) -> {
            int count = size < 0 ? in.readLength() : size;
            int from = in.skip(count);
            if (logical instanceof LogicalTypes.Decimal decimal) {
                BigInteger unscaled = new BigInteger(in.bytes(), from, count);
                to.append(new BigDecimal(unscaled, decimal.getScale()).toPlainString());
            } else if (isUuid && size >= 0) {
                to.append(Uuids.read(in.bytes(), from).toString());
            } else if (isUuid) {
                to.append(java.util
                        .UUID
                        .fromString(Uuids.text(in.bytes(), from, from + count))
                        .toString());
            } else if (reader.getType() == Schema.Type.STRING) {
                to.append(in.bytes(), from, count);
            } else {
                to.append(HexFormat.of().formatHex(in.bytes(), from, from + count));
            }
        };
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
    }

    private static LocalDateTime local(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    private void append(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        append(bytes, 0, bytes.length);
    }

    /** The digits of a number, which need no escaping. */
    private void append(long number) {
        if (number == Long.MIN_VALUE) {
            append(Long.toString(number));
            return;
        }
        room(20);
        long rest = Math.abs(number);
        int from = length;
        do {
            buffer[length++] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        if (number < 0) {
            buffer[length++] = '-';
        }
        for (int i = from, j = length - 1; i < j; i++, j--) {
            byte digit = buffer[i];
            buffer[i] = buffer[j];
            buffer[j] = digit;
        }
    }

    /** A part of several is escaped, as {@link io.fedmesh.contract.Names#key} does. */
    private void append(byte[] bytes, int from, int count) {
        if (texts.length == 1) {
            room(count);
            System.arraycopy(bytes, from, buffer, length, count);
            length += count;
            return;
        }
        room(2 * count);
        for (int i = from; i < from + count; i++) {
            if (bytes[i] == '|' || bytes[i] == '\\') {
                buffer[length++] = '\\';
            }
            buffer[length++] = bytes[i];
        }
    }

    private void room(int more) {
        if (buffer.length - length < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }
}
