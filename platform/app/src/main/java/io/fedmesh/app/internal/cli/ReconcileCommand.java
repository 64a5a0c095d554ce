package io.fedmesh.app.internal.cli;

import io.fedmesh.access.ResultFormat;
import io.fedmesh.access.reconcile.ReconcileReport;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "reconcile",
        mixinStandardHelpOptions = true,
        description = "Compare a product's table with its source, key by key, while writes go on.",
        footer = "Exit code 1 on any difference; keys are named by hash alone.")
final class ReconcileCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    ProductsArgument products = new ProductsArgument();

    @Mixin
    OutputOption output = new OutputOption();

    @Mixin
    ReadingOptions options = new ReadingOptions();

    ReconcileCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Contracts contracts = surroundings.contracts();
        List<ReconcileReport> reports = new ArrayList<>();
        try (Reading reading = options.open(surroundings, contracts)) {
            for (ProductName name : products.names(contracts)) {
                reports.add(reading.reconcile(name));
            }
        }
        print(reports, output.format, surroundings.console().out());
        return reports.stream().allMatch(ReconcileReport::clean) ? Cli.OK : Cli.FAILED;
    }

    static void print(List<ReconcileReport> reports, ResultFormat format, PrintStream out) {
        Rows table = new Rows(
                "product", "captured", "rows", "missing", "extra", "different", "unsettled", "position", "seconds");
        for (ReconcileReport report : reports) {
            table.add(
                    report.product(),
                    report.captured(),
                    report.rows(),
                    report.missing(),
                    report.extra(),
                    report.different(),
                    report.unsettled(),
                    report.position(),
                    report.took().toMillis() / 1000.0);
        }
        table.print(format, out);
        if (format == ResultFormat.TABLE) {
            for (ReconcileReport report : reports) {
                findings(report).forEach(line -> out.println(report.product() + ": " + line));
            }
        }
    }

    /** What is not as it must be, in words. */
    static List<String> findings(ReconcileReport report) {
        List<String> lines = new ArrayList<>(report.problems());
        Map<String, List<String>> keys = new TreeMap<>(Map.of(
                "missing", report.missingKeys(),
                "extra", report.extraKeys(),
                "different", report.differentKeys(),
                "unsettled", report.unsettledKeys()));
        keys.forEach((kind, hashes) -> {
            if (!hashes.isEmpty()) {
                lines.add(kind + " keys (hashes): " + String.join(" ", hashes));
            }
        });
        return lines;
    }
}
