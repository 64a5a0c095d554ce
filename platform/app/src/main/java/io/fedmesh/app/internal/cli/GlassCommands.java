package io.fedmesh.app.internal.cli;

import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.agreement.Action;
import io.fedmesh.govern.agreement.Agreement;
import io.fedmesh.govern.agreement.GovernanceImage;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Access in an emergency, and what somebody else says of it afterwards. */
final class GlassCommands {
    private GlassCommands() {}

    @Command(
            name = "break-glass",
            mixinStandardHelpOptions = true,
            description = "Read a product in an emergency without approval, for hours at most: open at once, loud, and"
                    + " reviewed by somebody else before the next time.")
    static final class Break extends AgreementCommand {
        @Parameters(paramLabel = "PRODUCT", description = "<domain>.<product>")
        String product = "";

        @Option(names = "--because", required = true, paramLabel = "TEXT", description = "What the emergency is.")
        String because = "";

        @Option(
                names = "--for",
                paramLabel = "DURATION",
                defaultValue = "PT1H",
                description = "How long, at most PT4H; default: ${DEFAULT-VALUE}.")
        Duration time = Duration.ofHours(1);

        @Option(
                names = "--fields",
                paramLabel = "FIELD",
                split = ",",
                description = "The fields that are needed, separated by commas; default: all.")
        @Nullable
        List<String> fields;

        @Option(names = "--id", paramLabel = "AGREEMENT", description = "The agreement's id; default: a new one.")
        @Nullable
        String id;

        Break(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        void check() {
            ProductArgument.parse(product);
        }

        @Override
        Action.OfAgreement action(Desk desk) {
            ProductName name = ProductArgument.parse(product);
            Set<String> all = Desk.product(desk.image(), name).fields().keySet();
            Set<String> which = fields == null ? all : new TreeSet<>(fields);
            String agreement =
                    id == null ? "glass-" + UUID.randomUUID().toString().substring(0, 8) : id;
            Instant until = desk.clock().instant().plus(time).truncatedTo(ChronoUnit.SECONDS);
            return Desk.built(() -> new Action.BreakGlass(agreement, name, because, until, which));
        }

        @Override
        void tell(GovernanceImage image, Agreement agreement) {
            Console console = surroundings.console();
            console.note(console.red("glass was broken until " + agreement.until() + ": somebody else of "
                    + agreement.product().domain() + " must review it: ./mesh review " + agreement.id()));
        }
    }

    @Command(
            name = "review",
            mixinStandardHelpOptions = true,
            description = "Judge broken glass afterwards; misuse ends what is left of it.")
    static final class Review extends AgreementCommand {
        @Parameters(paramLabel = "AGREEMENT", description = "Its id, as ./mesh agreements --unreviewed lists it.")
        String id = "";

        @Option(names = "--finding", required = true, paramLabel = "FINDING", description = "justified or misuse.")
        String finding = "";

        @Option(names = "--remark", required = true, paramLabel = "TEXT", description = "What was found.")
        String remark = "";

        Review(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        void check() {
            parse(finding);
        }

        @Override
        Action.OfAgreement action(Desk desk) {
            Action.Finding found = parse(finding);
            return Desk.built(() -> new Action.Review(id, found, remark));
        }

        private static Action.Finding parse(String text) {
            for (Action.Finding finding : Action.Finding.values()) {
                if (finding.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return finding;
                }
            }
            throw new CommandException(Cli.USAGE, "mesh: --finding must be justified or misuse but was '" + text + "'");
        }
    }
}
