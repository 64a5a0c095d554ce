package io.fedmesh.app.internal.localmesh;

import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.identity.IdentityRefusedException;
import io.fedmesh.govern.identity.LocalTokens;
import io.fedmesh.govern.identity.Token;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The persons of the mesh on this machine: each has a token in a file that the owner of the home alone reads, and the mesh keeps
 * its hash. A file that is deleted is a token that ends at the next start, which makes another.
 */
final class LocalPeople {
    private static final String ENDING = ".token";

    private final MeshHome home;
    private final RandomGenerator random;

    /** @param random of cryptographic strength */
    LocalPeople(MeshHome home, RandomGenerator random) {
        this.home = home;
        this.random = random;
    }

    /** Gives a token to everybody who has none, and takes those of whoever is gone. */
    void prepare(Directory directory) {
        Set<String> subjects = directory.people().keySet();
        home.make(MeshHome.TOKENS);
        forget(subjects);
        Map<String, String> hashes = new TreeMap<>();
        for (String subject : subjects) {
            hashes.put(subject, LocalTokens.hash(token(file(subject))));
        }
        home.write(home.tokenHashes(), LocalTokens.text(hashes));
    }

    private Path file(String subject) {
        return home.tokens().resolve(subject + ENDING);
    }

    private Token token(Path file) {
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                home.write(file, LocalTokens.clear(LocalTokens.make(random)) + "\n");
            }
            return Token.of(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException("[" + file + "] a token must be readable but was not", e);
        } catch (IdentityRefusedException e) {
            throw new IllegalStateException(
                    "[" + file + "] must hold a token, delete it for a new one; " + e.getMessage());
        }
    }

    private void forget(Set<String> subjects) {
        Set<String> kept = subjects.stream().map(subject -> subject + ENDING).collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(home.tokens())) {
            List<Path> gone = files.filter(file -> name(file).endsWith(ENDING))
                    .filter(file -> !kept.contains(name(file)))
                    .toList();
            for (Path file : gone) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("[" + home.tokens() + "] must be a folder of ours but was not", e);
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
