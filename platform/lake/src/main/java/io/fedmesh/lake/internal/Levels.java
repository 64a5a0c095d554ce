package io.fedmesh.lake.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;

/**
 * The levels of the page that is open, of one kind, kept as they come and encoded when the page ends (Parquet's "RLE",
 * without the length before it, as data pages of version 2 have them). Used by one thread.
 */
final class Levels {
    private static final int INITIAL = 1_024;
    /** What is kept for the next page; only lists need more. */
    private static final int KEPT = 64 << 10;

    private final int max;
    private byte[] levels = new byte[INITIAL];
    private int count;

    /** @param max the highest level that can come, at most 255; 0 when pages of the column have none */
    Levels(int max) {
        this.max = max;
    }

    void add(int level) {
        if (count == levels.length) {
            levels = Arrays.copyOf(levels, 2 * count);
        }
        levels[count++] = (byte) level;
    }

    int count() {
        return count;
    }

    /** A new page begins. */
    void begin() {
        count = 0;
        if (levels.length > KEPT) {
            levels = new byte[INITIAL];
        }
    }

    /** All that came, which was the highest level each time: one run, or nothing where there are no levels. */
    BytesInput highest() {
        return max == 0
                ? BytesInput.empty()
                : BytesInput.concat(
                        BytesInput.fromUnsignedVarInt(count << 1), BytesInput.from(new byte[] {(byte) max}));
    }

    /** All that came, by an encoder for these levels, which the caller resets when it has written the bytes. */
    BytesInput encoded(RunLengthBitPackingHybridEncoder encoder) {
        try {
            for (int i = 0; i < count; i++) {
                encoder.writeInt(levels[i] & 0xff);
            }
            return encoder.toBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
