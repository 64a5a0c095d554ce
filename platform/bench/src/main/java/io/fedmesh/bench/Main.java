package io.fedmesh.bench;

import io.fedmesh.bench.internal.cdc.CdcCommand;
import io.fedmesh.bench.internal.sink.FreshnessCommand;
import io.fedmesh.bench.internal.sink.IndexCommand;
import io.fedmesh.bench.internal.sink.ReadCommand;
import io.fedmesh.bench.internal.sink.SinkCommand;
import io.fedmesh.bench.internal.streams.StreamsCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code mesh bench} command. Exit code 0: measured; 1: a leg failed or its rows were wrong; 2: wrong usage. */
@Command(
        name = "mesh bench",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            SinkCommand.class,
            ReadCommand.class,
            IndexCommand.class,
            FreshnessCommand.class,
            CdcCommand.class,
            StreamsCommand.class
        },
        description = "Measure the mesh beside its peers, on this machine, in one run.",
        footer = "Compare processor time, never seconds: the machine should do nothing else meanwhile.")
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        CommandLine line = commandLine();
        int exit = line.execute(args);
        line.getOut().flush();
        line.getErr().flush();
        // Client libraries leave threads behind; the answer is out.
        System.exit(exit);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main());
    }
}
