package io.fedmesh.app.internal.cli;

import io.fedmesh.access.FreshnessReport;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "freshness",
        mixinStandardHelpOptions = true,
        description = "Say up to where products' tables are complete, how far behind that is, and what was promised.",
        footer = "Exit code 1 when a contract's promise is broken.")
final class FreshnessCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    ProductsArgument products = new ProductsArgument();

    @Mixin
    OutputOption output = new OutputOption();

    @Mixin
    ReadingOptions options = new ReadingOptions();

    FreshnessCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Contracts contracts = surroundings.contracts();
        List<FreshnessReport> reports = new ArrayList<>();
        try (Reading reading = options.open(surroundings, contracts)) {
            for (ProductName name : products.names(contracts)) {
                reports.add(reading.freshness(name));
            }
        }
        Rows table = new Rows(
                "product", "state", "complete to", "version", "lag records", "lag seconds", "promised seconds");
        for (FreshnessReport report : reports) {
            table.add(
                    report.product(),
                    report.state().toString().toLowerCase(Locale.ROOT).replace('_', ' '),
                    report.completeTo(),
                    report.version(),
                    report.lagRecords(),
                    report.lag().toMillis() / 1000.0,
                    report.promised().toMillis() / 1000.0);
        }
        table.print(output.format, surroundings.console().out());
        return reports.stream().noneMatch(FreshnessReport::broken) ? Cli.OK : Cli.FAILED;
    }
}
