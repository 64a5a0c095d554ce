package io.fedmesh.lake.internal;

import java.math.BigInteger;

/** Unscaled numbers of decimals: two's complement, big-endian, as Avro and Parquet both write them. */
final class Decimals {
    private static final int MAX_LONG_DIGITS = 18;

    private Decimals() {}

    /** What fits a precision. */
    interface Limit {
        boolean holds(byte[] bytes, int from, int length);
    }

    static Limit limit(int precision) {
        BigInteger bound = BigInteger.TEN.pow(precision);
        if (precision <= MAX_LONG_DIGITS) {
            long max = bound.longValueExact();
            return (bytes, from, length) -> {
                if (length == 0 || !isLong(bytes, from, length)) {
                    return false;
                }
                long number = number(bytes, from, length);
                return number < max && number > -max;
            };
        }
        return (bytes, from, length) ->
                length > 0 && new BigInteger(bytes, from, length).abs().compareTo(bound) < 0;
    }

    /** The number of up to 8 bytes, or of more whose first ones only repeat the sign. */
    static long number(byte[] bytes, int from, int length) {
        int first = Math.max(from, from + length - Long.BYTES);
        long number = bytes[first];
        for (int i = first + 1; i < from + length; i++) {
            number = number << 8 | bytes[i] & 0xff;
        }
        return number;
    }

    /** Writes the number right-aligned into {@code out}, its sign repeated before it. */
    static void write(byte[] bytes, int from, int length, byte[] out) {
        int copied = Math.min(length, out.length);
        java.util.Arrays.fill(out, 0, out.length - copied, (byte) (bytes[from] >> 7));
        System.arraycopy(bytes, from + length - copied, out, out.length - copied, copied);
    }

    private static boolean isLong(byte[] bytes, int from, int length) {
        int first = from + length - Long.BYTES;
        if (first <= from) {
            return true;
        }
        int sign = bytes[first] >> 7;
        for (int i = from; i < first; i++) {
            if (bytes[i] != sign) {
                return false;
            }
        }
        return true;
    }
}
