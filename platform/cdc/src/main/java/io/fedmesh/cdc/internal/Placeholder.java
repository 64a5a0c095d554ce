package io.fedmesh.cdc.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What Debezium puts in the place of a value that the source did not send, in each of its forms. The text is drawn anew for
 * each start, so that no value of the data can be taken for it.
 */
final class Placeholder {
    private final String text;
    private final String uuid;
    private final ByteBuffer bytes;
    private final List<Long> numbers;

    Placeholder(String text) {
        this.text = text;
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        this.bytes = ByteBuffer.wrap(utf8);
        this.uuid = UUID.nameUUIDFromBytes(utf8).toString();
        this.numbers = new ArrayList<>();
        for (byte b : utf8) {
            numbers.add((long) b);
        }
    }

    String text() {
        return text;
    }

    boolean isText(String value) {
        return value.equals(text) || value.equals(uuid);
    }

    boolean isBytes(ByteBuffer value) {
        return value.equals(bytes);
    }

    boolean isList(List<?> values) {
        if (values.size() == 1) {
            Object only = values.get(0);
            return (only instanceof String value && isText(value))
                    || (only instanceof byte[] raw && isBytes(ByteBuffer.wrap(raw)))
                    || (only instanceof ByteBuffer buffer && isBytes(buffer));
        }
        if (values.size() != numbers.size()) {
            return false;
        }
        for (int i = 0; i < numbers.size(); i++) {
            if (!(values.get(i) instanceof Number number) || number.longValue() != numbers.get(i)) {
                return false;
            }
        }
        return true;
    }
}
