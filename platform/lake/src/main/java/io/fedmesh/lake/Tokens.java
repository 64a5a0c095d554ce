package io.fedmesh.lake;

import io.fedmesh.contract.Contract;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the tables of one domain in the place of texts that must not be told: the first half of HMAC-SHA-256 (RFC
 * 2104, truncated as its section 5 allows) under the domain's key over the text's UTF-8 bytes, as Base64 for URLs without
 * padding (RFC 4648, section 5). Equal texts have equal tokens within a domain and no others. Used by one thread.
 */
public final class Tokens {
    /** Characters, and bytes, of every token. */
    public static final int LENGTH = 22;
    /** Of a key: as many as the hash has. */
    public static final int MIN_KEY_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int HASH_BYTES = 32;
    private static final int KEPT_BYTES = 16;

    private final Mac mac;
    private final byte[] hash = new byte[HASH_BYTES];
    private final byte[] kept = new byte[KEPT_BYTES];
    private final Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();

    /** @param key of any length but 0; not kept */
    Tokens(byte[] key) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the platform must have " + ALGORITHM, e);
        }
    }

    /**
     * The tokens of a product's domain; null when the product has no tokenised field.
     *
     * @throws TableRefusedException when it has one and the domain has no key, or a short one
     */
    public static @Nullable Tokens of(Contract contract, TokenKeys keys) {
        if (contract.tokenised().isEmpty()) {
            return null;
        }
        return of(
                contract,
                keys,
                "for " + contract.tokenised().stream().sorted().toList() + " must not be written clear");
    }

    /**
     * The tokens of a product's domain, for a reader who is shown tokens in the place of values.
     *
     * @throws TableRefusedException when the domain has no key, or a short one
     */
    public static Tokens ofDomain(Contract contract, TokenKeys keys) {
        return of(contract, keys, "for a mask hides values behind tokens");
    }

    private static Tokens of(Contract contract, TokenKeys keys, String why) {
        String domain = contract.name().domain();
        byte[] key = keys.key(domain);
        if (key == null) {
            throw new TableRefusedException("[" + contract.name() + "] domain '" + domain
                    + "' must have a key of tokens, " + why + ", but has none");
        }
        try {
            if (key.length < MIN_KEY_BYTES) {
                throw new TableRefusedException("[" + contract.name() + "] the key of tokens of domain '" + domain
                        + "' must have " + MIN_KEY_BYTES + " bytes or more but had " + key.length);
            }
            return new Tokens(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** The token of a text. */
    public String token(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] token = new byte[LENGTH];
        write(bytes, 0, bytes.length, token);
        return new String(token, StandardCharsets.US_ASCII);
    }

    /** Writes the token of a text, given by its UTF-8 bytes, to {@code token}, which has {@link #LENGTH} bytes. */
    public void write(byte[] text, int offset, int length, byte[] token) {
        try {
            mac.update(text, offset, length);
            mac.doFinal(hash, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a hash must fit its buffer", e);
        }
        System.arraycopy(hash, 0, kept, 0, KEPT_BYTES);
        encoder.encode(kept, token);
    }
}
