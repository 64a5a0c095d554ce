package io.fedmesh.lake.internal;

import io.fedmesh.contract.Names;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** The key columns of a table, to the key's text as {@link io.fedmesh.wire.KeyText} makes it, and back. Immutable. */
final class KeyColumns {
    private final List<Types.NestedField> columns;

    KeyColumns(Schema schema, List<String> keyFields) {
        this.columns = keyFields.stream().map(schema::findField).toList();
    }

    /** In the order of the key. */
    List<Types.NestedField> columns() {
        return columns;
    }

    /** The key of a row whose first columns are the key's. */
    String text(Record row) {
        List<String> texts = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            texts.add(text(row.get(i)));
        }
        return Names.key(texts);
    }

    /** The values of a key's text in the order of the columns, null where a part cannot be read back. */
    List<@Nullable Object> values(String key) {
        List<String> texts = columns.size() == 1 ? List.of(key) : split(key);
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            values.add(texts.size() == columns.size() ? value(columns.get(i).type(), texts.get(i)) : null);
        }
        return values;
    }

    private static String text(Object value) {
        if (value instanceof OffsetDateTime time) {
            return time.toInstant().toString();
        }
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return HexFormat.of().formatHex(bytes);
        }
        return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value.toString();
    }

    private static @Nullable Object value(Type type, String text) {
        try {
            return switch (type.typeId()) {
                case STRING -> text;
                case INTEGER -> Integer.valueOf(text);
                case LONG -> Long.valueOf(text);
                case BOOLEAN -> Boolean.valueOf(text);
                case DATE -> LocalDate.parse(text);
                case UUID -> UUID.fromString(text);
                case TIMESTAMP -> OffsetDateTime.ofInstant(Instant.parse(text), ZoneOffset.UTC);
                case DECIMAL -> new BigDecimal(text).setScale(((Types.DecimalType) type).scale());
                default -> null;
            };
        } catch (IllegalArgumentException | ArithmeticException | java.time.DateTimeException e) {
            return null;
        }
    }

    private static List<String> split(String key) {
        List<String> texts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c == '\\' && i + 1 < key.length()) {
                text.append(key.charAt(++i));
            } else if (c == '|') {
                texts.add(text.toString());
                text.setLength(0);
            } else {
                text.append(c);
            }
        }
        texts.add(text.toString());
        return texts;
    }
}
