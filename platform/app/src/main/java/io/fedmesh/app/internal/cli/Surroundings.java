package io.fedmesh.app.internal.cli;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What every command is given.
 *
 * @param environment variables of the process
 * @param root folder that holds {@code domains/} and {@code schemas/}
 */
record Surroundings(Console console, Map<String, String> environment, Path root) {
    /** The contracts of the root, or a command's failure that lists every problem. */
    Contracts contracts() {
        requireRepository();
        try {
            return Contracts.load(root);
        } catch (InvalidContractsException e) {
            throw new CommandException(
                    Cli.FAILED,
                    e.problems().stream().map(Problem::toString).collect(Collectors.joining("\n")) + "\n"
                            + count(e.problems().size(), "problem"));
        }
    }

    /** Ends the command where the root holds no domains at all. */
    void requireRepository() {
        if (!Files.isDirectory(root.resolve("domains"))) {
            throw new CommandException(
                    Cli.USAGE,
                    "mesh: [" + root
                            + "] must hold 'domains/' and 'schemas/' but does not; use ./mesh of the repository");
        }
    }

    static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
