package io.fedmesh.govern.internal.audit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A SHA-384 value. A value; immutable. */
final class Hash {
    static final int BYTES = 48;

    /** Stands where there is nothing before. */
    static final Hash NONE = new Hash(new byte[BYTES]);

    private final byte[] bytes;

    private Hash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** SHA-384 over the parts, one after the other. */
    static Hash of(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-384");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return new Hash(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("a Java platform must have SHA-384 but has not", e);
        }
    }

    /** The value itself; refuses another length with {@link IllegalArgumentException}. */
    static Hash ofBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a hash must have " + BYTES + " bytes but had " + bytes.length);
        }
        return new Hash(bytes.clone());
    }

    /** From base64; refuses anything that is not exactly what {@link #toString()} gives. */
    static Hash parse(String base64) {
        Hash hash = ofBytes(Base64.getDecoder().decode(base64));
        if (!hash.toString().equals(base64)) {
            throw new IllegalArgumentException("a hash must be written in canonical base64 but was not");
        }
        return hash;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Hash hash && Arrays.equals(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Base64. */
    @Override
    public String toString() {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
