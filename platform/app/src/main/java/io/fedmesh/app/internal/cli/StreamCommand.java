package io.fedmesh.app.internal.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "stream",
        mixinStandardHelpOptions = true,
        description = "State topics become derived topics.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {StreamCommand.Run.class})
final class StreamCommand extends Group {
    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            description = "Run a domain's topologies until told to end.")
    static final class Run implements Callable<Integer> {
        private final Surroundings surroundings;

        @Parameters(paramLabel = "DOMAIN", description = "The domain whose topologies run.")
        String domain = "";

        @Mixin
        ProcessOptions options = new ProcessOptions();

        Run(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() throws IOException {
            return options.run(surroundings, "stream", components -> components.streams(List.of(domain)));
        }
    }
}
