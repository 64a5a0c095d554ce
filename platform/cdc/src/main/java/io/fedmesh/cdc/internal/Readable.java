package io.fedmesh.cdc.internal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** A row as JSON of texts: what a person, or a later replay, needs to see of a row that could not be published. */
final class Readable {
    private static final int MAX_CHARS = 64 << 10;

    private Readable() {}

    /** UTF-8 JSON; a text beyond 64 Ki characters is cut and says so. */
    static byte[] json(@Nullable Struct row) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (row != null) {
            for (Field field : row.schema().fields()) {
                Object value = row.getWithoutDefault(field.name());
                json.put(field.name(), value == null ? null : bounded(text(value)));
            }
        }
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Object value) {
        if (value == ColumnConverter.NOT_A_NUMBER) {
            return "NaN";
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[Math.min(buffer.remaining(), MAX_CHARS / 2)];
            buffer.duplicate().get(bytes);
            return HexFormat.of().formatHex(bytes);
        }
        return value.toString();
    }

    private static String bounded(String text) {
        return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS) + " (cut)";
    }
}
