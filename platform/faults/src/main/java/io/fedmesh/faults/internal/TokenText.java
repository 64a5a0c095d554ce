package io.fedmesh.faults.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.TokenKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What the tables must hold in the place of a tokenised field's text: the first 128 bits of HMAC-SHA-256 (RFC 2104) under the
 * domain's key as Base64 for URLs (RFC 4648). Shares no code with what wrote them. One thread.
 */
final class TokenText {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 16;

    private final Set<String> fields;
    private final @Nullable Mac mac;

    /** Of a product; one without a tokenised field needs no key. */
    static TokenText of(Contract contract, TokenKeys keys) {
        if (contract.tokenised().isEmpty()) {
            return new TokenText(Set.of(), null);
        }
        byte[] key = keys.key(contract.name().domain());
        if (key == null) {
            throw new IllegalStateException(
                    "[" + contract.name() + "] the domain must have a key of tokens but has none");
        }
        return new TokenText(contract.tokenised(), key);
    }

    /** @param key null where no field is tokenised */
    TokenText(Set<String> fields, byte @Nullable [] key) {
        this.fields = fields;
        this.mac = key == null ? null : mac(key);
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform must have " + ALGORITHM, e);
        }
    }

    /** The text as the tables must hold it. */
    String of(String field, String text) {
        if (mac == null || !fields.contains(field)) {
            return text;
        }
        byte[] hash = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES));
    }
}
