package io.fedmesh.wire;

import io.fedmesh.wire.internal.HeaderBytes;
import io.fedmesh.wire.internal.HeaderBytes.Name;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of the headers that we know, of one record after another, where the client keeps them: each header is looked at
 * once, whatever is asked of it later, and nothing is copied unasked. Used by one thread.
 */
public final class HeaderScan {
    static final int SPEC_VERSION = 0;
    static final int ID = 1;
    static final int SOURCE = 2;
    static final int TYPE = 3;
    static final int TIME = 4;
    static final int SUBJECT = 5;
    static final int CLASSIFICATION = 6;
    static final int OP = 7;
    static final int VERSION = 8;
    static final int TRANSACTION = 9;
    static final int VALUE_SCHEMA = 10;

    /** By the numbers above, which is the order in which a capture writes them. */
    private static final Name[] NAMES = Stream.of(
                    EventHeaders.SPEC_VERSION,
                    EventHeaders.ID,
                    EventHeaders.SOURCE,
                    EventHeaders.TYPE,
                    EventHeaders.TIME,
                    EventHeaders.SUBJECT,
                    EventHeaders.CLASSIFICATION,
                    EventHeaders.OP,
                    EventHeaders.VERSION,
                    EventHeaders.TRANSACTION,
                    Framing.VALUE_HEADER)
            .map(Name::of)
            .toArray(Name[]::new);

    private static final byte[] NONE = {};

    private final byte[][] arrays = new byte[NAMES.length][];
    private final int[] from = new int[NAMES.length];
    private final int[] lengths = new int[NAMES.length];
    private boolean hasValueSchema;

    /** Takes the headers of a record and forgets those of the one before; the last header of a name counts. */
    public HeaderScan read(Headers headers) {
        Arrays.fill(arrays, NONE);
        Arrays.fill(lengths, -1);
        hasValueSchema = false;
        int expected = 0;
        for (Header header : headers.toArray()) {
            int number = number(header, expected);
            if (number >= 0) {
                take(number, HeaderBytes.value(header));
                hasValueSchema |= number == VALUE_SCHEMA;
                expected = number + 1;
            }
        }
        return this;
    }

    private void take(int number, @Nullable ByteBuffer value) {
        if (value == null) {
            arrays[number] = NONE;
            lengths[number] = -1;
        } else {
            arrays[number] = value.array();
            from[number] = value.arrayOffset() + value.position();
            lengths[number] = value.remaining();
        }
    }

    /** Bytes of a header's value; -1 when it is missing or is null. */
    int length(int number) {
        return lengths[number];
    }

    /** What holds the value of a header from {@link #from} on, and may hold more; not to be changed. */
    byte[] array(int number) {
        return arrays[number];
    }

    /** Where the value of a header begins in its array. */
    int from(int number) {
        return from[number];
    }

    /** Whether the value of a header is this. */
    boolean is(int number, byte[] value) {
        int begin = from[number];
        return lengths[number] == value.length
                && Arrays.equals(arrays[number], begin, begin + value.length, value, 0, value.length);
    }

    /** A copy of the value of a header; null when it is missing or is null. */
    byte @Nullable [] value(int number) {
        int begin = from[number];
        return lengths[number] < 0 ? null : Arrays.copyOfRange(arrays[number], begin, begin + lengths[number]);
    }

    /** The value of a header that is there, as text. */
    String text(int number) {
        return new String(arrays[number], from[number], lengths[number], StandardCharsets.UTF_8);
    }

    /** Whether the header that holds a schema id is there, though it may be null. */
    boolean hasValueSchema() {
        return hasValueSchema;
    }

    private static int number(Header header, int expected) {
        if (expected < NAMES.length && HeaderBytes.isOf(header, NAMES[expected])) {
            return expected;
        }
        for (int number = 0; number < NAMES.length; number++) {
            if (HeaderBytes.isOf(header, NAMES[number])) {
                return number;
            }
        }
        return -1; // not ours
    }
}
