package io.fedmesh.govern.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The issuer's keys: which count, and how often they are read. */
class KnownKeysTest {
    private final Provider.Keys source = new Provider.Keys(Provider.keys(Provider.jwk("a", Provider.P256, "")));
    private Instant now = Instant.parse("2026-11-26T08:00:00Z");
    private final KnownKeys known = new KnownKeys(source, () -> now);

    @Test
    void keysAreReadOnceInTenMinutes() throws Exception {
        for (int i = 0; i < 100; i++) {
            assertThat(known.keys("a").has("a")).isTrue();
        }
        assertThat(source.reads).isEqualTo(1);

        pass(Duration.ofMinutes(10));
        known.keys("a");
        assertThat(source.reads).isEqualTo(2);
    }

    @Test
    void aNewKeyIsFoundAndUnknownOnesAreAskedForTwiceAMinuteAtMost() throws Exception {
        known.keys("a");
        source.answer = Provider.keys(Provider.jwk("a", Provider.P256, ""), Provider.jwk("b", Provider.P384, ""));
        for (int i = 0; i < 100; i++) {
            assertThat(known.keys("b").has("b")).isFalse();
        }
        assertThat(source.reads).isEqualTo(1);

        pass(Duration.ofSeconds(30));
        assertThat(known.keys("b").has("b")).isTrue();
        for (int i = 0; i < 100; i++) {
            known.keys("no such " + i);
        }
        assertThat(source.reads).isEqualTo(2);
    }

    @Test
    void aKeyThatTheIssuerTookBackIsGoneAtTheNextRead() throws Exception {
        known.keys("a");
        source.answer = Provider.keys(Provider.jwk("b", Provider.P384, ""));

        pass(Duration.ofMinutes(10));

        assertThat(known.keys("a").has("a")).isFalse();
    }

    @Test
    void inAnOutageOldKeysHoldForAnHourAndNoLonger() throws Exception {
        known.keys("a");
        source.isDown = true;

        pass(Duration.ofMinutes(59));
        assertThat(known.keys("a").has("a")).isTrue();
        pass(Duration.ofMinutes(1));
        assertThatThrownBy(() -> known.keys("a"))
                .isInstanceOf(IdentityRefusedException.class)
                .hasMessage("[keys] those of the issuer must be known but are not");

        source.isDown = false;
        assertThatThrownBy(() -> known.keys("a"))
                .as("not asked again at once")
                .isInstanceOf(IdentityRefusedException.class);
        pass(Duration.ofSeconds(30));
        assertThat(known.keys("a").has("a")).isTrue();
    }

    @Test
    void whatIsNoSetOfKeysTakesNoPlace() throws Exception {
        known.keys("a");
        pass(Duration.ofMinutes(10));
        source.answer = "<html>".getBytes(StandardCharsets.UTF_8);

        assertThat(known.keys("a").has("a")).isTrue();
    }

    @Test
    void aClockThatGoesBackMakesNothingFresh() throws Exception {
        known.keys("a");
        source.isDown = true;

        pass(Duration.ofDays(-1));

        assertThatThrownBy(() -> known.keys("a")).hasMessage("[keys] those of the issuer must be known but are not");
    }

    @Test
    void aKeyThatIsOfNoUseIsNotAmongThem() {
        String good = Provider.jwk("good", Provider.P256, "");
        for (String bad : List.of(
                Provider.jwk("bad", Provider.rsa(1024, 65_537), ""),
                Provider.jwk("bad", Provider.rsa(2048, 3), ""),
                Provider.jwk("bad", Provider.P256, "\"use\":\"enc\""),
                Provider.jwk("bad", Provider.P256, "\"key_ops\":[\"sign\"]"),
                Provider.jwk("bad", Provider.P256, "\"d\":\"AAAA\""),
                Provider.jwk("bad", Provider.P256, "").replaceAll("\"y\":\"[^\"]{4}", "\"y\":\"AAAA"), // off the curve
                Provider.jwk("bad", Provider.P256, "").replace("P-256", "secp256k1"),
                Provider.jwk("bad", Provider.P256, "").replace("\"kid\":\"bad\",", ""),
                "{\"kty\":\"oct\",\"kid\":\"bad\",\"k\":\"c2VjcmV0\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"bad\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
                "{\"kty\":\"RSA\",\"kid\":\"bad\",\"n\":\"AQ\",\"e\":\"AQAB\"}",
                "{\"kty\":\"RSA\",\"kid\":\"bad\"}",
                "{\"kid\":\"bad\"}",
                "{\"kty\":7,\"kid\":\"bad\"}",
                "7",
                "null")) {
            KeySet keys = KeySet.parse(Provider.keys(good, bad)).orElseThrow();
            assertThat(keys.has("bad")).as(bad).isFalse();
            assertThat(keys.has("good")).as(bad).isTrue();
        }
    }

    @Test
    void anIdOfTwoKeysIsNobodys() {
        KeySet keys = KeySet.parse(Provider.keys(
                        Provider.jwk("a", Provider.P256, ""),
                        Provider.jwk("a", Provider.P384, ""),
                        Provider.jwk("a", Provider.P256, "")))
                .orElseThrow();

        assertThat(keys.has("a")).isFalse();
    }

    @Test
    void whatIsNoSetIsNone() {
        for (String bad : List.of(
                "",
                "[]",
                "{}",
                "{\"keys\":{}}",
                "{\"keys\":[],\"keys\":[]}",
                "{\"keys\":[" + "{},".repeat(100) + "{}]}",
                "{\"keys\":[]} x")) {
            assertThat(KeySet.parse(bad.getBytes(StandardCharsets.UTF_8)))
                    .as(bad)
                    .isEmpty();
        }
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }
}
