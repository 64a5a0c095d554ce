package io.fedmesh.app.internal.localmesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.Role;
import io.fedmesh.govern.identity.LocalTokens;
import io.fedmesh.govern.identity.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPeopleTest {
    @TempDir
    private Path folder;

    private MeshHome home = new MeshHome(Path.of(""));
    private LocalPeople people = new LocalPeople(home, new Random(1));

    @BeforeEach
    void atHome() {
        home = new MeshHome(folder.resolve("home"));
        people = new LocalPeople(home, new Random(1));
    }

    @Test
    void everybodyHasATokenOfItsOwnerAloneAndTheMeshKeepsItsHash() throws Exception {
        people.prepare(directory("u-ada", "u-ove"));

        String kept = Files.readString(home.tokenHashes());
        LocalTokens tokens = new LocalTokens(LocalTokens.hashes(kept), () -> directory("u-ada", "u-ove"));
        for (String subject : List.of("u-ada", "u-ove")) {
            Path file = home.tokens().resolve(subject + ".token");
            String clear = Files.readString(file).strip();
            assertThat(tokens.authenticate(Token.of(clear)).name()).isEqualTo(subject);
            assertThat(kept).doesNotContain(clear);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.tokens())))
                .isEqualTo("rwx------");
    }

    @Test
    void aTokenStaysAndOneThatIsDeletedIsAnother() throws Exception {
        people.prepare(directory("u-ada", "u-ove"));
        String ada = token("u-ada");
        String ove = token("u-ove");
        Files.delete(home.tokens().resolve("u-ove.token"));

        people.prepare(directory("u-ada", "u-ove"));

        assertThat(token("u-ada")).isEqualTo(ada);
        assertThat(token("u-ove")).isNotEqualTo(ove);
        assertThat(Files.readString(home.tokenHashes()))
                .contains(LocalTokens.hash(Token.of(ada)))
                .doesNotContain(LocalTokens.hash(Token.of(ove)));
    }

    @Test
    void whoIsGoneHasNoTokenAnyMore() throws Exception {
        people.prepare(directory("u-ada", "u-ove"));

        people.prepare(directory("u-ove"));

        try (Stream<Path> files = Files.list(home.tokens())) {
            assertThat(files).containsExactly(home.tokens().resolve("u-ove.token"));
        }
        assertThat(Files.readString(home.tokenHashes())).startsWith("u-ove ").hasLineCount(1);
    }

    @Test
    void aFileThatHoldsNoTokenIsNamedAndNotShown() throws Exception {
        people.prepare(directory("u-ada"));
        Path file = home.tokens().resolve("u-ada.token");
        Files.writeString(file, "two words");

        assertThatThrownBy(() -> people.prepare(directory("u-ada")))
                .hasMessage("[" + file + "] must hold a token, delete it for a new one;"
                        + " [token] it must be of visible ASCII characters but was not");
    }

    private String token(String subject) throws IOException {
        return Files.readString(home.tokens().resolve(subject + ".token")).strip();
    }

    private static Directory directory(String... subjects) {
        return new Directory(
                Arrays.stream(subjects)
                        .map(subject ->
                                new Directory.Person(subject, Set.of(), Set.of(Role.OPERATOR), Set.of(), Set.of()))
                        .toList(),
                List.of(),
                List.of());
    }
}
