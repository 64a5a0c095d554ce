package io.fedmesh.app.internal.cli;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.Problem;
import io.fedmesh.contract.Review;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.PeopleFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
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
            throw refusal(e.problems());
        }
    }

    /**
     * The contracts of the root, if nothing is wrong with the repository on that day, no policy refuses a product and no waiver
     * has ended; or a command's failure that lists all of it.
     */
    Contracts allowed(LocalDate today) {
        requireRepository();
        Review review = Reviews.of(root, today);
        if (!review.isAllowed()) {
            throw refusal(Reviews.refusals(review));
        }
        return review.contracts();
    }

    /** Who there is and what there is to ask for, or a command's failure that lists every problem. */
    Directory directory(Contracts contracts) {
        try {
            return PeopleFile.load(root, contracts);
        } catch (InvalidContractsException e) {
            throw refusal(e.problems());
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

    private static CommandException refusal(List<Problem> problems) {
        return new CommandException(
                Cli.FAILED,
                problems.stream().map(Problem::toString).collect(Collectors.joining("\n")) + "\n"
                        + count(problems.size(), "problem"));
    }

    static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
