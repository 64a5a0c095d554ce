package io.fedmesh.cdc.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Avro's binary encoding (Avro specification 1.12, "Binary Encoding") into one array that grows. Not thread-safe. */
final class AvroBytes {
    private static final int FIRST_BYTES = 1 << 10;
    private static final int MAX_KEPT_BYTES = 1 << 20;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int end;

    /** Begins anew; what comes is written from this offset on. */
    void begin(int offset) {
        if (bytes.length > MAX_KEPT_BYTES) {
            bytes = new byte[FIRST_BYTES];
        }
        end = offset;
    }

    /** The array itself, valid until the next write. */
    byte[] bytes() {
        return bytes;
    }

    /** Where what was written ends. */
    int end() {
        return end;
    }

    /** An int or a long: zig-zag, variable length. */
    void number(long value) {
        room(10);
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7fL) != 0) {
            bytes[end++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        bytes[end++] = (byte) rest;
    }

    void truth(boolean value) {
        room(1);
        bytes[end++] = (byte) (value ? 1 : 0);
    }

    void single(float value) {
        int bits = Float.floatToRawIntBits(value);
        room(4);
        for (int i = 0; i < 4; i++) {
            bytes[end++] = (byte) (bits >>> 8 * i);
        }
    }

    void twice(double value) {
        long bits = Double.doubleToRawLongBits(value);
        room(8);
        for (int i = 0; i < 8; i++) {
            bytes[end++] = (byte) (bits >>> 8 * i);
        }
    }

    /** A string: its length in bytes, then UTF-8. */
    void text(String value) {
        int length = value.length();
        int begin = end;
        number(length);
        room(length);
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                end = begin;
                byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
                number(utf8.length);
                raw(utf8);
                return;
            }
            bytes[end++] = (byte) c;
        }
    }

    /** Bytes with their length before them; the buffer stays where it is. */
    void bytes(ByteBuffer value) {
        int length = value.remaining();
        number(length);
        room(length);
        value.get(value.position(), bytes, end, length);
        end += length;
    }

    /** Bytes as they are, without a length. */
    void raw(byte[] value) {
        room(value.length);
        System.arraycopy(value, 0, bytes, end, value.length);
        end += value.length;
    }

    private void room(int more) {
        if (bytes.length - end < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(end, more), bytes.length + (bytes.length >> 1)));
        }
    }
}
