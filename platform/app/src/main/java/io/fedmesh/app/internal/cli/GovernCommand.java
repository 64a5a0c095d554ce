package io.fedmesh.app.internal.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "govern",
        mixinStandardHelpOptions = true,
        description = "Agreements become grants.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {GovernCommand.Run.class})
final class GovernCommand extends Group {
    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            description = "Open and close topics to consumers as agreements begin and end, until told to end.")
    static final class Run implements Callable<Integer> {
        private final Surroundings surroundings;

        @Mixin
        ProcessOptions options = new ProcessOptions();

        Run(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() throws IOException {
            return options.run(surroundings, "governor", components -> List.of(components.governor()));
        }
    }
}
