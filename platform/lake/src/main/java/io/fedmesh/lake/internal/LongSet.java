package io.fedmesh.lake.internal;

/** Numbers, eight bytes each in a table that is at most half full. Used by one thread. */
final class LongSet {
    private static final int FIRST_SLOTS = 1 << 10;

    private long[] slots = new long[FIRST_SLOTS];
    private int size;
    /** Zero marks an empty slot. */
    private boolean hasZero;

    /** Adds a number whose bits are as good as random; false when it was there. */
    boolean add(long number) {
        if (number == 0) {
            boolean isNew = !hasZero;
            hasZero = true;
            return isNew;
        }
        if (size >= slots.length / 2) {
            long[] old = slots;
            slots = new long[old.length * 2];
            for (long known : old) {
                if (known != 0) {
                    slots[slot(known)] = known;
                }
            }
        }
        int slot = slot(number);
        if (slots[slot] == number) {
            return false;
        }
        slots[slot] = number;
        size++;
        return true;
    }

    /** Where the number is, or would be. */
    private int slot(long number) {
        int slot = (int) number & slots.length - 1;
        while (slots[slot] != 0 && slots[slot] != number) {
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }
}
