package io.fedmesh.govern.identity;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * Whose tokens are believed.
 *
 * @param issuer what {@code iss} must be, to the letter
 * @param audience what {@code aud} must name: this mesh
 * @param algorithms the algorithms that a token may be signed with; not empty
 * @param clockSkew by how much the clocks of issuer and mesh may differ; at most 5 minutes
 * @param longestLife the longest that a token may be good for, from {@code iat} to {@code exp}; at most a day
 */
public record OidcSettings(
        String issuer, String audience, Set<SigningAlgorithm> algorithms, Duration clockSkew, Duration longestLife) {
    private static final Duration MOST_SKEW = Duration.ofMinutes(5);
    private static final Duration MOST_LIFE = Duration.ofDays(1);

    public OidcSettings {
        if (!issuer.matches("https?://[!-~]{1,290}")) {
            throw new IllegalArgumentException(
                    "'issuer' must be the http(s) address that tokens name as 'iss' but was '" + issuer + "'");
        }
        if (!audience.matches("[!-~]{1,300}")) {
            throw new IllegalArgumentException(
                    "'audience' must be 1 to 300 visible ASCII characters but was '" + audience + "'");
        }
        if (algorithms.isEmpty()) {
            throw new IllegalArgumentException("'algorithms' must name one or more of "
                    + EnumSet.allOf(SigningAlgorithm.class) + " but named none");
        }
        algorithms = Set.copyOf(algorithms);
        if (clockSkew.isNegative() || clockSkew.compareTo(MOST_SKEW) > 0) {
            throw new IllegalArgumentException("'clockSkew' must be PT0S to " + MOST_SKEW + " but was " + clockSkew);
        }
        if (longestLife.compareTo(Duration.ofSeconds(1)) < 0 || longestLife.compareTo(MOST_LIFE) > 0) {
            throw new IllegalArgumentException(
                    "'longestLife' must be PT1S to " + MOST_LIFE + " but was " + longestLife);
        }
    }
}
