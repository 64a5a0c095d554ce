package io.fedmesh.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalKeyringTest {
    @TempDir
    Path temp;

    @Test
    void aKeyHas256BitsAndStaysTheSame() {
        byte[] key = LocalKeyring.open(temp).key("lake/master");

        assertThat(key).hasSize(32);
        assertThat(LocalKeyring.open(temp).key("lake/master")).isEqualTo(key);
        assertThat(LocalKeyring.open(temp).key("other")).isNotEqualTo(key);
    }

    @Test
    void aCallersCopyIsItsOwn() {
        LocalKeyring keyring = LocalKeyring.open(temp);
        byte[] key = keyring.key("a");
        byte[] before = key.clone();
        key[0] ^= 1;

        assertThat(keyring.key("a")).isEqualTo(before);
    }

    @Test
    void theFileIsItsOwnersAlone() throws IOException {
        LocalKeyring.open(temp).key("a");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void manyThatAskAtOnceGetTheSameKey() {
        List<CompletableFuture<byte[]>> asked = IntStream.range(0, 16)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> LocalKeyring.open(temp).key("a")))
                .toList();

        assertThat(asked.stream().map(CompletableFuture::join).map(java.util.HexFormat.of()::formatHex))
                .hasSize(16)
                .containsOnly(java.util.HexFormat.of()
                        .formatHex(LocalKeyring.open(temp).key("a")));
    }

    @Test
    void aDamagedFileIsRefusedAndNeverReplaced() throws IOException {
        LocalKeyring.open(temp).key("a");
        Files.writeString(file(), "{\"a\":");

        assertThatThrownBy(() -> LocalKeyring.open(temp).key("b"))
                .isInstanceOf(IllegalStateException.class)
                .hasNoCause()
                .hasMessage("[keyring] file must be one JSON object of keys but was damaged: " + file());
        assertThat(file()).hasContent("{\"a\":");
    }

    @Test
    void aShortKeyIsRefused() throws IOException {
        LocalKeyring.open(temp).key("a");
        Files.writeString(file(), "{\"a\":\"AAAA\"}");

        assertThatThrownBy(() -> LocalKeyring.open(temp).key("a"))
                .hasMessage("[keyring] key 'a' must have 32 bytes but had 3: " + file());
    }

    @Test
    void aBadIdIsRefused() {
        assertThatThrownBy(() -> LocalKeyring.open(temp).key("a b"))
                .hasMessage("[keyring] key id must match [A-Za-z0-9][A-Za-z0-9._/-]{0,199} but was 'a b'");
    }

    private Path file() throws IOException {
        return temp.toRealPath().resolve("keyring/keys.json");
    }
}
