package io.fedmesh.lake.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;

/**
 * The least and the greatest of byte strings in the order of their unsigned bytes. Most comparisons end with the first eight
 * bytes. Used by one thread.
 */
final class TextBounds {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final class Bound {
        private byte[] bytes = new byte[Long.BYTES];
        private int length;
        private long head;

        private void set(byte[] from, int at, int size, long first) {
            if (bytes.length < size) {
                bytes = new byte[2 * size];
            }
            System.arraycopy(from, at, bytes, 0, size);
            length = size;
            head = first;
        }

        /** Below 0 when the other is less than this, above when it is greater. */
        private int compare(byte[] other, int at, int size, long first) {
            int order = Long.compareUnsigned(first, head);
            return order == 0 ? Arrays.compareUnsigned(other, at, at + size, bytes, 0, length) : order;
        }

        private Binary copy() {
            return Binary.fromConstantByteArray(Arrays.copyOf(bytes, length));
        }
    }

    private final Bound least = new Bound();
    private final Bound greatest = new Bound();
    private boolean isEmpty = true;

    void add(byte[] bytes, int from, int length) {
        long head = head(bytes, from, length);
        if (isEmpty) {
            isEmpty = false;
            least.set(bytes, from, length, head);
            greatest.set(bytes, from, length, head);
        } else if (greatest.compare(bytes, from, length, head) > 0) {
            greatest.set(bytes, from, length, head);
        } else if (least.compare(bytes, from, length, head) < 0) {
            least.set(bytes, from, length, head);
        }
    }

    /** Tells the two, when there are any, and forgets them. */
    void drainTo(Statistics<?> statistics) {
        if (!isEmpty) {
            statistics.updateStats(least.copy());
            statistics.updateStats(greatest.copy());
            isEmpty = true;
        }
    }

    /** The first eight bytes, zeros behind a shorter string: where two of these differ, they order as their strings do. */
    private static long head(byte[] bytes, int from, int length) {
        if (length >= Long.BYTES) {
            return (long) LONGS.get(bytes, from);
        }
        long head = 0;
        for (int i = 0; i < length; i++) {
            head |= (bytes[from + i] & 0xffL) << 56 - 8 * i;
        }
        return head;
    }
}
