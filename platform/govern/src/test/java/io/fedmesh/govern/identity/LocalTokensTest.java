package io.fedmesh.govern.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LocalTokensTest {
    private static final long SEED = 20_261_126L;

    private final Random random = new Random(SEED);
    private final Directory directory = directory("u-ada", "u-ove");

    @Test
    void aTokenIsItsPersons() throws Exception {
        Token ada = LocalTokens.make(random);
        Token ove = LocalTokens.make(random);
        LocalTokens tokens = new LocalTokens(
                LocalTokens.hashes(
                        LocalTokens.text(Map.of("u-ada", LocalTokens.hash(ada), "u-ove", LocalTokens.hash(ove)))),
                () -> directory);

        assertThat(tokens.authenticate(ada).name()).isEqualTo("u-ada");
        assertThat(tokens.authenticate(ove).name()).isEqualTo("u-ove");
    }

    @Test
    void anythingElseIsNobodys() throws Exception {
        Token ada = LocalTokens.make(random);
        String clear = LocalTokens.clear(ada);
        String hash = LocalTokens.hash(ada);
        LocalTokens tokens = new LocalTokens(Map.of("u-ada", hash), () -> directory);
        List<String> others = new ArrayList<>(List.of(
                hash, // who reads what the mesh keeps is nobody
                clear + "A",
                clear.substring(1),
                clear.toUpperCase(java.util.Locale.ROOT),
                clear + "=",
                "u-ada",
                "null",
                "x"));
        for (int i = 0; i < clear.length(); i++) {
            others.add(clear.substring(0, i) + (clear.charAt(i) == 'x' ? 'y' : 'x') + clear.substring(i + 1));
        }

        for (String other : others) {
            Token token = Token.of(other);
            assertThatThrownBy(() -> tokens.authenticate(token))
                    .isInstanceOf(IdentityRefusedException.class)
                    .hasMessage("[token] it must be a person's but was nobody's");
        }
    }

    @Test
    void whoIsGoneFromTheDirectoryIsNobodyThoughTheTokenIsRight() {
        Token ada = LocalTokens.make(random);
        LocalTokens tokens = new LocalTokens(Map.of("u-ada", LocalTokens.hash(ada)), () -> directory("u-ove"));

        assertThatThrownBy(() -> tokens.authenticate(ada))
                .hasMessage("[token] whose it is must be a person of the directory but is not");
    }

    @Test
    void aTokenHas256BitsAndNoTwoAreAlike() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            String clear = LocalTokens.clear(LocalTokens.make(random));
            assertThat(clear).matches("[A-Za-z0-9_-]{43}");
            assertThat(seen.add(clear)).isTrue();
        }
    }

    @Test
    void aTokenPrintsAsNothingAndNoMessageHoldsIt() throws Exception {
        Token token = LocalTokens.make(random);
        LocalTokens tokens = new LocalTokens(Map.of(), () -> directory);

        assertThat(token).hasToString("Token[***]");
        assertThatThrownBy(() -> tokens.authenticate(token))
                .message()
                .doesNotContain(LocalTokens.clear(token))
                .doesNotContain(LocalTokens.hash(token));
        for (String bad : List.of("", "a b", "a\n", "s\u00e9cret", "\u0000", "x".repeat(16 * 1024 + 1))) {
            assertThatThrownBy(() -> Token.of(bad))
                    .isInstanceOf(IdentityRefusedException.class)
                    .hasMessageStartingWith("[token] it must ")
                    .message()
                    .doesNotContain("cret");
        }
    }

    @Test
    void aFileOfHashesIsReadStrictly() {
        String hash = LocalTokens.hash(LocalTokens.make(random));

        assertThat(LocalTokens.hashes("u-ada " + hash + "\n")).containsExactly(Map.entry("u-ada", hash));
        for (String bad : List.of(
                "u-ada  " + hash,
                "U-ADA " + hash,
                "u-ada " + hash.toUpperCase(java.util.Locale.ROOT),
                "u-ada " + hash.substring(1),
                " u-ada " + hash,
                "u-ada " + hash + "\nu-ada " + hash,
                "u-ada " + hash + "\nu-ove " + hash,
                "* " + hash)) {
            assertThatThrownBy(() -> LocalTokens.hashes(bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("line ");
        }
    }

    private static Directory directory(String... subjects) {
        return new Directory(
                java.util.Arrays.stream(subjects)
                        .map(subject ->
                                new Directory.Person(subject, Set.of(), Set.of(Role.CONSUMER), Set.of(), Set.of()))
                        .toList(),
                List.of(),
                List.of());
    }
}
