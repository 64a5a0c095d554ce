package io.fedmesh.app.internal.cli;

import io.fedmesh.app.internal.config.MeshConfig;
import io.fedmesh.contract.Contracts;
import io.fedmesh.govern.Decision;
import io.fedmesh.govern.Permissions;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.identity.Authenticator;
import io.fedmesh.govern.identity.IdentityRefusedException;
import io.fedmesh.govern.identity.Token;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Who runs a command. Whoever is named must be proven by a token: that of {@code MESH_TOKEN} or {@code MESH_TOKEN_FILE}, or, for
 * a person named with {@code --as} on a mesh of one machine, the one that lies in its home. A token alone says who as well;
 * together they must say the same.
 */
final class ActingOption {
    @Option(
            names = "--as",
            paramLabel = "WHO",
            description = "The person who acts, by subject id or alias; proven by MESH_TOKEN_FILE or MESH_TOKEN, or by"
                    + " the token that a mesh on this machine keeps for it.")
    @Nullable
    String who;

    /** Whether anybody is named, or shows a token. */
    boolean isGiven(Surroundings surroundings) {
        return who != null || TokenFile.isShown(surroundings.environment());
    }

    /** Who acts, by its subject id: proven, and a person of the repository's people. Or the command's failure. */
    Principal principal(Surroundings surroundings, ReadingOptions options) {
        Contracts contracts = surroundings.contracts();
        try (Reading reading = options.open(surroundings, contracts)) {
            return principal(surroundings, reading.connections().config(), surroundings.directory(contracts));
        }
    }

    /**
     * The same.
     *
     * @param config says how somebody proves who it is
     * @param directory who there is
     */
    Principal principal(Surroundings surroundings, MeshConfig config, Directory directory) {
        MeshConfig.Identity identity = config.identity();
        if (identity == null) {
            throw refusal("[identity] the mesh's configuration must say how persons prove who they are but does not");
        }
        @Nullable
        Path tokens = identity.local() == null ? null : identity.local().tokens();
        try {
            Token token = TokenFile.shown(surroundings.environment())
                    .or(() -> kept(tokens, directory))
                    .orElseThrow(() -> missing(tokens));
            Authenticator authenticator = Identities.authenticator(identity, () -> directory);
            Principal principal = authenticator.authenticate(token);
            if (who != null && !directory.subject(who).equals(Optional.of(principal.name()))) {
                throw refusal("[--as] '" + who + "' must be whose token is shown but is not");
            }
            return principal;
        } catch (IdentityRefusedException e) {
            throw refusal(String.valueOf(e.getMessage()));
        }
    }

    /** Who acts, if its roles allow what is done to the mesh; or the command's failure. */
    Principal demand(Permissions.Operation what, Surroundings surroundings, ReadingOptions options) {
        return demand(what, "", surroundings, options);
    }

    /**
     * Who acts, if its roles allow what is done to a domain's data; or the command's failure. Where nobody is named, it is the
     * person at the machine: of a mesh that knows no persons but by their own files, that is its operator and nobody else.
     */
    Principal demand(Permissions.Operation what, String domain, Surroundings surroundings, ReadingOptions options) {
        Contracts contracts = surroundings.contracts();
        try (Reading reading = options.open(surroundings, contracts)) {
            MeshConfig config = reading.connections().config();
            if (!isGiven(surroundings) && Identities.isOneMachines(config)) {
                Principal operator = ReadingOptions.operator(surroundings);
                if (what.roles().contains(io.fedmesh.govern.agreement.Role.OPERATOR)) {
                    return operator;
                }
                throw refusal("[--as] who may " + what + " must be named, " + what.roles() + ", but nobody was");
            }
            Directory directory = surroundings.directory(contracts);
            Principal principal = principal(surroundings, config, directory);
            Decision decision = Permissions.decide(directory, principal, what, domain);
            if (!decision.allowed()) {
                throw refusal("[" + principal + "] " + String.join("; ", decision.reasons()));
            }
            return principal;
        }
    }

    private Optional<Token> kept(@Nullable Path tokens, Directory directory) {
        if (who == null || tokens == null) {
            return Optional.empty();
        }
        String subject = directory
                .subject(who)
                .orElseThrow(() -> refusal("[people.yaml] '" + who + "' must be a person but is nobody"));
        return Optional.of(TokenFile.read(tokens.resolve(subject + ".token")));
    }

    private CommandException missing(@Nullable Path tokens) {
        String what = who != null
                ? "[MESH_TOKEN_FILE] who acts as '" + who + "' must show a token but did not"
                : tokens == null
                        ? "[MESH_TOKEN_FILE] who acts must show a token but did not"
                        : "--as must say who acts but was not given";
        return new CommandException(Cli.USAGE, "mesh: " + what);
    }

    private static CommandException refusal(String message) {
        return new CommandException(Cli.FAILED, "mesh: " + message);
    }
}
