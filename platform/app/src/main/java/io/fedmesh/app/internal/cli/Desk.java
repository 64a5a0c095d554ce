package io.fedmesh.app.internal.cli;

import io.fedmesh.app.internal.process.Connections;
import io.fedmesh.app.internal.process.Evidence;
import io.fedmesh.app.internal.process.Governance;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.agreement.Action;
import io.fedmesh.govern.agreement.Agreement;
import io.fedmesh.govern.agreement.Command;
import io.fedmesh.govern.agreement.CommandRefusedException;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.GovernanceImage;
import io.fedmesh.govern.agreement.GovernanceLogException;
import io.fedmesh.govern.audit.AuditUnavailableException;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

/** Where agreements are asked for, decided and looked at: what is wrong ends the command with words for a person. One thread. */
final class Desk implements AutoCloseable {
    private final Governance governance;
    private final Evidence evidence;
    private final String who;
    private final Clock clock = Clock.systemUTC();

    private Desk(Governance governance, Evidence evidence, String who) {
        this.governance = governance;
        this.evidence = evidence;
        this.who = who;
    }

    /** For somebody who acts, or the command's failure where it is not proven who. */
    static Desk open(Surroundings surroundings, ReadingOptions options, ActingOption acting) {
        Contracts contracts = surroundings.contracts();
        try (Reading reading = options.open(surroundings, contracts)) {
            Connections connections = reading.connections();
            String who = acting.principal(surroundings, connections.config(), surroundings.directory(contracts))
                    .name();
            return new Desk(Governance.open(connections), evidence(connections), who);
        }
    }

    /** For somebody who only looks. */
    static Desk toLook(Surroundings surroundings, ReadingOptions options) {
        try (Reading reading = options.open(surroundings, surroundings.contracts())) {
            Connections connections = reading.connections();
            return new Desk(Governance.open(connections, DesiredState.READER), evidence(connections), "");
        }
    }

    /** What the mesh that is meant says; empty where that of this machine is meant and does not run. */
    static Optional<GovernanceImage> ofRunning(Surroundings surroundings, ReadingOptions options) {
        if (options.isThisMachine(surroundings)
                && options.homeOption.homeToAsk(surroundings).running().isEmpty()) {
            return Optional.empty();
        }
        try (Desk desk = toLook(surroundings, options)) {
            return Optional.of(desk.image());
        }
    }

    private static Evidence evidence(Connections connections) {
        return Evidence.open(connections, "command");
    }

    /** The subject id of the one who acts. */
    String who() {
        return who;
    }

    Clock clock() {
        return clock;
    }

    /** What the record says now. */
    GovernanceImage image() {
        try {
            return governance.image();
        } catch (GovernanceLogException e) {
            throw new CommandException(Cli.FAILED, "mesh: " + e.getMessage());
        }
    }

    /** An agreement of the record. */
    static Agreement agreement(GovernanceImage image, String id) {
        return image.agreement(id)
                .orElseThrow(() -> new CommandException(
                        Cli.FAILED,
                        "mesh: [agreement " + shown(id) + "] there must be such an agreement but there is none"));
    }

    /** What is asked of an agreement and not decided. */
    static Agreement.Request undecided(Agreement agreement) {
        Agreement.Request open = agreement.open();
        if (open == null || agreement.closed() != null) {
            throw new CommandException(
                    Cli.FAILED,
                    "mesh: [agreement " + agreement.id()
                            + "] there must be a request that is not decided but there is none");
        }
        return open;
    }

    /** A product that can be asked for. */
    static Directory.Product product(GovernanceImage image, ProductName name) {
        return image.product(name)
                .orElseThrow(() -> new CommandException(
                        Cli.FAILED,
                        "mesh: [" + name + "] must be a product of the directory but is none"
                                + (image.directory().people().isEmpty()
                                        ? ": nobody is known to the mesh yet; people.yaml says who there is and ./mesh apply"
                                                + " installs it"
                                        : "; ./mesh apply installs what contracts say")));
    }

    /** Does it, once for a command's id. */
    GovernanceImage submit(String command, Action action) {
        Command whole = built(() -> new Command(command, who, action));
        try {
            return evidence.audited(governance.agreements()).submit(whole);
        } catch (CommandRefusedException e) {
            throw new CommandException(Cli.FAILED, "mesh: " + e.getMessage());
        } catch (GovernanceLogException | AuditUnavailableException e) {
            String id = action instanceof Action.Ask || action instanceof Action.BreakGlass
                    ? " --id " + ((Action.OfAgreement) action).agreement()
                    : "";
            throw new CommandException(
                    Cli.FAILED,
                    "mesh: " + e.getMessage()
                            + "\nwhatever of it was done, the same again does it once: --command " + command
                            + id);
        }
    }

    /** What a person wrote, as the core takes it; what it refuses is wrong usage. */
    static <T> T built(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new CommandException(Cli.USAGE, "mesh: " + e.getMessage());
        }
    }

    /** At most a line of what somebody typed. */
    private static String shown(String id) {
        return id.replaceAll("[^a-z0-9-]", "?").substring(0, Math.min(id.length(), 63));
    }

    @Override
    public void close() {
        try (evidence) {
            governance.close();
        }
    }
}
