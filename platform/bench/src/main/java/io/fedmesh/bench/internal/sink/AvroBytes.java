package io.fedmesh.bench.internal.sink;

import org.apache.parquet.io.api.Binary;

/** A cursor over an Avro body: no object for a value but the slice of a text. For one thread. */
final class AvroBytes {
    private byte[] bytes = new byte[0];
    private int at;

    /** Stands at the first byte of a body. */
    void at(byte[] body, int from) {
        bytes = body;
        at = from;
    }

    /** A zig-zag number of variable length. */
    long number() {
        long value = 0;
        int shift = 0;
        byte next;
        do {
            next = bytes[at++];
            value |= (long) (next & 0x7f) << shift;
            shift += 7;
        } while (next < 0);
        return (value >>> 1) ^ -(value & 1);
    }

    /** The slice of a text, valid until the body's array is used anew. */
    Binary text() {
        int length = (int) number();
        int from = at;
        at += length;
        return Binary.fromReusedByteArray(bytes, from, length);
    }

    /** An unscaled decimal of at most eight bytes. */
    long decimal() {
        int length = (int) number();
        long value = bytes[at];
        for (int i = 1; i < length; i++) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        at += length;
        return value;
    }

    double real() {
        long bits = 0;
        for (int i = 7; i >= 0; i--) {
            bits = bits << 8 | bytes[at + i] & 0xff;
        }
        at += 8;
        return Double.longBitsToDouble(bits);
    }

    boolean truth() {
        return bytes[at++] != 0;
    }

    /** Whether a union of null and a type holds the type. */
    boolean isPresent() {
        return number() == 1;
    }
}
