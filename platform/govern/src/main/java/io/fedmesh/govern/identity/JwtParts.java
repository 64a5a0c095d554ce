package io.fedmesh.govern.identity;

import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A token of RFC 7519 in the compact form of RFC 7515, before anybody believes it: its header is read so strictly that it can
 * name nothing but an algorithm and a key that the mesh knows already (RFC 8725, sections 3.1 and 3.10).
 *
 * @param algorithm {@code alg}, to the letter
 * @param keyId {@code kid}; looked up among the keys that are known, and nowhere else
 * @param payload what is signed, decoded and not looked at
 */
record JwtParts(String algorithm, String keyId, byte[] payload) {
    private static final int MAX_HEADER = 4096;
    private static final int MAX_KEY_ID = 256;
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9_-]+");

    /** Thumbprints of certificates are of no use here and do no harm; many providers send them. */
    private static final Set<String> HARMLESS = Set.of("alg", "kid", "typ", "x5t", "x5t#S256");

    private static final Set<String> TYPES = Set.of("JWT", "AT+JWT");

    static JwtParts parse(Token token) throws IdentityRefusedException {
        String[] parts = token.text().split("\\.", -1);
        if (parts.length != 3 || parts[0].length() > MAX_HEADER) {
            throw new IdentityRefusedException("[token] it must be a signed JWT in its compact form but was not");
        }
        byte[] header = decoded(parts[0]);
        byte[] payload = decoded(parts[1]);
        decoded(parts[2]);
        Map<?, ?> fields = StrictJson.object(header)
                .orElseThrow(() -> new IdentityRefusedException(
                        "[token] its header must be one JSON object without a key twice but was not"));
        if (!HARMLESS.containsAll(fields.keySet())) {
            throw new IdentityRefusedException(
                    "[token] its header must hold alg, kid and typ alone, and nothing that names"
                            + " keys or is critical, but held more");
        }
        Object type = fields.containsKey("typ") ? fields.get("typ") : "JWT";
        if (!(type instanceof String text) || !TYPES.contains(upper(text))) {
            throw new IdentityRefusedException("[token] 'typ' must be JWT or at+jwt but was another");
        }
        if (!(fields.get("alg") instanceof String algorithm)) {
            throw new IdentityRefusedException("[token] 'alg' must be given but was not");
        }
        if (!(fields.get("kid") instanceof String keyId) || keyId.isEmpty() || keyId.length() > MAX_KEY_ID) {
            throw new IdentityRefusedException(
                    "[token] 'kid' must be a text of 1 to " + MAX_KEY_ID + " characters but was not");
        }
        return new JwtParts(algorithm, keyId, payload);
    }

    /** One way to write each part: what is not written so was made by nobody who means well. */
    private static byte[] decoded(String part) throws IdentityRefusedException {
        if (BASE64.matcher(part).matches()) {
            try {
                byte[] bytes = Base64.getUrlDecoder().decode(part);
                if (Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(bytes)
                        .equals(part)) {
                    return bytes;
                }
            } catch (IllegalArgumentException e) {
                // Of a length that no bytes have: told below, without what it was.
            }
        }
        throw new IdentityRefusedException("[token] its parts must be Base64 for addresses but were not");
    }

    private static String upper(String type) {
        String upper = type.toUpperCase(java.util.Locale.ROOT);
        return upper.startsWith("APPLICATION/") ? upper.substring("APPLICATION/".length()) : upper;
    }

    @Override
    public String toString() {
        return "JwtParts[***]";
    }
}
