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
    private final int hash;
    /** What an index has made of it, so that it is made once: see {@link KeyHashes}. */
    private @Nullable SipHash indexedBy;

    private long indexedHigh;
    private long indexedLow;

    private Key(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
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

    /** The hash that an index of this secret keeps it under: {@link #indexedHigh} and {@link #indexedLow}. */
    void indexBy(SipHash secret) {
        if (indexedBy != secret) {
            secret.hash(bytes);
            indexedHigh = secret.high();
            indexedLow = secret.low();
            indexedBy = secret;
        }
    }

    long indexedHigh() {
        return indexedHigh;
    }

    long indexedLow() {
        return indexedLow;
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
        return other instanceof Key key && hash == key.hash && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return "a key of " + bytes.length + " bytes";
    }
}
