package io.fedmesh.lake.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The key of a record: the bytes of its text. Equal when the bytes are, ordered as the bytes are, which keeps a hash map
 * quick whatever keys somebody makes up. Never prints its text. Immutable to whoever uses it, as long as nobody changes the
 * bytes handed in; one thread at a time asks an index for it.
 */
public final class Key implements Comparable<Key> {
    private final byte[] bytes;
    /** 0 until somebody asks. */
    private int hash;

    private Key(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A key of these bytes, which are kept and must not change. */
    public static Key of(byte[] bytes) {
        return new Key(bytes);
    }

    /** A key of a text. */
    public static Key of(String text) {
        return new Key(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes themselves: not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    /** The text that the bytes hold. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(Key other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Key key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        if (hash == 0) {
            hash = Arrays.hashCode(bytes);
        }
        return hash;
    }

    @Override
    public String toString() {
        return "a key of " + bytes.length + " bytes";
    }
}
