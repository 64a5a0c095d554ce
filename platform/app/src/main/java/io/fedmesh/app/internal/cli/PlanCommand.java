package io.fedmesh.app.internal.cli;

import io.fedmesh.app.internal.process.Governed;
import io.fedmesh.govern.Plan;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Show what would bring topics, subjects, users, grants and tables to what the contracts say.",
        footer = "Exit code 0: nothing to do; 2: changes; 1: an error, or a problem that must be put right before.")
final class PlanCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the plan there, for ./mesh apply FILE.")
    @Nullable
    Path file;

    @Mixin
    OutputOption output = new OutputOption();

    @Mixin
    GoverningOptions options = new GoverningOptions();

    PlanCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Plan plan = options.askAllowed(surroundings, Governed::plan);
        PlanText.print(plan, output.format, surroundings.console());
        if (file != null) {
            PlanFile.write(plan, file);
        }
        return exitCode(plan);
    }

    static int exitCode(Plan plan) {
        if (!plan.problems().isEmpty()) {
            return Cli.FAILED;
        }
        return plan.isEmpty() ? Cli.OK : Cli.CHANGES;
    }
}
