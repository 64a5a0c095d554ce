package io.fedmesh.lake;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.iceberg.encryption.KeyManagementClient;

/**
 * Wraps table keys with keys of this machine: AES-256-GCM, a random 96-bit nonce in front, the key's id bound as
 * associated data, so that a key wrapped under one id never opens under another. Thread-safe when the function is.
 *
 * <p>It does not travel: Java serialization of it is refused, as the function holds key material.
 */
public final class LocalKeyManagement implements KeyManagementClient {
    private static final long serialVersionUID = 1L;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY_BYTES = 32;

    private final transient Function<String, byte[]> keys;
    private final transient SecureRandom random;

    /**
     * @param keys 256-bit key of an id; throws when there is none
     * @param random the source of nonces
     */
    public LocalKeyManagement(Function<String, byte[]> keys, SecureRandom random) {
        this.keys = keys;
        this.random = random;
    }

    @Override
    public void initialize(Map<String, String> properties) {}

    @Override
    public ByteBuffer wrapKey(ByteBuffer key, String wrappingKeyId) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] wrapped = run(Cipher.ENCRYPT_MODE, wrappingKeyId, nonce, bytes(key));
        return ByteBuffer.allocate(NONCE_BYTES + wrapped.length)
                .put(nonce)
                .put(wrapped)
                .flip();
    }

    /** The key; a {@link TableRefusedException} when the id's key is not the one that wrapped it. */
    @Override
    public ByteBuffer unwrapKey(ByteBuffer wrappedKey, String wrappingKeyId) {
        byte[] all = bytes(wrappedKey);
        if (all.length <= NONCE_BYTES) {
            throw new TableRefusedException("[key " + wrappingKeyId + "] a wrapped key must have more than "
                    + NONCE_BYTES + " bytes but had " + all.length);
        }
        byte[] nonce = Arrays.copyOf(all, NONCE_BYTES);
        return ByteBuffer.wrap(
                run(Cipher.DECRYPT_MODE, wrappingKeyId, nonce, Arrays.copyOfRange(all, NONCE_BYTES, all.length)));
    }

    private byte[] run(int mode, String id, byte[] nonce, byte[] input) {
        byte[] key = keys.apply(id);
        if (key.length != KEY_BYTES) {
            throw new TableRefusedException(
                    "[key " + id + "] a key must have " + KEY_BYTES + " bytes but had " + key.length);
        }
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(id.getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new TableRefusedException(
                    "[key " + id + "] the table's key must open with this key but did not: it was wrapped with another",
                    e);
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private void writeObject(java.io.ObjectOutputStream out) throws java.io.NotSerializableException {
        throw new java.io.NotSerializableException(LocalKeyManagement.class.getName());
    }
}
