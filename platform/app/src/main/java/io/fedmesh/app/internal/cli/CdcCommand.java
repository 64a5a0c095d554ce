package io.fedmesh.app.internal.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "cdc",
        mixinStandardHelpOptions = true,
        description = "Database changes become state events.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {CdcCommand.Run.class})
final class CdcCommand extends Group {
    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            description = "Capture the sources of the domains until told to end.")
    static final class Run implements Callable<Integer> {
        private final Surroundings surroundings;

        @Parameters(arity = "0..*", paramLabel = "DOMAIN", description = "Default: every domain that has a source.")
        List<String> domains = List.of();

        @Mixin
        ProcessOptions options = new ProcessOptions();

        Run(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() throws IOException {
            return options.run(surroundings, "cdc", components -> components.captures(domains));
        }
    }
}
