package io.fedmesh.app.internal.cli;

import io.fedmesh.access.ResultFormat;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.agreement.Agreement;
import io.fedmesh.govern.agreement.AgreementDocument;
import io.fedmesh.govern.agreement.GovernanceImage;
import io.fedmesh.govern.agreement.Live;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "agreements",
        mixinStandardHelpOptions = true,
        description = "List who may read what, for what purpose, until when; or show one agreement.")
final class AgreementsCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(arity = "0..1", paramLabel = "AGREEMENT", description = "Show this one whole.")
    @Nullable
    String id;

    @Option(names = "--product", paramLabel = "PRODUCT", description = "Those about <domain>.<product>.")
    @Nullable
    String product;

    @Option(names = "--live", description = "Those that are live now.")
    boolean isLive;

    @Option(names = "--undecided", description = "Those of which something is asked and not decided.")
    boolean isUndecided;

    @Option(names = "--unreviewed", description = "Broken glass that nobody has reviewed.")
    boolean isUnreviewed;

    @Option(names = "--yaml", description = "Print the one as a file of the Data Usage Agreement Specification 0.0.1.")
    boolean isYaml;

    @Mixin
    OutputOption output = new OutputOption();

    @Mixin
    ReadingOptions options = new ReadingOptions();

    AgreementsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        boolean isChosen = product != null || isLive || isUndecided || isUnreviewed;
        if (id != null && isChosen) {
            throw new CommandException(Cli.USAGE, "mesh: an agreement or what chooses some may be given but both were");
        }
        if (id == null && isYaml) {
            throw new CommandException(Cli.USAGE, "mesh: --yaml must be of one agreement but none was named");
        }
        ProductName about = product == null ? null : ProductArgument.parse(product);
        try (Desk desk = Desk.toLook(surroundings, options)) {
            GovernanceImage image = desk.image();
            Instant now = desk.clock().instant();
            image.gap()
                    .ifPresent(gap -> surroundings
                            .console()
                            .note(surroundings.console().red("nothing is live: the record must be whole but " + gap)));
            if (id == null) {
                list(image, now, about);
            } else {
                show(image, now, Desk.agreement(image, id));
            }
        }
        return Cli.OK;
    }

    private void show(GovernanceImage image, Instant now, Agreement agreement) {
        if (isYaml) {
            surroundings
                    .console()
                    .out()
                    .print(AgreementDocument.of(image, agreement, now).yaml());
        } else {
            new AgreementText(image, agreement, now).print(output.format, surroundings.console());
        }
    }

    private void list(GovernanceImage image, Instant now, @Nullable ProductName about) {
        Set<String> live =
                Live.of(image, now).stream().map(l -> l.agreement().id()).collect(Collectors.toSet());
        List<AgreementText> chosen = image.agreements().stream()
                .filter(a -> about == null || a.product().equals(about))
                .filter(a -> !isLive || live.contains(a.id()))
                .filter(a -> !isUndecided || (a.open() != null && a.closed() == null))
                .filter(a -> !isUnreviewed || (a.glass() != null && a.glass().review() == null))
                .map(a -> new AgreementText(image, a, now))
                .toList();
        if (output.format == ResultFormat.JSON) {
            surroundings
                    .console()
                    .out()
                    .println(Json.line(chosen.stream().map(AgreementText::json).toList()));
            return;
        }
        Rows rows = AgreementText.rows();
        chosen.forEach(agreement -> agreement.row(rows));
        rows.print(output.format, surroundings.console().out());
    }
}
