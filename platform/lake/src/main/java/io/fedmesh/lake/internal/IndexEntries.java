package io.fedmesh.lake.internal;

import io.fedmesh.wire.Version;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a key index as bytes: commit position, distance of the change's position to it, index, file and position, each
 * as long as its number is. Growing buffer, used by one thread.
 */
final class IndexEntries {
    private static final int NO_FILE = 0;

    /** Numbers of data files. */
    interface Numbers {
        int number(String location);
    }

    /** Data files of numbers. */
    interface Locations {
        String location(int number);
    }

    private byte[] bytes;
    private int length;

    IndexEntries(int expectedBytes) {
        bytes = new byte[expectedBytes];
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    byte[] array() {
        return bytes;
    }

    void skip(int count) {
        room(count);
        length += count;
    }

    void put(int value) {
        room(1);
        bytes[length++] = (byte) value;
    }

    void put(byte[] from, int count) {
        room(count);
        System.arraycopy(from, 0, bytes, length, count);
        length += count;
    }

    /** LEB128, unsigned. */
    void number(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    /** Writes the entry of a key. */
    void entry(KeyEntries entries, int key, Numbers files) {
        Version version = entries.version(key);
        long distance = version.lsn() - version.commitLsn();
        number(version.commitLsn());
        number(distance << 1 ^ distance >> 63);
        number(version.index());
        Place place = entries.place(key);
        if (place == null) {
            number(NO_FILE);
        } else {
            number(files.number(place.file()) + 1L);
            number(place.position());
        }
    }

    /** Reads the entry of a key back. */
    static void read(byte[] from, Locations files, KeyEntries to, int key) {
        Reader in = new Reader(from);
        long commitLsn = in.number();
        long distance = in.number();
        long lsn = commitLsn + (distance >>> 1 ^ -(distance & 1));
        int index = (int) in.number();
        int file = (int) in.number();
        @Nullable Place place = file == NO_FILE ? null : new Place(files.location(file - 1), in.number());
        to.put(key, commitLsn, lsn, index, place);
    }

    /** The file's number of an entry; -1 when it has none. */
    static int file(byte[] from) {
        Reader in = new Reader(from);
        in.number();
        in.number();
        in.number();
        return (int) in.number() - 1;
    }

    private static final class Reader {
        private final byte[] from;
        private int at;

        Reader(byte[] from) {
            this.from = from;
        }

        long number() {
            long number = 0;
            for (int shift = 0; ; shift += 7) {
                byte part = from[at++];
                number |= (part & 0x7fL) << shift;
                if (part >= 0) {
                    return number;
                }
            }
        }
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
