package io.fedmesh.govern.agreement;

/**
 * What an identity provider calls a person. Both parts count to the letter, unlike an alias, which is the same in any case:
 * so a login's alias is its hash, and no name that a person could choose is one.
 *
 * @param issuer the provider's {@code iss}; 1 to 300 characters
 * @param subject the provider's {@code sub}, which OpenID Connect Core 1.0 (section 2) bounds by 255 ASCII characters
 */
public record Login(String issuer, String subject) {
    /** What the aliases of logins begin with. */
    static final String PREFIX = "oidc/";

    private static final int MAX_ISSUER = 300;
    private static final int MAX_SUBJECT = 255;

    public Login {
        printable("issuer", issuer, MAX_ISSUER);
        printable("subject", subject, MAX_SUBJECT);
    }

    /** The alias under which a {@link Directory} knows the login. */
    public String alias() {
        return PREFIX + Digest.login(issuer, subject);
    }

    private static void printable(String what, String text, int most) {
        if (text.isEmpty() || text.length() > most || text.chars().anyMatch(c -> c < '!' || c > '~')) {
            throw new IllegalArgumentException("'" + what + "' must be 1 to " + most
                    + " visible ASCII characters but was '" + Texts.shown(text) + "'");
        }
    }
}
