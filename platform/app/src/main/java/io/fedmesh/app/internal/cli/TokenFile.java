package io.fedmesh.app.internal.cli;

import io.fedmesh.govern.identity.IdentityRefusedException;
import io.fedmesh.govern.identity.Token;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where a person's token comes from: a file of its owner alone, or a variable. */
final class TokenFile {
    private static final String VARIABLE = "MESH_TOKEN";
    private static final String FILE_VARIABLE = "MESH_TOKEN_FILE";
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private TokenFile() {}

    static boolean isShown(Map<String, String> environment) {
        return !text(environment, VARIABLE).isEmpty()
                || !text(environment, FILE_VARIABLE).isEmpty();
    }

    /** The token that the environment shows; of two nobody knows which is meant. */
    static Optional<Token> shown(Map<String, String> environment) throws IdentityRefusedException {
        String token = text(environment, VARIABLE);
        String file = text(environment, FILE_VARIABLE);
        if (!token.isEmpty() && !file.isEmpty()) {
            throw new CommandException(
                    Cli.USAGE, "mesh: " + VARIABLE + " or " + FILE_VARIABLE + " must be set but both were");
        }
        if (!file.isEmpty()) {
            return Optional.of(read(Path.of(file)));
        }
        return token.isEmpty() ? Optional.empty() : Optional.of(Token.of(token));
    }

    /** The token of a file that nobody but its owner may read; a line break at its end does not count. */
    static Token read(Path file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.stream().anyMatch(OTHERS::contains)) {
                throw new CommandException(
                        Cli.FAILED,
                        "mesh: [" + file + "] a token must be its owner's alone (chmod 600) but was "
                                + PosixFilePermissions.toString(permissions));
            }
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(Token.MAX_CHARACTERS + 3);
            }
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            return Token.of(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
        } catch (IOException e) {
            throw new CommandException(
                    Cli.FAILED,
                    "mesh: [" + file + "] the token must be readable but was not: "
                            + e.getClass().getSimpleName());
        } catch (IdentityRefusedException e) {
            throw new CommandException(Cli.FAILED, "mesh: [" + file + "] " + e.getMessage());
        }
    }

    private static String text(Map<String, String> environment, String variable) {
        return environment.getOrDefault(variable, "");
    }
}
