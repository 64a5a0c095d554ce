package io.fedmesh.lake.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keys, each once, numbered in the order in which they came; held in a few arrays, so that a batch of many costs the
 * garbage collector nothing. Two keys are one when their hashes are: see {@link RocksKeyIndex} for why that is enough. Used
 * by one thread.
 */
public final class KeySet {
    /** Bytes of a hash. */
    static final int HASH_BYTES = 16;

    /** Bits of a sort key that say which key it was. */
    private static final int NUMBER_BITS = 28;

    private static final long NUMBER = (1L << NUMBER_BITS) - 1;
    private static final int FIRST_KEYS = 64;
    private static final int KEY_BYTES = 32;

    private SipHash hash;
    private int count;
    private byte[] bytes = new byte[FIRST_KEYS * KEY_BYTES];
    /** Where each key ends. */
    private int[] ends = new int[FIRST_KEYS];

    private long[] high = new long[FIRST_KEYS];
    private long[] low = new long[FIRST_KEYS];
    /** Open addressing with linear steps, at most half full: a key's number + 1, 0 where none is. */
    private int[] slots = new int[2 * FIRST_KEYS];

    private int @Nullable [] order;

    /** @param hash with a secret, so that nobody can make up keys that are taken for one */
    KeySet(SipHash hash) {
        this.hash = hash;
    }

    /** An empty set, its hash's secret given as two numbers. */
    public static KeySet ofSecret(long first, long second) {
        return new KeySet(new SipHash(first, second));
    }

    /** Takes a key; answers its number, which is the former {@link #count} when it is new. */
    public int add(Key key) {
        byte[] added = key.bytes();
        hash.hash(added, 0, added.length);
        int slot = slot(hash.high(), hash.low());
        if (slots[slot] != 0) {
            return slots[slot] - 1;
        }
        if (count == ends.length) {
            grow();
            slot = slot(hash.high(), hash.low());
        }
        int start = start(count);
        if (bytes.length - start < added.length) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.multiplyExact(bytes.length, 2), start + added.length));
        }
        System.arraycopy(added, 0, bytes, start, added.length);
        ends[count] = start + added.length;
        high[count] = hash.high();
        low[count] = hash.low();
        order = null;
        slots[slot] = ++count;
        return count - 1;
    }

    /** How many keys there are. */
    public int count() {
        return count;
    }

    /** The key of a number. */
    public Key key(int number) {
        return Key.of(Arrays.copyOfRange(bytes, start(number), ends[number]));
    }

    /** The keys' numbers by the first bits of their hash under this secret: enough that neighbours meet in the same block. */
    int[] order(SipHash by) {
        if (by != hash) {
            hash = by;
            order = null;
            for (int i = 0; i < count; i++) {
                int start = start(i);
                by.hash(bytes, start, ends[i] - start);
                high[i] = by.high();
                low[i] = by.low();
            }
            rehash(slots.length);
        }
        if (order == null) {
            order = sorted();
        }
        return order;
    }

    /** Writes the hash of the key with this number: its order as bytes is that of {@link #order}. */
    void write(int number, byte[] to, int at) {
        long first = high[number];
        long second = low[number];
        for (int i = 0; i < Long.BYTES; i++) {
            to[at + i] = (byte) (first >>> 56 - 8 * i);
            to[at + Long.BYTES + i] = (byte) (second >>> 56 - 8 * i);
        }
    }

    private int[] sorted() {
        if (count >= 1 << NUMBER_BITS) {
            throw new IllegalArgumentException("a batch must have fewer than " + (1 << NUMBER_BITS) + " keys");
        }
        long[] sorted = new long[count];
        for (int i = 0; i < count; i++) {
            sorted[i] = (high[i] & ~NUMBER ^ Long.MIN_VALUE) | i; // the sign turned: the order of bytes is unsigned
        }
        Arrays.sort(sorted);
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (int) (sorted[i] & NUMBER);
        }
        return numbers;
    }

    /** Where a hash stands, or would. */
    private int slot(long keyHigh, long keyLow) {
        int mask = slots.length - 1;
        int slot = (int) keyLow & mask;
        while (slots[slot] != 0) {
            int number = slots[slot] - 1;
            if (low[number] == keyLow && high[number] == keyHigh) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        int room = Math.multiplyExact(ends.length, 2);
        ends = Arrays.copyOf(ends, room);
        high = Arrays.copyOf(high, room);
        low = Arrays.copyOf(low, room);
        rehash(2 * room);
    }

    private void rehash(int size) {
        slots = new int[size];
        for (int i = 0; i < count; i++) {
            slots[slot(high[i], low[i])] = i + 1;
        }
    }

    private int start(int number) {
        return number == 0 ? 0 : ends[number - 1];
    }
}
