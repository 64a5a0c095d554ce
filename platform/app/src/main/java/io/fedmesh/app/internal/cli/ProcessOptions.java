package io.fedmesh.app.internal.cli;

import io.fedmesh.app.internal.config.ConfigFile;
import io.fedmesh.app.internal.config.InvalidConfigException;
import io.fedmesh.app.internal.config.MeshConfig;
import io.fedmesh.app.internal.process.Component;
import io.fedmesh.app.internal.process.Components;
import io.fedmesh.app.internal.process.FailpointOrders;
import io.fedmesh.app.internal.process.Logging;
import io.fedmesh.app.internal.process.ProcessHost;
import io.fedmesh.wire.AvroLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every process takes, and how it runs to its end. */
final class ProcessOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The process's configuration; default: MESH_CONFIG, or mesh.yaml in the current folder.")
    @Nullable
    Path config;

    @Option(names = "--health-port", paramLabel = "PORT", description = "Instead of the port in the configuration.")
    @Nullable
    Integer healthPort;

    /**
     * Runs components until one fails or the process is told to end.
     *
     * @param process its name
     * @return the exit code
     */
    int run(Surroundings surroundings, String process, Function<Components, List<Component>> choice)
            throws IOException {
        MeshConfig read = read(surroundings);
        AvroLimits.demand();
        Logging.forProcess();
        FailpointOrders.follow(System.getProperties(), read.kafka().bootstrap());
        Surroundings at = new Surroundings(surroundings.console(), surroundings.environment(), read.contracts());
        Components components = new Components(read, at.contracts(), surroundings.environment());
        MeshConfig.Health health = healthPort == null
                ? read.health()
                : new MeshConfig.Health(read.health().host(), healthPort);
        ProcessHost host = new ProcessHost(process, choice.apply(components), health);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(host), "stop"));
        return host.run(port -> {});
    }

    private MeshConfig read(Surroundings surroundings) {
        String variable = surroundings.environment().get("MESH_CONFIG");
        Path file = config != null ? config : Path.of(variable == null || variable.isBlank() ? "mesh.yaml" : variable);
        try {
            return ConfigFile.read(file);
        } catch (InvalidConfigException e) {
            throw new CommandException(Cli.FAILED, String.valueOf(e.getMessage()));
        }
    }

    /** An end that takes too long is cut off: what was not committed is done again at the next start. */
    static void stop(ProcessHost host) {
        if (!host.stop()) {
            Runtime.getRuntime().halt(Cli.FAILED);
        }
    }
}
