package io.fedmesh.lake.internal;

/**
 * How many different values a column had at the beginning of a file, which says whether a dictionary is worth its hashing in
 * the next file. Used by one thread.
 */
final class ColumnSample {
    /** Values of a file that are looked at. */
    static final int VALUES = 2_048;

    /** A dictionary pays when a value stands at least this often among them. */
    private static final int WORTH = 4;

    private static final int SLOTS = 2 * VALUES;

    private final long[] seen = new long[SLOTS];
    private int values;
    private int different;
    private boolean isDictionaryWorth = true;

    /** A new file begins: the last one's values decide. */
    void begin() {
        if (values >= VALUES / 4) {
            isDictionaryWorth = (long) different * WORTH <= values;
        }
        java.util.Arrays.fill(seen, 0);
        values = 0;
        different = 0;
    }

    void add(long value) {
        values++;
        long mixed = (value * 0x9E37_79B9_7F4A_7C15L) | 1; // 0 marks a free slot
        int slot = (int) (mixed >>> 40) & SLOTS - 1;
        while (seen[slot] != 0) {
            if (seen[slot] == mixed) {
                return;
            }
            slot = slot + 1 & SLOTS - 1;
        }
        seen[slot] = mixed;
        different++;
    }

    /** Whether the column of the next file should have a dictionary. */
    boolean isDictionaryWorth() {
        return isDictionaryWorth;
    }
}
