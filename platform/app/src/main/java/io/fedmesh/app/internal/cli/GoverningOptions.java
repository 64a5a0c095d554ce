package io.fedmesh.app.internal.cli;

import io.fedmesh.app.internal.localmesh.HomeConsumers;
import io.fedmesh.app.internal.process.Connections;
import io.fedmesh.app.internal.process.Governed;
import io.fedmesh.app.internal.process.InstalledDirectory;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.Problem;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.ProvisioningException;
import io.fedmesh.govern.ProvisioningSettings;
import io.fedmesh.govern.agreement.Directory;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which mesh is governed, and what its cluster decides about topics. */
final class GoverningOptions {
    @Mixin
    ReadingOptions reading = new ReadingOptions();

    @Option(
            names = "--replication-factor",
            paramLabel = "N",
            description = "Copies of every topic; default: 3, or 1 on this machine.")
    @Nullable
    Short replicationFactor;

    @Option(
            names = "--min-in-sync",
            paramLabel = "N",
            description = "Copies that must hold a write before it counts; default: 2, or 1 on this machine.")
    @Nullable
    Integer minInSyncReplicas;

    /** Asks something of the mesh as its operator, and lets go of it. */
    <T> T ask(Surroundings surroundings, Function<Governed, T> question) {
        return ask(surroundings, surroundings.contracts(), InstalledDirectory::firstOperator, question);
    }

    /** As {@link #ask}, but of a repository that {@code validate} lets go on today. */
    <T> T askAllowed(Surroundings surroundings, Function<Governed, T> question) {
        return ask(surroundings, allowed(surroundings), InstalledDirectory::firstOperator, question);
    }

    /** The contracts, if {@code validate} lets them go on today; or the command's failure. */
    Contracts allowed(Surroundings surroundings) {
        return surroundings.allowed(LocalDate.ofInstant(Clock.systemUTC().instant(), ZoneOffset.UTC));
    }

    /** As {@link #ask}, of contracts that are read already, where the directory may have to be installed. */
    <T> T ask(
            Surroundings surroundings,
            Contracts contracts,
            InstalledDirectory.Installer installer,
            Function<Governed, T> question) {
        Directory directory = surroundings.directory(contracts);
        try (Reading open = reading.open(surroundings, contracts);
                Governed governed = Governed.open(
                        open.connections(),
                        contracts,
                        settings(surroundings),
                        directory,
                        installer,
                        users(surroundings, open.connections(), directory))) {
            return question.apply(governed);
        } catch (ProvisioningException e) {
            throw new CommandException(Cli.FAILED, "mesh: " + e.getMessage());
        } catch (InvalidContractsException e) {
            throw new CommandException(
                    Cli.FAILED, e.problems().stream().map(Problem::toString).collect(Collectors.joining("\n")));
        }
    }

    /** On this machine who is new gets a user at once; elsewhere the platform makes users. */
    private Governed.Users users(Surroundings surroundings, Connections connections, Directory directory) {
        if (!reading.isThisMachine(surroundings)) {
            return Governed.Users.ELSEWHERE;
        }
        HomeConsumers consumers = new HomeConsumers(
                reading.homeOption.homeToAsk(surroundings),
                directory,
                connections.kafka(DesiredState.OPERATOR).bootstrap(),
                connections.config().registry().url().toString());
        return new Governed.Users() {
            @Override
            public Set<String> others() {
                return consumers.principals();
            }

            @Override
            public void make(String user, Admin operator) {
                consumers.maker(operator).accept(user);
            }
        };
    }

    ProvisioningSettings settings(Surroundings surroundings) {
        boolean isOne = reading.isThisMachine(surroundings);
        short copies = replicationFactor == null ? (short) (isOne ? 1 : 3) : replicationFactor;
        int inSync = minInSyncReplicas == null ? (isOne ? 1 : 2) : minInSyncReplicas;
        try {
            return new ProvisioningSettings(copies, inSync);
        } catch (IllegalArgumentException e) {
            throw new CommandException(Cli.USAGE, "mesh: " + e.getMessage());
        }
    }
}
