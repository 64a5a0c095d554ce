package io.fedmesh.lake.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012, and its reference
 * code's 128-bit variant): without its secret nobody can make two inputs that collide. Used by one thread.
 */
final class SipHash {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long secret0;
    private final long secret1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long high;
    private long low;

    /** The secret's 16 bytes as two numbers, little-endian. */
    SipHash(long secret0, long secret1) {
        this.secret0 = secret0;
        this.secret1 = secret1;
    }

    /** Hashes bytes from a place on; {@link #high} and {@link #low} tell the result. */
    void hash(byte[] input, int from, int length) {
        v0 = secret0 ^ 0x736f_6d65_7073_6575L;
        v1 = secret1 ^ 0x646f_7261_6e64_6f6dL ^ 0xee;
        v2 = secret0 ^ 0x6c79_6765_6e65_7261L;
        v3 = secret1 ^ 0x7465_6462_7974_6573L;
        int end = from + length;
        int at = from;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            word((long) LONGS.get(input, at));
        }
        long last = (long) length << 56;
        for (int shift = 0; at < end; at++, shift += 8) {
            last |= (input[at] & 0xffL) << shift;
        }
        word(last);
        v2 ^= 0xee;
        rounds(4);
        high = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        rounds(4);
        low = v0 ^ v1 ^ v2 ^ v3;
    }

    /** The first 8 bytes of the output, read little-endian. */
    long high() {
        return high;
    }

    /** The last 8 bytes of the output, read little-endian. */
    long low() {
        return low;
    }

    private void word(long word) {
        v3 ^= word;
        rounds(2);
        v0 ^= word;
    }

    private void rounds(int count) {
        long a = v0;
        long b = v1;
        long c = v2;
        long d = v3;
        for (int i = 0; i < count; i++) {
            a += b;
            c += d;
            b = Long.rotateLeft(b, 13) ^ a;
            d = Long.rotateLeft(d, 16) ^ c;
            a = Long.rotateLeft(a, 32);
            c += b;
            a += d;
            b = Long.rotateLeft(b, 17) ^ c;
            d = Long.rotateLeft(d, 21) ^ a;
            c = Long.rotateLeft(c, 32);
        }
        v0 = a;
        v1 = b;
        v2 = c;
        v3 = d;
    }
}
