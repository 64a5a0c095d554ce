package io.fedmesh.govern.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.Login;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tokens of an OpenID Connect provider: JWTs of RFC 7519, checked as RFC 8725 recommends. Issuer and {@code sub} together are
 * one person, whom the directory names for ever; no other claim says who somebody is. Thread-safe.
 */
public final class OidcTokens implements Authenticator {
    /** The end of the year 9999: later there is no time of a calendar. */
    private static final long LAST_SECOND = 253_402_300_799L;

    private static final int MAX_AUDIENCES = 50;

    private final OidcSettings settings;
    private final KnownKeys keys;
    private final InstantSource clock;
    private final Supplier<Directory> directory;

    /**
     * @param settings whose tokens are believed
     * @param source where the issuer's keys are had from
     * @param clock the time
     * @param directory who there is now; where that cannot be told, this throws and nobody is anybody
     */
    public OidcTokens(OidcSettings settings, KeySource source, InstantSource clock, Supplier<Directory> directory) {
        this.settings = settings;
        this.keys = new KnownKeys(source, clock);
        this.clock = clock;
        this.directory = directory;
    }

    @Override
    public Principal authenticate(Token token) throws IdentityRefusedException {
        JwtParts parts = JwtParts.parse(token);
        SigningAlgorithm algorithm = settings.algorithms().stream()
                .filter(allowed -> allowed.name().equals(parts.algorithm()))
                .findFirst()
                .orElseThrow(() -> refusal("'alg' must be one of " + settings.algorithms() + " but was another"));
        JWSVerifier verifier = keys.keys(parts.keyId())
                .verifier(parts.keyId(), algorithm)
                .orElseThrow(() -> refusal("'kid' must name a key of the issuer for 'alg' but named none"));
        if (!isSigned(token, verifier)) {
            throw refusal("its signature must be the issuer's but was not");
        }
        Map<?, ?> claims = StrictJson.object(parts.payload())
                .orElseThrow(() -> refusal("its claims must be one JSON object without a key twice but were not"));
        demandForUs(claims);
        demandTimes(claims, clock.instant());
        return Known.person(directory.get(), login(claims).alias());
    }

    private static boolean isSigned(Token token, JWSVerifier verifier) throws IdentityRefusedException {
        try {
            return JWSObject.parse(token.text()).verify(verifier);
        } catch (ParseException | JOSEException e) {
            // Without the cause: it may quote the token.
            throw refusal("its signature must be verifiable but was not");
        }
    }

    private void demandForUs(Map<?, ?> claims) throws IdentityRefusedException {
        if (!settings.issuer().equals(claims.get("iss"))) {
            throw refusal("'iss' must be " + settings.issuer() + " but was another");
        }
        Object audience = claims.get("aud");
        boolean isOurs = audience instanceof List<?> several
                ? several.size() <= MAX_AUDIENCES
                        && several.stream().allMatch(String.class::isInstance)
                        && several.contains(settings.audience())
                : settings.audience().equals(audience);
        if (!isOurs) {
            throw refusal("'aud' must name " + settings.audience() + " but did not");
        }
    }

    private void demandTimes(Map<?, ?> claims, Instant now) throws IdentityRefusedException {
        Instant begins = time(claims, "iat");
        Instant ends = time(claims, "exp");
        if (!now.isBefore(ends.plus(settings.clockSkew()))) {
            throw refusal("'exp' must lie ahead but is past");
        }
        if (now.plus(settings.clockSkew()).isBefore(begins)) {
            throw refusal("'iat' must be past but lies ahead");
        }
        if (claims.containsKey("nbf") && now.plus(settings.clockSkew()).isBefore(time(claims, "nbf"))) {
            throw refusal("'nbf' must be past but lies ahead");
        }
        if (!ends.isAfter(begins) || ends.isAfter(begins.plus(settings.longestLife()))) {
            throw refusal("'exp' must be at most " + settings.longestLife() + " after 'iat' but was not");
        }
    }

    /** Whole seconds: a text, a fraction or a number beyond the calendar is none. */
    private static Instant time(Map<?, ?> claims, String name) throws IdentityRefusedException {
        Object value = claims.get(name);
        if ((value instanceof Integer || value instanceof Long)
                && ((Number) value).longValue() > 0
                && ((Number) value).longValue() <= LAST_SECOND) {
            return Instant.ofEpochSecond(((Number) value).longValue());
        }
        throw refusal("'" + name + "' must be a number of seconds since 1970 but was not");
    }

    private Login login(Map<?, ?> claims) throws IdentityRefusedException {
        Optional<Login> login = Optional.empty();
        if (claims.get("sub") instanceof String subject) {
            try {
                login = Optional.of(new Login(settings.issuer(), subject));
            } catch (IllegalArgumentException e) {
                // Without the cause: it quotes the claim.
                login = Optional.empty();
            }
        }
        return login.orElseThrow(() -> refusal("'sub' must be 1 to 255 visible ASCII characters but was not"));
    }

    private static IdentityRefusedException refusal(String what) {
        return new IdentityRefusedException("[token] " + what);
    }
}
