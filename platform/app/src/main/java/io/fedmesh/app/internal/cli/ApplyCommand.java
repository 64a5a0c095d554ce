package io.fedmesh.app.internal.cli;

import io.fedmesh.access.ResultFormat;
import io.fedmesh.app.internal.process.AuditedApply;
import io.fedmesh.app.internal.process.InstalledDirectory;
import io.fedmesh.contract.Contracts;
import io.fedmesh.govern.Permissions.Operation;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.ProvisioningReport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description = "Carry out a plan and read back what was done; without a file, the plan of this moment.",
        footer = "Exit code 0: all is done; 1: a stale plan, an error, or something that was not done.")
final class ApplyCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "What ./mesh plan --out wrote; refused when anything has moved since.")
    @Nullable
    Path file;

    @Option(
            names = "--allow-delete",
            paramLabel = "NAME",
            description = "A topic, subject or table whose data may be deleted; once for each.")
    List<String> allowed = List.of();

    @Mixin
    OutputOption output = new OutputOption();

    @Mixin
    GoverningOptions options = new GoverningOptions();

    @Mixin
    ActingOption acting = new ActingOption();

    ApplyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Plan agreed = file == null ? null : PlanFile.read(file);
        Set<String> names = new TreeSet<>(allowed);
        Contracts contracts = options.allowed(surroundings);
        Principal operator = acting.demand(Operation.APPLY, surroundings, options.reading);
        ProvisioningReport report;
        try (Reading reading = options.reading.open(surroundings, contracts)) {
            AuditedApply audited = new AuditedApply(reading.evidence(), operator);
            report = options.ask(
                    surroundings,
                    contracts,
                    judge -> acting.isGiven(surroundings) ? operator.name() : InstalledDirectory.firstOperator(judge),
                    governed -> {
                        Plan plan = agreed == null ? governed.plan() : agreed;
                        return audited.apply(plan, names, () -> governed.apply(plan, names));
                    });
        }
        print(report);
        return report.isWhole() ? Cli.OK : Cli.FAILED;
    }

    private void print(ProvisioningReport report) {
        Console console = surroundings.console();
        if (output.format == ResultFormat.JSON) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("done", report.done().stream().map(PlanFile.Entry::of).toList());
            json.put(
                    "withheld",
                    report.withheld().stream().map(PlanFile.Entry::of).toList());
            json.put("failed", report.failed());
            json.put("notes", report.notes());
            console.out().println(Json.line(json));
            return;
        }
        report.done().forEach(change -> console.out().println(PlanText.line(change, console)));
        report.notes().forEach(note -> console.note("  " + note));
        report.withheld()
                .forEach(change -> console.note(console.yellow(
                        "not done: " + change + "  (deletes data: --allow-delete " + change.name() + " allows it)")));
        report.failed().forEach(failure -> console.note(console.red("not done: " + failure)));
        console.out()
                .println(report.done().size() + " done, " + report.withheld().size() + " withheld, "
                        + report.failed().size() + " failed");
    }
}
