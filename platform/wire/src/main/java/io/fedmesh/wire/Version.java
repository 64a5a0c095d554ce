package io.fedmesh.wire;

import java.util.HexFormat;

/**
 * The position of a change in its source: unique and ordered per source. A log position alone is neither (a COPY puts
 * many rows on one LSN, interleaved transactions run backwards), so three parts are needed.
 *
 * @param commitLsn position of the last commit before the change's transaction in the order of commits, or of the
 *     snapshot for a snapshot's row; compared unsigned. 0 for a derived event
 * @param lsn position of the change itself, compared unsigned; for a derived event its offset on the topic
 * @param index 0-based number of the change among those with the same two positions
 */
public record Version(long commitLsn, long lsn, int index) implements Comparable<Version> {
    /** Characters of {@link #hex()}. */
    public static final int HEX_LENGTH = 40;

    private static final byte[] DIGITS = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    public Version {
        if (index < 0) {
            throw new IllegalArgumentException("'index' must be 0 or more but was " + index);
        }
    }

    /** The version of a derived event: its place on its topic's partition. */
    public static Version ofOffset(long offset) {
        return new Version(0, offset, 0);
    }

    /** Reads {@link #hex()} back; refuses anything else with {@link IllegalArgumentException}. */
    public static Version parse(String hex) {
        if (hex.length() != HEX_LENGTH) {
            throw new IllegalArgumentException(
                    "a version must have " + HEX_LENGTH + " hexadecimal digits but had " + hex.length());
        }
        return new Version(
                HexFormat.fromHexDigitsToLong(hex, 0, 16),
                HexFormat.fromHexDigitsToLong(hex, 16, 32),
                HexFormat.fromHexDigits(hex, 32, 40));
    }

    /** Fixed-width lower-case hexadecimal digits: their order as text is the order of versions. */
    public String hex() {
        HexFormat format = HexFormat.of();
        return format.toHexDigits(commitLsn) + format.toHexDigits(lsn) + format.toHexDigits(index);
    }

    /** Writes {@link #hex()} as {@value #HEX_LENGTH} bytes at the beginning of {@code to}. */
    public void hexTo(byte[] to) {
        digits(commitLsn, to, 0, 16);
        digits(lsn, to, 16, 16);
        digits(index, to, 32, 8);
    }

    private static void digits(long number, byte[] to, int at, int length) {
        for (int i = 0; i < length; i++) {
            to[at + i] = DIGITS[(int) (number >>> (4 * (length - 1 - i))) & 0xf];
        }
    }

    @Override
    public int compareTo(Version other) {
        int order = Long.compareUnsigned(commitLsn, other.commitLsn);
        if (order == 0) {
            order = Long.compareUnsigned(lsn, other.lsn);
        }
        return order == 0 ? Integer.compare(index, other.index) : order;
    }
}
