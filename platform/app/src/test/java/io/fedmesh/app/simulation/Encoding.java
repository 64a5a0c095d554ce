package io.fedmesh.app.simulation;

import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.BadRecordException.Reason;
import java.nio.charset.StandardCharsets;

/** The simulated form of a row's state as a record's value: readable, or garbled so that only an operator can mend it. */
final class Encoding {
    /** A state that begins so cannot be published by capture. */
    static final String UNFIT = "unfit-";
    /** A state that begins so is published in a form that the sink cannot read. */
    static final String GARBLED = "garbled-";

    /** A state that begins so holds a large value, which the source does not send again when it did not change. */
    static final String LARGE = "large-";

    private static final byte READABLE = 'S';
    private static final byte BROKEN = 'G';

    private Encoding() {}

    static byte[] encode(String state) {
        return bytes(state.startsWith(GARBLED) ? BROKEN : READABLE, state);
    }

    /** What an operator puts back. */
    static byte[] mend(byte[] value) {
        return bytes(READABLE, text(value));
    }

    static boolean isReadable(byte[] value) {
        return value.length > 0 && value[0] == READABLE;
    }

    static String decode(byte[] value) {
        if (!isReadable(value)) {
            throw new BadRecordException(Reason.BAD_FRAMING, "a value must be readable");
        }
        return text(value);
    }

    private static String text(byte[] value) {
        return new String(value, 1, value.length - 1, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(byte form, String state) {
        byte[] text = state.getBytes(StandardCharsets.UTF_8);
        byte[] value = new byte[text.length + 1];
        value[0] = form;
        System.arraycopy(text, 0, value, 1, text.length);
        return value;
    }
}
