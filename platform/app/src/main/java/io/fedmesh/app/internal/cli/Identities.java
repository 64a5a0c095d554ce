package io.fedmesh.app.internal.cli;

import io.fedmesh.app.internal.config.MeshConfig;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.identity.Authenticator;
import io.fedmesh.govern.identity.LocalTokens;
import io.fedmesh.govern.identity.OidcTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Supplier;

/** The configured way to prove who somebody is. */
final class Identities {
    private static final int MAX_HASH_BYTES = 16 << 20;

    private Identities() {}

    /** @param directory who there is now */
    static Authenticator authenticator(MeshConfig.Identity identity, Supplier<Directory> directory) {
        MeshConfig.Oidc oidc = identity.oidc();
        return oidc == null
                ? local(Objects.requireNonNull(identity.local()), directory)
                : new OidcTokens(oidc.settings(), oidc.source(), Clock.systemUTC(), directory);
    }

    /** Whether whoever reads the mesh's own files is its operator: no identity provider says who is. */
    static boolean isOneMachines(MeshConfig config) {
        MeshConfig.Identity identity = config.identity();
        return identity == null || identity.local() != null;
    }

    private static Authenticator local(MeshConfig.LocalTokens local, Supplier<Directory> directory) {
        Path file = local.hashes();
        try {
            if (Files.size(file) > MAX_HASH_BYTES) {
                throw new IllegalArgumentException("it has more than " + MAX_HASH_BYTES + " bytes");
            }
            return new LocalTokens(LocalTokens.hashes(Files.readString(file)), directory);
        } catch (IOException e) {
            throw new CommandException(
                    Cli.FAILED,
                    "mesh: [" + file + "] the hashes of tokens must be readable but were not: "
                            + e.getClass().getSimpleName());
        } catch (IllegalArgumentException e) {
            throw new CommandException(
                    Cli.FAILED, "mesh: [" + file + "] must hold hashes of tokens but did not: " + e.getMessage());
        }
    }
}
