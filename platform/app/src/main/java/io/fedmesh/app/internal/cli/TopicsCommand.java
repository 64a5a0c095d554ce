package io.fedmesh.app.internal.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "topics",
        mixinStandardHelpOptions = true,
        description = "List the products' topics, what they hold and what the tables do not hold yet.")
final class TopicsCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    OutputOption output = new OutputOption();

    @Mixin
    ReadingOptions options = new ReadingOptions();

    TopicsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (Reading reading = options.open(surroundings, surroundings.contracts())) {
            Rows.print(
                    reading.catalogue().topics(),
                    output.format,
                    surroundings.console().out());
            return Cli.OK;
        }
    }
}
