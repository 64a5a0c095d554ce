package io.fedmesh.app.internal.cli;

import io.fedmesh.govern.agreement.Action;
import io.fedmesh.govern.agreement.Agreement;
import io.fedmesh.govern.agreement.GovernanceImage;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands of owners and stewards, and of whoever ends an agreement. */
final class DecideCommands {
    private DecideCommands() {}

    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            description = "Say yes to a request, as it is shown: one that was edited meanwhile is not approved.")
    static final class Approve extends Decision {
        Approve(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        String verb() {
            return "Approve";
        }

        @Override
        Action action(String agreement, String hash) {
            return new Action.Approve(agreement, hash);
        }

        @Override
        String outcome(GovernanceImage image, Agreement agreement) {
            Agreement.Request open = agreement.open();
            if (open == null) {
                return "approved";
            }
            int needed = image.approversNeeded(agreement.product(), open.terms().fields());
            return open.approvals().size() + " of " + needed
                    + " approvals; it needs another person, the owner or a steward of "
                    + agreement.product().domain();
        }
    }

    @Command(name = "deny", mixinStandardHelpOptions = true, description = "Say no to a request, as it is shown.")
    static final class Deny extends Decision {
        @Option(names = "--because", required = true, paramLabel = "TEXT", description = "Why, for who asked.")
        String because = "";

        Deny(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        String verb() {
            return "Deny";
        }

        @Override
        Action action(String agreement, String hash) {
            return new Action.Deny(agreement, hash, because);
        }

        @Override
        String outcome(GovernanceImage image, Agreement agreement) {
            return agreement.closed() == null ? "denied; what was approved before holds to its end" : "denied";
        }
    }

    /** Decides about the request whose hash was read. */
    abstract static class Decision implements Callable<Integer> {
        private final Surroundings surroundings;

        @Parameters(paramLabel = "AGREEMENT", description = "Its id, as ./mesh agreements lists it.")
        String id = "";

        @Option(
                names = "--hash",
                paramLabel = "HASH",
                description = "Of the request that was read; then nobody is asked. Needed where there is no terminal.")
        @Nullable
        String hash;

        @Mixin
        ActingOption acting = new ActingOption();

        @Mixin
        CommandIdOption command = new CommandIdOption();

        @Mixin
        OutputOption output = new OutputOption();

        @Mixin
        ReadingOptions options = new ReadingOptions();

        Decision(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        abstract String verb();

        abstract Action action(String agreement, String hash);

        abstract String outcome(GovernanceImage image, Agreement agreement);

        @Override
        public Integer call() {
            Console console = surroundings.console();
            try (Desk desk = Desk.open(surroundings, options, acting)) {
                String decided = hash == null ? read(desk) : hash;
                if (decided == null) {
                    console.note("nothing was decided");
                    return Cli.FAILED;
                }
                Action action = Desk.built(() -> action(id, decided));
                GovernanceImage then = desk.submit(command.id(), action);
                Agreement agreement = Desk.agreement(then, id);
                new AgreementText(then, agreement, desk.clock().instant()).print(output.format, console);
                console.note(outcome(then, agreement));
            }
            return Cli.OK;
        }

        /** The hash of what is shown and said yes to, or null. */
        private @Nullable String read(Desk desk) {
            Console console = surroundings.console();
            GovernanceImage image = desk.image();
            Agreement agreement = Desk.agreement(image, id);
            Agreement.Request request = Desk.undecided(agreement);
            List<String> lines = AgreementText.request(image, agreement, request);
            lines.forEach(console::note);
            if (!console.terminal()) {
                throw new CommandException(
                        Cli.USAGE,
                        "mesh: --hash must say which request was read where nobody can be asked but was not given\n"
                                + "try: --hash " + request.hash());
            }
            return desk.isConfirmed(verb() + " this request?") ? request.hash() : null;
        }
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "End an agreement for good: topic and table close within a minute.")
    static final class Revoke implements Callable<Integer> {
        private final Surroundings surroundings;

        @Parameters(paramLabel = "AGREEMENT", description = "Its id, as ./mesh agreements lists it.")
        String id = "";

        @Option(names = "--because", required = true, paramLabel = "TEXT", description = "Why, for whoever asks later.")
        String because = "";

        @Mixin
        ActingOption acting = new ActingOption();

        @Mixin
        CommandIdOption command = new CommandIdOption();

        @Mixin
        OutputOption output = new OutputOption();

        @Mixin
        ReadingOptions options = new ReadingOptions();

        Revoke(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() {
            try (Desk desk = Desk.open(surroundings, options, acting)) {
                Action action = Desk.built(() -> new Action.Revoke(id, because));
                GovernanceImage then = desk.submit(command.id(), action);
                new AgreementText(then, Desk.agreement(then, id), desk.clock().instant())
                        .print(output.format, surroundings.console());
            }
            return Cli.OK;
        }
    }
}
