package io.fedmesh.app.internal.cli;

import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.agreement.Action;
import io.fedmesh.govern.agreement.Agreement;
import io.fedmesh.govern.agreement.AgreementDocument;
import io.fedmesh.govern.agreement.Consumer;
import io.fedmesh.govern.agreement.GovernanceImage;
import io.fedmesh.govern.agreement.Terms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands of those who want to read. */
final class AskCommands {
    private AskCommands() {}

    @Command(
            name = "request",
            mixinStandardHelpOptions = true,
            description = "Ask to read a product for a purpose, until a day or an instant.")
    static final class Request extends AgreementCommand {
        private static final long MAX_FILE_BYTES = 1 << 20;

        @Parameters(arity = "0..1", paramLabel = "PRODUCT", description = "<domain>.<product>; or --file.")
        @Nullable
        String product;

        @Option(
                names = "--file",
                paramLabel = "FILE",
                description = "Ask what a file of the Data Usage Agreement Specification 0.0.1 says.")
        @Nullable
        Path file;

        @Mixin
        TermsOptions terms = new TermsOptions();

        @Option(names = "--team", paramLabel = "DOMAIN", description = "For everybody of a domain in which you work.")
        @Nullable
        String team;

        @Option(
                names = "--for",
                paramLabel = "WHO",
                description = "For a person for whom you act; default: for yourself.")
        @Nullable
        String whom;

        @Option(names = "--id", paramLabel = "AGREEMENT", description = "The agreement's id; default: a new one.")
        @Nullable
        String id;

        Request(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        void check() {
            if ((product == null) == (file == null)) {
                throw new CommandException(Cli.USAGE, "mesh: a product or --file must be given but both or none was");
            }
            if (file != null && (!terms.isEmpty() || team != null || whom != null || id != null)) {
                throw new CommandException(Cli.USAGE, "mesh: --file says all of it, so nothing else may but did");
            }
            if (team != null && whom != null) {
                throw new CommandException(Cli.USAGE, "mesh: --team or --for may be given but both were");
            }
        }

        @Override
        Action.OfAgreement action(Desk desk) {
            GovernanceImage image = desk.image();
            return file == null ? ask(desk, image) : asked(image, file);
        }

        @Override
        void tell(GovernanceImage image, Agreement agreement) {
            surroundings
                    .console()
                    .note("it must be approved by " + approvers(image, agreement) + " of "
                            + agreement.product().domain() + ": ./mesh approve " + agreement.id() + " --as WHO");
        }

        private static String approvers(GovernanceImage image, Agreement agreement) {
            int needed = image.approversNeeded(
                    agreement.product(), Desk.undecided(agreement).terms().fields());
            return needed == 1 ? "the owner or a steward" : needed + " of the owner and the stewards";
        }

        private Action.Ask ask(Desk desk, GovernanceImage image) {
            ProductName name = ProductArgument.parse(String.valueOf(product));
            Terms asked = terms.terms(Desk.product(image, name).fields().keySet(), desk.clock());
            String agreement = id == null
                    ? name.product() + "-" + UUID.randomUUID().toString().substring(0, 8)
                    : id;
            return Desk.built(() -> new Action.Ask(agreement, name, consumer(image, desk.who()), asked));
        }

        private Consumer consumer(GovernanceImage image, String who) {
            if (team != null) {
                return new Consumer.Team(team);
            }
            String name = whom == null ? who : whom;
            return new Consumer.User(image.directory()
                    .subject(name)
                    .orElseThrow(() -> new CommandException(
                            Cli.FAILED,
                            "mesh: [directory] '" + who + "' must be a person of the directory but was nobody's")));
        }

        private static Action.Ask asked(GovernanceImage image, Path file) {
            try {
                if (Files.size(file) > MAX_FILE_BYTES) {
                    throw new CommandException(
                            Cli.FAILED,
                            "mesh: [" + file + "] must have at most " + MAX_FILE_BYTES + " bytes but has more");
                }
                return AgreementDocument.parse(file, Files.readString(file)).ask(image.directory());
            } catch (IOException e) {
                throw new CommandException(Cli.FAILED, "mesh: [" + file + "] must be readable as UTF-8 but was not");
            } catch (InvalidContractsException e) {
                throw new CommandException(Cli.FAILED, String.valueOf(e.getMessage()));
            } catch (IllegalArgumentException e) {
                throw new CommandException(Cli.FAILED, "mesh: [" + file + "] " + e.getMessage());
            }
        }
    }

    @Command(
            name = "edit",
            mixinStandardHelpOptions = true,
            description =
                    "Ask for something else instead, while nothing is decided; approvals that were given are void.")
    static final class Edit extends Again {
        Edit(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        Terms before(Agreement agreement) {
            return Desk.undecided(agreement).terms();
        }

        @Override
        Action.OfAgreement action(String agreement, Terms terms) {
            return new Action.Edit(agreement, terms);
        }
    }

    @Command(
            name = "renew",
            mixinStandardHelpOptions = true,
            description = "Ask anew for what was approved; what holds goes on to its end until somebody approves.")
    static final class Renew extends Again {
        Renew(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        Terms before(Agreement agreement) {
            Terms held = agreement.terms();
            if (held == null) {
                throw new CommandException(
                        Cli.FAILED,
                        "mesh: [agreement " + agreement.id() + "] what is renewed must have been approved but was not");
            }
            return held;
        }

        @Override
        Action.OfAgreement action(String agreement, Terms terms) {
            return new Action.Renew(agreement, terms);
        }
    }

    /** Asks with what was asked before, where nothing else is said. */
    abstract static class Again extends AgreementCommand {
        @Parameters(paramLabel = "AGREEMENT", description = "Its id, as ./mesh agreements lists it.")
        String id = "";

        @Mixin
        TermsOptions terms = new TermsOptions();

        Again(Surroundings surroundings) {
            super(surroundings);
        }

        abstract Terms before(Agreement agreement);

        abstract Action.OfAgreement action(String agreement, Terms terms);

        @Override
        final Action.OfAgreement action(Desk desk) {
            Terms asked = terms.terms(before(Desk.agreement(desk.image(), id)), desk.clock());
            return Desk.built(() -> action(id, asked));
        }
    }
}
