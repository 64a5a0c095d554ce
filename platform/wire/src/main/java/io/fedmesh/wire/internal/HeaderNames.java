package io.fedmesh.wire.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Compares the names of headers as the bytes that they came in. Kafka's client has those bytes and gives none of them away
 * but as a new text for every header of every record, which was a quarter of what the sink's thread did; so they are looked
 * at where they are, and where a client keeps them elsewhere the text is asked for. Thread-safe.
 */
public final class HeaderNames {
    private static final @Nullable VarHandle BYTES = bytes();

    private HeaderNames() {}

    /** A name to compare with. */
    public record Name(String text, ByteBuffer bytes) {
        public static Name of(String text) {
            return new Name(text, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Whether this is the header's name. */
    public static boolean isOf(Header header, Name name) {
        ByteBuffer bytes = BYTES != null && header instanceof RecordHeader read ? (ByteBuffer) BYTES.get(read) : null;
        return bytes == null ? name.text.equals(header.key()) : name.bytes.equals(bytes);
    }

    /** Whether names are compared without a text; a test holds this client to it. */
    static boolean isQuick() {
        return BYTES != null;
    }

    private static @Nullable VarHandle bytes() {
        try {
            return MethodHandles.privateLookupIn(RecordHeader.class, MethodHandles.lookup())
                    .findVarHandle(RecordHeader.class, "keyBuffer", ByteBuffer.class);
        } catch (ReflectiveOperationException e) {
            return null; // another client than the one we know
        }
    }
}
