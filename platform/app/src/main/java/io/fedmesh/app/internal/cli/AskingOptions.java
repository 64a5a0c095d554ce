package io.fedmesh.app.internal.cli;

import io.fedmesh.contract.Contracts;
import io.fedmesh.govern.agreement.Directory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who reads a product's data, and why: a person by agreement, or the one who runs the mesh on this machine. */
final class AskingOptions {
    private static final String LOOKING = "interactive query";

    @Mixin
    ActingOption acting = new ActingOption();

    @Option(
            names = "--purpose",
            paramLabel = "TEXT",
            description = "Why: the very purpose of the agreement by which somebody reads, or why an auditor looks.")
    @Nullable
    String purpose;

    Reading.Asker asker(Surroundings surroundings, Contracts contracts, Reading reading) {
        if (!acting.isGiven(surroundings)) {
            if (!Identities.isOneMachines(reading.connections().config())) {
                throw new CommandException(Cli.USAGE, "mesh: --as must say who reads but was not given");
            }
            return reading.operator(purpose == null ? LOOKING : purpose);
        }
        if (purpose == null || purpose.isBlank()) {
            throw new CommandException(
                    Cli.USAGE,
                    "mesh: --purpose must be that of an agreement, or why an auditor looks, but was not given");
        }
        Directory directory = surroundings.directory(contracts);
        return reading.byAgreement(
                acting.principal(surroundings, reading.connections().config(), directory), purpose, directory);
    }
}
