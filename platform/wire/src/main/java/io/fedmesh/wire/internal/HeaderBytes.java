package io.fedmesh.wire.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the names and values of headers as the bytes that they came in. Kafka's client has those bytes and gives none of
 * them away but as a new text and a new array for every header of every record, under a lock; so they are looked at where
 * they are, and where a client keeps them elsewhere the text and the array are asked for. Thread-safe.
 */
public final class HeaderBytes {
    private static final @Nullable VarHandle NAME = field("keyBuffer");
    private static final @Nullable VarHandle VALUE = field("valueBuffer");

    private HeaderBytes() {}

    /** A name to compare with. */
    public record Name(String text, ByteBuffer bytes) {
        public static Name of(String text) {
            return new Name(text, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Whether this is the header's name. */
    public static boolean isOf(Header header, Name name) {
        ByteBuffer bytes = NAME != null && header instanceof RecordHeader read ? (ByteBuffer) NAME.get(read) : null;
        return bytes == null ? name.text.equals(header.key()) : name.bytes.equals(bytes);
    }

    /** The header's value, in an array, from its position to its limit; not to be changed. Null when the value is. */
    public static @Nullable ByteBuffer value(Header header) {
        ByteBuffer bytes = VALUE != null && header instanceof RecordHeader read ? (ByteBuffer) VALUE.get(read) : null;
        if (bytes != null && bytes.hasArray()) {
            return bytes;
        }
        byte[] made = header.value();
        return made == null ? null : ByteBuffer.wrap(made);
    }

    /** Whether names and values are looked at where they are; a test holds this client to it. */
    static boolean isQuick() {
        return NAME != null && VALUE != null;
    }

    private static @Nullable VarHandle field(String name) {
        try {
            return MethodHandles.privateLookupIn(RecordHeader.class, MethodHandles.lookup())
                    .findVarHandle(RecordHeader.class, name, ByteBuffer.class);
        } catch (ReflectiveOperationException e) {
            return null; // another client than the one we know
        }
    }
}
