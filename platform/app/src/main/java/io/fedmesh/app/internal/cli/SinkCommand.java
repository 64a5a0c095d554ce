package io.fedmesh.app.internal.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "sink",
        mixinStandardHelpOptions = true,
        description = "Topic records become table rows.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {SinkCommand.Run.class})
final class SinkCommand extends Group {
    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            description = "Write every product's tables until told to end.")
    static final class Run implements Callable<Integer> {
        private final Surroundings surroundings;

        @Mixin
        ProcessOptions options = new ProcessOptions();

        Run(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() throws IOException {
            return options.run(surroundings, "sink", components -> List.of(components.sink()));
        }
    }
}
