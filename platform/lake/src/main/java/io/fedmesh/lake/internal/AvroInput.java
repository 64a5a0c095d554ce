package io.fedmesh.lake.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Avro's binary encoding (specification 1.12, "Binary Encoding"), read from a byte array and stricter than Avro's own
 * decoder: a number must fit its type, a boolean is 0 or 1, a block has the bytes that it says. Reading past the end throws
 * {@link IndexOutOfBoundsException}, everything else that is wrong {@link MalformedException}. Used by one thread.
 */
final class AvroInput {
    /** Deepest nesting of records within records; only a schema that holds itself gets there. */
    static final int MAX_DEPTH = 64;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** Items of all arrays and maps of one record, when Avro's own limit is not set. */
    private static final int USUAL_MAX_ITEMS = 1_000_000;

    private static final String WRONG_BLOCK = "a block must have the bytes that it says";
    private static final int NO_END = -1;

    private final int maxItems;
    private byte[] bytes = new byte[0];
    private int at;
    private int items;
    private int depth;
    private int blockEnd;

    AvroInput() {
        this.maxItems = Integer.getInteger("org.apache.avro.limits.collectionItems.maxLength", USUAL_MAX_ITEMS);
    }

    /** Begins with the record that stands from the offset to the end of the bytes. */
    AvroInput begin(byte[] record, int offset) {
        bytes = record;
        at = offset;
        items = 0;
        depth = 0;
        return this;
    }

    byte[] bytes() {
        return bytes;
    }

    int position() {
        return at;
    }

    boolean isEnd() {
        return at == bytes.length;
    }

    boolean readBoolean() {
        int value = bytes[at++];
        if ((value & ~1) != 0) {
            throw new MalformedException("a boolean must be 0 or 1");
        }
        return value != 0;
    }

    int readInt() {
        int part = bytes[at++];
        int number = part & 0x7f;
        for (int shift = 7; part < 0; shift += 7) {
            part = bytes[at++];
            if (shift == 28 && (part & 0xff) > 0x0f) {
                throw new MalformedException("an int must have at most 32 bits");
            }
            number |= (part & 0x7f) << shift;
        }
        return (number >>> 1) ^ -(number & 1);
    }

    long readLong() {
        int part = bytes[at++];
        long number = part & 0x7f;
        for (int shift = 7; part < 0; shift += 7) {
            part = bytes[at++];
            if (shift == 63 && (part & 0xff) > 1) {
                throw new MalformedException("a long must have at most 64 bits");
            }
            number |= (long) (part & 0x7f) << shift;
        }
        return (number >>> 1) ^ -(number & 1);
    }

    float readFloat() {
        int bits = (int) INTS.get(bytes, at);
        at += Integer.BYTES;
        return Float.intBitsToFloat(bits);
    }

    double readDouble() {
        long bits = (long) LONGS.get(bytes, at);
        at += Long.BYTES;
        return Double.longBitsToDouble(bits);
    }

    /** The length of bytes or a text, which are there. */
    int readLength() {
        long length = readLong();
        if (length < 0 || length > bytes.length - at) {
            throw new MalformedException("a length must be within the record");
        }
        return (int) length;
    }

    /** The branch of a union, or the symbol of an enum. */
    int readIndex(int count) {
        int index = readInt();
        if (index < 0 || index >= count) {
            throw new MalformedException("an index must be one of its type's");
        }
        return index;
    }

    /** Goes over bytes and tells where they began. */
    int skip(int count) {
        if (count > bytes.length - at) {
            throw new MalformedException("the record must not end within a value");
        }
        int from = at;
        at += count;
        return from;
    }

    /**
     * Begins a block of an array or a map; {@link #blockEnd} tells where it says that it ends.
     *
     * @return items of the block, 0 after the last block
     */
    int readBlock() {
        long count = readLong();
        blockEnd = NO_END;
        if (count < 0) {
            count = -count;
            long size = readLong();
            if (size < 0 || size > bytes.length - at) {
                throw new MalformedException(WRONG_BLOCK);
            }
            blockEnd = at + (int) size;
        }
        if (count < 0 || count > maxItems - items) {
            throw new MalformedException("a record's arrays and maps must have at most " + maxItems + " items");
        }
        items += (int) count;
        return (int) count;
    }

    /** The end of the block that was begun last; pass it to {@link #endBlock} after its items. */
    int blockEnd() {
        return blockEnd;
    }

    /** Ends a block. */
    void endBlock(int end) {
        if (end != NO_END && end != at) {
            throw new MalformedException(WRONG_BLOCK);
        }
    }

    void enter() {
        if (++depth > MAX_DEPTH) {
            throw new MalformedException("the record must not nest so deep");
        }
    }

    void leave() {
        depth--;
    }
}
