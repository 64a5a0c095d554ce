package io.fedmesh.lake.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Whether bytes are UTF-8 as Unicode defines it (table 3-7): no overlong form, no surrogate, nothing over U+10FFFF. */
final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

    private Utf8() {}

    static boolean isValid(byte[] bytes, int from, int to) {
        int at = from;
        while (at + Long.BYTES <= to && ((long) LONGS.get(bytes, at) & NOT_ASCII) == 0) {
            at += Long.BYTES;
        }
        while (at < to) {
            int lead = bytes[at];
            if (lead >= 0) {
                at++;
                continue;
            }
            int length = length(bytes, at, to, lead & 0xff);
            if (length == 0) {
                return false;
            }
            at += length;
        }
        return true;
    }

    /** Bytes of the character that begins here; 0 when it is none. */
    private static int length(byte[] bytes, int at, int to, int lead) {
        if (lead >= 0xc2 && lead <= 0xdf) {
            return at + 2 <= to && isTail(bytes[at + 1]) ? 2 : 0;
        }
        if (lead >= 0xe0 && lead <= 0xef) {
            int min = lead == 0xe0 ? 0xa0 : 0x80;
            int max = lead == 0xed ? 0x9f : 0xbf;
            return at + 3 <= to && isWithin(bytes[at + 1], min, max) && isTail(bytes[at + 2]) ? 3 : 0;
        }
        if (lead >= 0xf0 && lead <= 0xf4) {
            int min = lead == 0xf0 ? 0x90 : 0x80;
            int max = lead == 0xf4 ? 0x8f : 0xbf;
            return at + 4 <= to && isWithin(bytes[at + 1], min, max) && isTail(bytes[at + 2]) && isTail(bytes[at + 3])
                    ? 4
                    : 0;
        }
        return 0;
    }

    private static boolean isTail(byte value) {
        return (value & 0xc0) == 0x80;
    }

    private static boolean isWithin(byte value, int min, int max) {
        int number = value & 0xff;
        return number >= min && number <= max;
    }
}
