package io.fedmesh.lake.internal;

import java.util.Arrays;
import java.util.List;

/** The hashes of a batch's keys, in the order in which an index keeps them. Used by one thread. */
final class KeyHashes {
    /** Bytes of a hash. */
    static final int BYTES = 16;

    /** Bits of a sort key that say which key it was. */
    private static final int NUMBER_BITS = 28;

    private static final long NUMBER = (1L << NUMBER_BITS) - 1;

    private final long[] high;
    private final long[] low;
    private final int[] order;

    /** Hashes keys and sorts by the first bits of the hash: enough that neighbours meet in the same block. */
    KeyHashes(SipHash hash, List<Key> keys) {
        int count = keys.size();
        if (count >= 1 << NUMBER_BITS) {
            throw new IllegalArgumentException("a batch must have fewer than " + (1 << NUMBER_BITS) + " keys");
        }
        high = new long[count];
        low = new long[count];
        long[] sorted = new long[count];
        for (int i = 0; i < count; i++) {
            Key key = keys.get(i);
            key.indexBy(hash);
            high[i] = key.indexedHigh();
            low[i] = key.indexedLow();
            sorted[i] = (high[i] & ~NUMBER ^ Long.MIN_VALUE) | i; // the sign turned: the order of bytes is unsigned
        }
        Arrays.sort(sorted);
        order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = (int) (sorted[i] & NUMBER);
        }
    }

    int count() {
        return order.length;
    }

    /** The number, among the keys as they were given, of the key that comes at this place. */
    int number(int place) {
        return order[place];
    }

    /** Writes the hash of the key with this number: its order as bytes is the order here. */
    void write(int number, byte[] to, int at) {
        long first = high[number];
        long second = low[number];
        for (int i = 0; i < Long.BYTES; i++) {
            to[at + i] = (byte) (first >>> 56 - 8 * i);
            to[at + Long.BYTES + i] = (byte) (second >>> 56 - 8 * i);
        }
    }
}
