package io.fedmesh.app.internal.cli;

import io.fedmesh.govern.agreement.Action;
import io.fedmesh.govern.agreement.Agreement;
import io.fedmesh.govern.agreement.GovernanceImage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
        Action.OfAgreement action(String agreement, String hash) {
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
        Action.OfAgreement action(String agreement, String hash) {
            return new Action.Deny(agreement, hash, because);
        }

        @Override
        String outcome(GovernanceImage image, Agreement agreement) {
            return agreement.closed() == null ? "denied; what was approved before holds to its end" : "denied";
        }
    }

    /** Decides about the request whose hash was read. */
    abstract static class Decision extends AgreementCommand {
        @Parameters(paramLabel = "AGREEMENT", description = "Its id, as ./mesh agreements lists it.")
        String id = "";

        @Option(
                names = "--hash",
                paramLabel = "HASH",
                description = "Of the request that was read; then nobody is asked. Needed where there is no terminal.")
        @Nullable
        String hash;

        Decision(Surroundings surroundings) {
            super(surroundings);
        }

        abstract String verb();

        abstract Action.OfAgreement action(String agreement, String hash);

        abstract String outcome(GovernanceImage image, Agreement agreement);

        @Override
        final Action.OfAgreement action(Desk desk) {
            String decided = hash == null ? read(desk) : hash;
            if (decided == null) {
                throw new CommandException(Cli.FAILED, "mesh: nothing was decided");
            }
            return Desk.built(() -> action(id, decided));
        }

        @Override
        final void tell(GovernanceImage image, Agreement agreement) {
            surroundings.console().note(outcome(image, agreement));
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
            return console.isConfirmed(verb() + " this request?") ? request.hash() : null;
        }
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "End an agreement for good: topic and table close within a minute.")
    static final class Revoke extends AgreementCommand {
        @Parameters(paramLabel = "AGREEMENT", description = "Its id, as ./mesh agreements lists it.")
        String id = "";

        @Option(names = "--because", required = true, paramLabel = "TEXT", description = "Why, for whoever asks later.")
        String because = "";

        Revoke(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        Action.OfAgreement action(Desk desk) {
            return Desk.built(() -> new Action.Revoke(id, because));
        }
    }
}
