package io.fedmesh.local.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
    @TempDir
    Path temp;

    private Home home;

    @BeforeEach
    void open() {
        home = Home.open(temp.resolve("home"), new SecureRandom());
    }

    @Test
    void foldersAndFilesAreTheOwnersAlone() throws IOException {
        assertThat(permissions(home.root())).isEqualTo("rwx------");
        assertThat(permissions(home.folder("a", "b"))).isEqualTo("rwx------");
        assertThat(permissions(home.secretFile("x"))).isEqualTo("rw-------");
    }

    @Test
    void aSecretIsMadeOnceAndHas256Bits() {
        assertThat(home.hasSecret("x")).isFalse();
        String secret = home.secret("x");

        assertThat(home.hasSecret("x")).isTrue();
        assertThat(java.util.Base64.getUrlDecoder().decode(secret)).hasSize(32);
        assertThat(Home.open(home.root(), new SecureRandom()).secret("x")).isEqualTo(secret);
        assertThat(home.secret("y")).isNotEqualTo(secret);
    }

    @Test
    void aPortIsRememberedUntilAnotherTakesIt() throws IOException {
        int port = home.port("part");

        assertThat(home.port("part")).isEqualTo(port);
        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(home.port("part")).isNotEqualTo(other.getLocalPort());
        }
    }

    @Test
    void aPortThatAnotherPartOfTheHomeRemembersIsNotGivenAgainThoughNobodyListens() {
        SecureRandom twiceTheSame = new SecureRandom() {
            private static final long serialVersionUID = 1L;
            private int calls;

            @Override
            public int nextInt(int bound) {
                return calls++ / 2;
            }
        };
        Home other = Home.open(temp.resolve("other"), twiceTheSame);

        int first = other.port("a");
        int second = other.port("b");
        int third = other.port("c");

        assertThat(first).isNotEqualTo(second);
        assertThat(third).isNotEqualTo(first).isNotEqualTo(second);
    }

    @Test
    void portsOfPartsThatDoNotRunAreKnownWithoutOpeningTheHome() {
        int port = home.port("part.side");

        assertThat(Home.portsOfStoppedParts(home.root())).isEqualTo(Map.of("part.side", port));
        assertThat(Home.portsOfStoppedParts(temp.resolve("none"))).isEmpty();
        assertThat(temp.resolve("none")).doesNotExist();
    }

    @Test
    void aPartIsLockedUntilItIsUnlocked() {
        FileChannel lock = home.lock("part");

        assertThatThrownBy(() -> home.lock("part"))
                .hasMessage("[local] part must not run yet in " + home.root()
                        + " but was started by another process or twice by this one");
        Home.unlock(lock);
        Home.unlock(home.lock("part"));
    }

    @Test
    void aWriteReplacesTheWholeFileAndLeavesNoSibling() throws IOException {
        Path file = home.folder("a").resolve("f");
        home.write(file, "long content");
        home.write(file, "short");

        assertThat(file).hasContent("short");
        assertThat(permissions(file)).isEqualTo("rw-------");
        try (var files = Files.list(home.folder("a"))) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void anIdThatLeavesItsFolderIsRefused() {
        assertThatThrownBy(() -> home.secret("../x"))
                .hasMessage("[local] id must match [A-Za-z0-9][A-Za-z0-9._-]{0,99} but was '../x'");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
