package io.fedmesh.wire;

import io.fedmesh.wire.internal.HeaderNames;
import io.fedmesh.wire.internal.HeaderNames.Name;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of the headers that we know, of one record after another: each header is looked at once, whatever is asked of
 * it later. Used by one thread.
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

    private final byte[] @Nullable [] values = new byte[NAMES.length][];
    private boolean hasValueSchema;

    /** Takes the headers of a record and forgets those of the one before; the last header of a name counts. */
    public HeaderScan read(Headers headers) {
        Arrays.fill(values, null);
        hasValueSchema = false;
        int expected = 0;
        for (Header header : headers.toArray()) {
            int number = number(header, expected);
            if (number >= 0) {
                values[number] = header.value();
                hasValueSchema |= number == VALUE_SCHEMA;
                expected = number + 1;
            }
        }
        return this;
    }

    /** The value of a header; null when it is missing or is null. */
    byte @Nullable [] value(int number) {
        return values[number];
    }

    /** Whether the header that holds a schema id is there, though it may be null. */
    boolean hasValueSchema() {
        return hasValueSchema;
    }

    private static int number(Header header, int expected) {
        if (expected < NAMES.length && HeaderNames.isOf(header, NAMES[expected])) {
            return expected;
        }
        for (int number = 0; number < NAMES.length; number++) {
            if (HeaderNames.isOf(header, NAMES[number])) {
                return number;
            }
        }
        return -1; // not ours
    }
}
