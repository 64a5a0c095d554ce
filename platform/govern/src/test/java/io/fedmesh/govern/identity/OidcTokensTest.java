package io.fedmesh.govern.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.Login;
import io.fedmesh.govern.agreement.Role;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tokens of an identity provider are believed: those that are beyond doubt. */
class OidcTokensTest {
    private static final String ISSUER = "https://login.example.org/mesh";
    private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");
    private static final long SECOND = NOW.getEpochSecond();
    private static final String CLAIMS = "{\"iss\":\"" + ISSUER + "\",\"sub\":\"Ada-1\",\"aud\":\"fedmesh\",\"iat\":"
            + (SECOND - 10) + ",\"exp\":" + (SECOND + 600) + "}";
    private static final String NOBODY = "[token] whose it is must be a person of the directory but is not";

    private final Directory directory = new Directory(
            List.of(
                    person("u-ada", new Login(ISSUER, "Ada-1").alias()),
                    person("u-ove", new Login(ISSUER, "Ove-2").alias())),
            List.of(),
            List.of());
    private final Provider.Keys keys = new Provider.Keys(Provider.keys(
            Provider.jwk("r", Provider.RSA, ""),
            Provider.jwk("p256", Provider.P256, "\"use\":\"sig\",\"alg\":\"ES256\""),
            Provider.jwk("p384", Provider.P384, "")));
    private final OidcTokens tokens = tokens(EnumSet.allOf(SigningAlgorithm.class));

    @ParameterizedTest
    @CsvSource({"RS256, r", "RS384, r", "RS512, r", "PS256, r", "PS384, r", "PS512, r", "ES256, p256", "ES384, p384"})
    void aTokenOfTheIssuerIsItsPersons(String algorithm, String kid) throws Exception {
        assertThat(tokens.authenticate(signed(algorithm, kid, CLAIMS)).name()).isEqualTo("u-ada");
        assertThat(tokens.authenticate(signed(algorithm, kid, CLAIMS.replace("Ada-1", "Ove-2")))
                        .name())
                .isEqualTo("u-ove");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"typ\":\"JWT\"",
                "\"typ\":\"at+jwt\"",
                "\"typ\":\"application/at+jwt\"",
                "\"x5t\":\"abc\",\"x5t#S256\":\"abc\""
            })
    void whatHeadersUsuallyHoldIsNoHindrance(String more) throws Exception {
        assertThat(tokens.authenticate(withHeader("{\"alg\":\"ES256\",\"kid\":\"p256\"," + more + "}"))
                        .name())
                .isEqualTo("u-ada");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"aud\":[\"fedmesh\"]",
                "\"aud\":[\"other\",\"fedmesh\"]",
                "\"aud\":\"fedmesh\",\"nbf\":1,\"email\":\"ove@example.org\",\"groups\":[\"operators\"]"
            })
    void whatClaimsUsuallyHoldIsNoHindranceAndSaysNotWhoSomebodyIs(String claims) throws Exception {
        assertThat(tokens.authenticate(signed("ES256", "p256", CLAIMS.replace("\"aud\":\"fedmesh\"", claims)))
                        .name())
                .isEqualTo("u-ada");
    }

    /** Every header that must not be. */
    static List<Arguments> headers() {
        String header =
                "[token] its header must hold alg, kid and typ alone, and nothing that names keys or is critical,"
                        + " but held more";
        String object = "[token] its header must be one JSON object without a key twice but was not";
        String algorithm = "[token] 'alg' must be one of ";
        String key = "[token] 'kid' must name a key of the issuer for 'alg' but named none";
        return List.of(
                Arguments.of("{\"alg\":\"none\",\"kid\":\"p256\"}", algorithm),
                Arguments.of("{\"alg\":\"None\",\"kid\":\"p256\"}", algorithm),
                Arguments.of("{\"alg\":\"nOnE\",\"kid\":\"p256\"}", algorithm),
                Arguments.of("{\"alg\":\"HS256\",\"kid\":\"r\"}", algorithm),
                Arguments.of("{\"alg\":\"es256\",\"kid\":\"p256\"}", algorithm),
                Arguments.of("{\"alg\":\"ES256K\",\"kid\":\"p256\"}", algorithm),
                Arguments.of("{\"alg\":\"EdDSA\",\"kid\":\"p256\"}", algorithm),
                Arguments.of("{\"alg\":\"RSA-OAEP\",\"enc\":\"A256GCM\",\"kid\":\"r\"}", header),
                Arguments.of("{\"alg\":\"\",\"kid\":\"p256\"}", algorithm),
                Arguments.of("{\"kid\":\"p256\"}", "[token] 'alg' must be given but was not"),
                Arguments.of("{\"alg\":[\"ES256\"],\"kid\":\"p256\"}", "[token] 'alg' must be given but was not"),
                Arguments.of("{\"alg\":null,\"kid\":\"p256\"}", "[token] 'alg' must be given but was not"),
                Arguments.of("{\"alg\":\"ES256\"}", "[token] 'kid' must be a text of 1 to 256 characters but was not"),
                Arguments.of(
                        "{\"alg\":\"ES256\",\"kid\":\"\"}",
                        "[token] 'kid' must be a text of 1 to 256 characters but was not"),
                Arguments.of(
                        "{\"alg\":\"ES256\",\"kid\":\"" + "k".repeat(257) + "\"}",
                        "[token] 'kid' must be a text of 1 to 256 characters but was not"),
                Arguments.of(
                        "{\"alg\":\"ES256\",\"kid\":7}",
                        "[token] 'kid' must be a text of 1 to 256 characters but was not"),
                Arguments.of("{\"alg\":\"ES256\",\"kid\":\"unknown\"}", key),
                Arguments.of("{\"alg\":\"ES256\",\"kid\":\"../../dev/null\"}", key),
                Arguments.of("{\"alg\":\"ES256\",\"kid\":\"p256' or '1'='1\"}", key),
                Arguments.of("{\"alg\":\"ES256\",\"kid\":\"P256\"}", key),
                // The key of another algorithm, and a key that is for another one alone.
                Arguments.of("{\"alg\":\"ES256\",\"kid\":\"p384\"}", key),
                Arguments.of("{\"alg\":\"ES384\",\"kid\":\"p256\"}", key),
                Arguments.of("{\"alg\":\"ES256\",\"kid\":\"r\"}", key),
                Arguments.of("{\"alg\":\"RS256\",\"kid\":\"p256\"}", key),
                Arguments.of(
                        "{\"alg\":\"ES256\",\"kid\":\"p256\",\"jku\":\"https://attacker.example.org/keys\"}", header),
                Arguments.of(
                        "{\"alg\":\"ES256\",\"kid\":\"p256\",\"x5u\":\"https://attacker.example.org/cert\"}", header),
                Arguments.of("{\"alg\":\"ES256\",\"kid\":\"p256\",\"x5c\":[\"MIIB\"]}", header),
                Arguments.of(
                        "{\"alg\":\"ES256\",\"kid\":\"p256\",\"jwk\":" + Provider.jwk("p256", Provider.P256, "") + "}",
                        header),
                Arguments.of("{\"alg\":\"ES256\",\"kid\":\"p256\",\"crit\":[\"exp\"],\"exp\":1}", header),
                Arguments.of("{\"alg\":\"ES256\",\"kid\":\"p256\",\"crit\":[]}", header),
                Arguments.of("{\"alg\":\"ES256\",\"kid\":\"p256\",\"b64\":false,\"crit\":[\"b64\"]}", header),
                Arguments.of("{\"alg\":\"ES256\",\"kid\":\"p256\",\"zip\":\"DEF\"}", header),
                Arguments.of("{\"alg\":\"ES256\",\"kid\":\"p256\",\"cty\":\"JWT\"}", header),
                Arguments.of(
                        "{\"alg\":\"ES256\",\"kid\":\"p256\",\"typ\":\"logout+jwt\"}",
                        "[token] 'typ' must be JWT or at+jwt but was another"),
                Arguments.of(
                        "{\"alg\":\"ES256\",\"kid\":\"p256\",\"typ\":null}",
                        "[token] 'typ' must be JWT or at+jwt but was another"),
                Arguments.of("{\"alg\":\"ES256\",\"alg\":\"ES256\",\"kid\":\"p256\"}", object),
                Arguments.of("{\"alg\":\"none\",\"alg\":\"ES256\",\"kid\":\"p256\"}", object),
                Arguments.of("{\"alg\":\"ES256\",\"kid\":\"p256\",\"x5t\":{\"a\":1,\"a\":2}}", object),
                Arguments.of("[]", object),
                Arguments.of("\"ES256\"", object),
                Arguments.of("{\"alg\":\"ES256\",\"kid\":\"p256\"} {}", object),
                Arguments.of("{\"alg\":\"ES256\",\"kid\":\"p256\"", object),
                Arguments.of(
                        "{\"alg\":\"ES256\",\"kid\":\"p256\",\"x5t\":" + "[".repeat(200) + "]".repeat(200) + "}",
                        object));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void aHeaderThatSaysMoreThanAnAlgorithmAndAKnownKeyIsRefused(String header, String message) {
        assertRefused(withHeader(header), message);
    }

    /** The oldest trick: what everybody knows of an RSA key, as a shared secret. */
    @ParameterizedTest
    @ValueSource(strings = {"HS256", "HS384", "HS512"})
    void aPublicKeyIsNoSharedSecret(String algorithm) throws GeneralSecurityException {
        for (byte[] secret : List.of(
                Provider.RSA.getPublic().getEncoded(),
                Provider.jwk("r", Provider.RSA, "").getBytes(StandardCharsets.UTF_8),
                java.util.Base64.getMimeEncoder()
                        .encode(Provider.RSA.getPublic().getEncoded()))) {
            String signed =
                    Provider.base64("{\"alg\":\"" + algorithm + "\",\"kid\":\"r\"}") + "." + Provider.base64(CLAIMS);
            Mac mac = Mac.getInstance("Hmac" + algorithm.replace("HS", "SHA"));
            mac.init(new SecretKeySpec(secret, "RAW"));
            byte[] tag = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));

            assertRefused(Provider.token(signed + "." + Provider.base64(tag)), "[token] 'alg' must be one of ");
        }
    }

    @Test
    void anAlgorithmThatIsNotConfiguredIsRefusedThoughTheSignatureIsRight() {
        OidcTokens one = tokens(EnumSet.of(SigningAlgorithm.ES384));

        assertThatThrownBy(() -> one.authenticate(signed("ES256", "p256", CLAIMS)))
                .hasMessage("[token] 'alg' must be one of [ES384] but was another");
    }

    /** Every claim that must not be; each token is signed as it must be. */
    static List<Arguments> claims() {
        String time = " must be a number of seconds since 1970 but was not";
        String issuer = "[token] 'iss' must be " + ISSUER + " but was another";
        String audience = "[token] 'aud' must name fedmesh but did not";
        String subject = "[token] 'sub' must be 1 to 255 visible ASCII characters but was not";
        String exp = "\"exp\":" + (SECOND + 600);
        return List.of(
                Arguments.of(ISSUER, "https://login.example.org/other", issuer),
                Arguments.of(ISSUER, ISSUER + "/", issuer),
                Arguments.of(ISSUER, "https://LOGIN.example.org/mesh", issuer),
                Arguments.of("\"iss\":\"" + ISSUER + "\",", "", issuer),
                Arguments.of("\"iss\":\"" + ISSUER + "\"", "\"iss\":[\"" + ISSUER + "\"]", issuer),
                Arguments.of("\"fedmesh\"", "\"fedmesh2\"", audience),
                Arguments.of("\"fedmesh\"", "\"FEDMESH\"", audience),
                Arguments.of("\"fedmesh\"", "[]", audience),
                Arguments.of("\"fedmesh\"", "[\"other\"]", audience),
                Arguments.of("\"fedmesh\"", "[\"fedmesh\",7]", audience),
                Arguments.of("\"fedmesh\"", "{\"fedmesh\":1}", audience),
                Arguments.of("\"aud\":\"fedmesh\",", "", audience),
                Arguments.of("," + exp, "", "[token] 'exp'" + time),
                Arguments.of(exp, "\"exp\":" + (SECOND - 31), "[token] 'exp' must lie ahead but is past"),
                Arguments.of(exp, "\"exp\":" + (SECOND - 30), "[token] 'exp' must lie ahead but is past"),
                Arguments.of(exp, "\"exp\":\"" + (SECOND + 600) + "\"", "[token] 'exp'" + time),
                Arguments.of(exp, "\"exp\":" + (SECOND + 600) + ".5", "[token] 'exp'" + time),
                Arguments.of(exp, "\"exp\":-1", "[token] 'exp'" + time),
                Arguments.of(exp, "\"exp\":0", "[token] 'exp'" + time),
                Arguments.of(exp, "\"exp\":9223372036854775807", "[token] 'exp'" + time),
                Arguments.of(exp, "\"exp\":9223372036854775808", "[token] 'exp'" + time),
                Arguments.of(exp, "\"exp\":1e400", "[token] 'exp'" + time),
                Arguments.of(exp, "\"exp\":null", "[token] 'exp'" + time),
                Arguments.of(
                        exp,
                        "\"exp\":" + (SECOND + 3_591),
                        "[token] 'exp' must be at most PT1H after 'iat' but was not"),
                Arguments.of(exp, exp + ",\"nbf\":" + (SECOND + 31), "[token] 'nbf' must be past but lies ahead"),
                Arguments.of(exp, exp + ",\"nbf\":\"0\"", "[token] 'nbf'" + time),
                Arguments.of(
                        "\"iat\":" + (SECOND - 10),
                        "\"iat\":" + (SECOND + 31),
                        "[token] 'iat' must be past but lies ahead"),
                Arguments.of("\"iat\":" + (SECOND - 10) + ",", "", "[token] 'iat'" + time),
                Arguments.of("\"sub\":\"Ada-1\",", "", subject),
                Arguments.of("\"Ada-1\"", "\"\"", subject),
                Arguments.of("\"Ada-1\"", "7", subject),
                Arguments.of("\"Ada-1\"", "[\"Ada-1\"]", subject),
                Arguments.of("\"Ada-1\"", "\"Ada-1\\n\"", subject),
                Arguments.of("\"Ada-1\"", "\"" + "a".repeat(256) + "\"", subject),
                Arguments.of("Ada-1", "\u0410da-1", subject),
                // Nobody's login; above all no alias and no subject id, in whatever case.
                Arguments.of("Ada-1", "ada-1", NOBODY),
                Arguments.of("Ada-1", "u-ada", NOBODY),
                Arguments.of("Ada-1", "ada@example.org", NOBODY),
                Arguments.of("Ada-1", new Login(ISSUER, "Ada-1").alias(), NOBODY),
                Arguments.of(
                        "{\"iss\"",
                        "{\"sub\":\"Ove-2\",\"iss\"",
                        "[token] its claims must be one JSON object without a key twice but were not"),
                Arguments.of(
                        "\"sub\"",
                        "\"cnf\":{\"a\":1,\"a\":2},\"sub\"",
                        "[token] its claims must be one JSON object without a key twice but were not"),
                Arguments.of(
                        CLAIMS,
                        "[" + CLAIMS + "]",
                        "[token] its claims must be one JSON object without a key twice but were not"),
                Arguments.of(
                        CLAIMS,
                        CLAIMS + CLAIMS,
                        "[token] its claims must be one JSON object without a key twice but were not"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("claims")
    void aClaimThatIsNotAsItMustBeIsRefused(String from, String to, String message) {
        assertThat(CLAIMS).contains(from);

        assertRefused(signed("ES256", "p256", CLAIMS.replace(from, to)), message);
    }

    @Test
    void clocksMayDifferByTheSkewAndNoMore() throws Exception {
        String exp = "\"exp\":" + (SECOND + 600);
        for (String claims : List.of(
                CLAIMS.replace(exp, "\"exp\":" + (SECOND - 5)),
                CLAIMS.replace(exp, exp + ",\"nbf\":" + (SECOND + 30)),
                CLAIMS.replace("\"iat\":" + (SECOND - 10), "\"iat\":" + (SECOND + 30)))) {
            assertThat(tokens.authenticate(signed("ES256", "p256", claims)).name())
                    .isEqualTo("u-ada");
        }
    }

    @Test
    void aSignatureOfAnybodyElseIsRefused() {
        String header = "{\"alg\":\"ES256\",\"kid\":\"p256\"}";
        KeyPair other = Provider.curve("secp256r1");

        assertRefused(
                Provider.sign("ES256", other.getPrivate(), header, CLAIMS),
                "[token] its signature must be the issuer's but was not");
        assertRefused(
                Provider.sign(
                        "RS256", Provider.rsa(2048, 65_537).getPrivate(), "{\"alg\":\"RS256\",\"kid\":\"r\"}", CLAIMS),
                "[token] its signature must be the issuer's but was not");
    }

    @Test
    void aTokenThatIsChangedAnywhereIsRefused() {
        Token whole = signed("ES256", "p256", CLAIMS);
        String text = whole.text();
        List<String> passed = new ArrayList<>();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '.') {
                String changed = text.substring(0, i) + (text.charAt(i) == 'A' ? 'B' : 'A') + text.substring(i + 1);
                try {
                    tokens.authenticate(Provider.token(changed));
                    passed.add(changed);
                } catch (IdentityRefusedException e) {
                    assertThat(e.getMessage()).startsWith("[token] ");
                }
            }
        }

        assertThat(passed).isEmpty();
    }

    /** Among them the signatures that some verifiers of ECDSA took for everybody's (CVE-2022-21449). */
    @Test
    void aTokenOfAnotherFormIsRefused() {
        String text = signed("ES256", "p256", CLAIMS).text();
        String signed = text.substring(0, text.lastIndexOf('.'));
        for (String bad : List.of(
                signed,
                signed + ".",
                text + ".",
                text + ".x",
                "." + text,
                text.replace('.', ','),
                text + "=",
                text + "A",
                signed + "." + Provider.base64(new byte[64]),
                signed + "." + Provider.base64(new byte[8]),
                signed + "." + Provider.base64(order()),
                "{\"payload\":\"x\",\"signatures\":[]}",
                "e30.e30.e30",
                "x",
                "...",
                "a.b.c.d.e",
                Provider.base64("{\"alg\":\"none\",\"kid\":\"p256\"}") + "." + Provider.base64(CLAIMS) + ".",
                Provider.base64("{\"alg\":\"ES256\",\"kid\":\"p256\"" + " ".repeat(5_000) + "}") + ".e30.e30")) {
            assertThatThrownBy(() -> tokens.authenticate(Provider.token(bad)))
                    .as(bad)
                    .isInstanceOf(IdentityRefusedException.class)
                    .hasMessageStartingWith("[token] ");
        }
        assertThatThrownBy(() -> Token.of("a".repeat(16 * 1024 + 1)))
                .hasMessage("[token] it must have 1 to 16384 characters but had 16385");
    }

    @Test
    void noMessageAndNoTextHoldsAnyOfAToken() {
        String claims = CLAIMS.replace("Ada-1", "canary-of-the-subject").replace("fedmesh", "canary-of-the-audience");
        Token token = signed("ES256", "p256", claims);

        IdentityRefusedException refused =
                catchThrowableOfType(IdentityRefusedException.class, () -> tokens.authenticate(token));

        assertThat(refused.toString()).doesNotContain("canary");
        assertThat(refused.getCause()).isNull();
        assertThat(token.toString()).isEqualTo("Token[***]");
        assertThat(catchThrowableOfType(
                        IdentityRefusedException.class,
                        () -> tokens.authenticate(withHeader("{\"alg\":\"canary\",\"kid\":\"canary\"}"))))
                .message()
                .doesNotContain("canary");
    }

    @Test
    void whoLeavesTheDirectoryIsNobodyAtOnce() {
        OidcTokens gone =
                new OidcTokens(settings(EnumSet.allOf(SigningAlgorithm.class)), keys, () -> NOW, () -> Directory.EMPTY);

        assertThatThrownBy(() -> gone.authenticate(signed("ES256", "p256", CLAIMS)))
                .hasMessage(NOBODY);
    }

    private void assertRefused(Token token, String message) {
        assertThatThrownBy(() -> tokens.authenticate(token))
                .isInstanceOf(IdentityRefusedException.class)
                .hasMessageStartingWith(message);
    }

    /** The order of the group of P-256 as both halves: also no signature. */
    private static byte[] order() {
        byte[] order =
                java.util.HexFormat.of().parseHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
        byte[] both = new byte[64];
        System.arraycopy(order, 0, both, 0, 32);
        System.arraycopy(order, 0, both, 32, 32);
        return both;
    }

    private static Token withHeader(String header) {
        return Provider.sign("ES256", Provider.P256.getPrivate(), header, CLAIMS);
    }

    private static Token signed(String algorithm, String kid, String claims) {
        KeyPair pair = switch (kid) {
            case "r" -> Provider.RSA;
            case "p256" -> Provider.P256;
            default -> Provider.P384;
        };
        return Provider.sign(
                algorithm, pair.getPrivate(), "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + kid + "\"}", claims);
    }

    private OidcTokens tokens(Set<SigningAlgorithm> algorithms) {
        return new OidcTokens(settings(algorithms), keys, () -> NOW, () -> directory);
    }

    private static OidcSettings settings(Set<SigningAlgorithm> algorithms) {
        return new OidcSettings(ISSUER, "fedmesh", algorithms, Duration.ofSeconds(30), Duration.ofHours(1));
    }

    private static Directory.Person person(String subject, String alias) {
        return new Directory.Person(
                subject,
                Set.of(alias, subject.substring(2) + "@example.org"),
                Set.of(Role.CONSUMER),
                Set.of(),
                Set.of());
    }
}
