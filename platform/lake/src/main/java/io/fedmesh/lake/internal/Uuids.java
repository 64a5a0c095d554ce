package io.fedmesh.lake.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** UUIDs between their text and their 16 bytes. */
final class Uuids {
    static final int BYTES = 16;
    private static final int CHARS = 36;

    private Uuids() {}

    /** Whether the 36 bytes from here are the usual form: hexadecimal digits and four hyphens. */
    static boolean isPlain(byte[] bytes, int from) {
        for (int i = 0; i < CHARS; i++) {
            boolean isHyphen = i == 8 || i == 13 || i == 18 || i == 23;
            if (isHyphen ? bytes[from + i] != '-' : Character.digit(bytes[from + i], 16) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Writes the 16 bytes of a text that is a UUID. */
    static void write(byte[] bytes, int from, int to, byte[] out) {
        if (to - from == CHARS && isPlain(bytes, from)) {
            int at = from;
            for (int i = 0; i < BYTES; i++) {
                at += bytes[at] == '-' ? 1 : 0;
                out[i] = (byte) (Character.digit(bytes[at], 16) << 4 | Character.digit(bytes[at + 1], 16));
                at += 2;
            }
            return;
        }
        write(UUID.fromString(text(bytes, from, to)), out);
    }

    static void write(UUID uuid, byte[] out) {
        ByteBuffer.wrap(out).putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    }

    static UUID read(byte[] bytes, int from) {
        ByteBuffer in = ByteBuffer.wrap(bytes, from, BYTES);
        return new UUID(in.getLong(), in.getLong());
    }

    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
