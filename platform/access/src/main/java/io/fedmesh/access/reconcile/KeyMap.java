package io.fedmesh.access.reconcile;

import java.util.BitSet;

/**
 * 128-bit keys to 128-bit checksums, and which keys were asked for: open addressing in primitive arrays, 32 bytes a slot.
 * Not thread-safe.
 */
final class KeyMap {
    /** What {@link #match} found. */
    enum Match {
        ABSENT,
        EQUAL,
        DIFFERENT
    }

    private static final int SMALLEST = 1 << 10;
    private static final int LONGS = 4;

    private final int maxKeys;
    private long[] slots;
    private BitSet seen;
    private int mask;
    private int size;

    KeyMap(long expected, int maxKeys) {
        this.maxKeys = maxKeys;
        long slotsWanted = Math.min(Math.max(0, expected), maxKeys) * 3 / 2 + 1;
        int capacity = Math.max(SMALLEST, Integer.highestOneBit((int) Math.min(slotsWanted, 1 << 26)) << 1);
        this.slots = new long[capacity * LONGS];
        this.seen = new BitSet();
        this.mask = capacity - 1;
    }

    int size() {
        return size;
    }

    /** Adds a key; false, and nothing changed, when it is there already. */
    boolean add(long key0, long key1, long sum0, long sum1) {
        if (size >= maxKeys) {
            throw new ReconcileException("a product must have at most " + maxKeys
                    + " keys to be compared but has more: raise 'maxKeys' and the memory of the process");
        }
        if ((size + 1L) * 3 > (mask + 1L) * 2) {
            grow();
        }
        int slot = find(key0, second(key1));
        if (taken(slot)) {
            return false;
        }
        put(slot, key0, second(key1), sum0, sum1);
        size++;
        return true;
    }

    boolean contains(long key0, long key1) {
        return taken(find(key0, second(key1)));
    }

    /** Compares, and marks the key as seen. */
    Match match(long key0, long key1, long sum0, long sum1) {
        int slot = find(key0, second(key1));
        if (!taken(slot)) {
            return Match.ABSENT;
        }
        seen.set(slot);
        return slots[slot * LONGS + 2] == sum0 && slots[slot * LONGS + 3] == sum1 ? Match.EQUAL : Match.DIFFERENT;
    }

    /** First half of the checksum of a key that is there. */
    long sum0(long key0, long key1) {
        return slots[find(key0, second(key1)) * LONGS + 2];
    }

    /** Second half of the checksum of a key that is there. */
    long sum1(long key0, long key1) {
        return slots[find(key0, second(key1)) * LONGS + 3];
    }

    /** Takes a key and its checksum. */
    interface Entry {
        void accept(long key0, long key1, long sum0, long sum1);
    }

    /** Every key that {@link #match} was never asked for. */
    void unseen(Entry entries) {
        for (int slot = 0; slot <= mask; slot++) {
            int at = slot * LONGS;
            if (taken(slot) && !seen.get(slot)) {
                entries.accept(slots[at], slots[at + 1], slots[at + 2], slots[at + 3]);
            }
        }
    }

    /** Zero twice marks a free slot. */
    private static long second(long key1) {
        return key1 == 0 ? 1 : key1;
    }

    private boolean taken(int slot) {
        return slots[slot * LONGS + 1] != 0;
    }

    private int find(long key0, long key1) {
        int slot = (int) (key0 ^ (key0 >>> 32)) & mask;
        while (taken(slot) && (slots[slot * LONGS] != key0 || slots[slot * LONGS + 1] != key1)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void put(int slot, long key0, long key1, long sum0, long sum1) {
        int at = slot * LONGS;
        slots[at] = key0;
        slots[at + 1] = key1;
        slots[at + 2] = sum0;
        slots[at + 3] = sum1;
    }

    private void grow() {
        long[] old = slots;
        BitSet oldSeen = seen;
        int oldSlots = mask + 1;
        if (oldSlots >= 1 << 28) {
            throw new ReconcileException("a product must have at most " + size + " keys to be compared but has more");
        }
        slots = new long[old.length * 2];
        seen = new BitSet();
        mask = oldSlots * 2 - 1;
        for (int slot = 0; slot < oldSlots; slot++) {
            int at = slot * LONGS;
            if (old[at + 1] != 0) {
                int to = find(old[at], old[at + 1]);
                put(to, old[at], old[at + 1], old[at + 2], old[at + 3]);
                if (oldSeen.get(slot)) {
                    seen.set(to);
                }
            }
        }
    }
}
