package io.fedmesh.govern.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.math.BigInteger;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An issuer's public keys by their ids. A key that is weak, private, shared, not for signatures, or has another's id is not among
 * them; RSA as FIPS 186-5 (section 5.1) and SP 800-131A bound it. Immutable.
 */
final class KeySet {
    private static final int MAX_KEYS = 100;
    private static final int LEAST_BITS = 2048;
    private static final int MOST_BITS = 8192;
    private static final BigInteger LEAST_EXPONENT = BigInteger.valueOf(65_537);
    private static final Map<Curve, SigningAlgorithm> CURVES = Map.of(
            Curve.P_256, SigningAlgorithm.ES256,
            Curve.P_384, SigningAlgorithm.ES384,
            Curve.P_521, SigningAlgorithm.ES512);

    /** The key itself is what counts; nobody reads certificates beside it. */
    private static final Set<String> CERTIFICATES = Set.of("x5c", "x5u", "x5t", "x5t#S256");

    private final Map<String, JWK> keys;

    private KeySet(Map<String, JWK> keys) {
        this.keys = keys;
    }

    /** The keys of a document; empty when it is no set of keys. */
    static Optional<KeySet> parse(byte[] document) {
        Object list =
                StrictJson.object(document).<Object>map(map -> map.get("keys")).orElse(null);
        if (!(list instanceof List<?> items) || items.size() > MAX_KEYS) {
            return Optional.empty();
        }
        Map<String, JWK> keys = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (Object item : items) {
            if (item instanceof Map<?, ?> map && map.get("kid") instanceof String id) {
                JWK key = key(map);
                if (!seen.add(id)) {
                    keys.remove(id);
                } else if (key != null) {
                    keys.put(id, key);
                }
            }
        }
        return Optional.of(new KeySet(Map.copyOf(keys)));
    }

    boolean has(String id) {
        return keys.containsKey(id);
    }

    /** What verifies signatures of this algorithm by this key; empty where the key is unknown or for another algorithm. */
    Optional<JWSVerifier> verifier(String id, SigningAlgorithm algorithm) {
        JWK key = keys.get(id);
        if (key == null || (key.getAlgorithm() != null && !key.getAlgorithm().equals(algorithm.algorithm()))) {
            return Optional.empty();
        }
        try {
            if (key instanceof ECKey curve) {
                return algorithm == CURVES.get(curve.getCurve())
                        ? Optional.of(new ECDSAVerifier(curve.toECPublicKey()))
                        : Optional.empty();
            }
            return algorithm.name().startsWith("ES")
                    ? Optional.empty()
                    : Optional.of(new RSASSAVerifier(((RSAKey) key).toRSAPublicKey()));
        } catch (JOSEException e) {
            return Optional.empty();
        }
    }

    private static @Nullable JWK key(Map<?, ?> map) {
        Map<String, Object> fields = new HashMap<>();
        map.forEach((name, value) -> fields.put(String.valueOf(name), value));
        fields.keySet().removeAll(CERTIFICATES);
        try {
            JWK key = JWK.parse(fields);
            boolean isForSignatures = (key.getKeyUse() == null
                            || key.getKeyUse().equals(KeyUse.SIGNATURE))
                    && (key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY));
            return isForSignatures && !key.isPrivate() && isStrong(key) ? key : null;
        } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException e) {
            // One key that is of no use takes none of the others along.
            return null;
        }
    }

    private static boolean isStrong(JWK key) throws JOSEException {
        if (key instanceof ECKey curve) {
            return CURVES.containsKey(curve.getCurve());
        }
        if (!(key instanceof RSAKey rsa)) {
            return false;
        }
        RSAPublicKey parts = rsa.toRSAPublicKey();
        int bits = parts.getModulus().bitLength();
        return bits >= LEAST_BITS
                && bits <= MOST_BITS
                && parts.getPublicExponent().compareTo(LEAST_EXPONENT) >= 0
                && parts.getPublicExponent().testBit(0)
                && parts.getPublicExponent().bitLength() <= 256;
    }
}
