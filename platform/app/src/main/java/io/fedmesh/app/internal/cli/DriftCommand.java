package io.fedmesh.app.internal.cli;

import io.fedmesh.app.internal.config.MeshConfig;
import io.fedmesh.app.internal.process.Components;
import io.fedmesh.app.internal.process.Governed;
import io.fedmesh.app.internal.process.Logging;
import io.fedmesh.app.internal.process.ProcessHost;
import io.fedmesh.contract.Contracts;
import io.fedmesh.govern.Plan;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "drift",
        mixinStandardHelpOptions = true,
        description = "Say where what stands is not what should: changes, and what stands without a reason.",
        footer = "Exit code 0: none; 2: drift; 1: an error.")
final class DriftCommand implements Callable<Integer> {
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final Surroundings surroundings;

    @Option(names = "--watch", description = "Look until told to end: health, metrics, and one log event a change.")
    boolean isWatching;

    @Option(
            names = "--every",
            paramLabel = "DURATION",
            defaultValue = "PT30S",
            description = "Between two looks of --watch; default: ${DEFAULT-VALUE}.")
    Duration interval = Duration.ofSeconds(30);

    @Option(names = "--health-port", paramLabel = "PORT", description = "Instead of the port in the configuration.")
    @Nullable
    Integer healthPort;

    @Mixin
    OutputOption output = new OutputOption();

    @Mixin
    GoverningOptions options = new GoverningOptions();

    DriftCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        if (interval.compareTo(SHORTEST) < 0) {
            throw new CommandException(Cli.USAGE, "mesh: --every must be PT1S or more but was " + interval);
        }
        if (isWatching) {
            return watch();
        }
        Plan plan = options.ask(surroundings, Governed::plan);
        PlanText.print(plan, output.format, surroundings.console());
        return plan.isDrift() ? Cli.CHANGES : Cli.OK;
    }

    private int watch() throws IOException {
        Contracts contracts = surroundings.contracts();
        MeshConfig config;
        try (Reading reading = options.reading.open(surroundings, contracts)) {
            config = reading.connections().config();
        }
        Logging.forProcess();
        Components components = new Components(config, contracts, surroundings.environment());
        MeshConfig.Health health = healthPort == null
                ? config.health()
                : new MeshConfig.Health(config.health().host(), healthPort);
        ProcessHost host = new ProcessHost(
                "drift",
                List.of(components.drift(options.settings(surroundings), surroundings.directory(contracts), interval)),
                health);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ProcessOptions.stop(host), "stop"));
        return host.run(port -> {});
    }
}
