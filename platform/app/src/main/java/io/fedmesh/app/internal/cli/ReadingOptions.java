package io.fedmesh.app.internal.cli;

import io.fedmesh.app.internal.localmesh.MeshHome;
import io.fedmesh.contract.Contracts;
import io.fedmesh.govern.Principal;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which mesh a command reads: that of {@code --config} or {@code MESH_CONFIG}, else the one on this machine. */
final class ReadingOptions {
    @Mixin
    HomeOption homeOption = new HomeOption();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The mesh's configuration; default: MESH_CONFIG, or that of the mesh on this machine.")
    @Nullable
    Path config;

    Reading open(Surroundings surroundings, Contracts contracts) {
        String variable = surroundings.environment().get("MESH_CONFIG");
        Path file = config;
        if (file == null && variable != null && !variable.isBlank() && homeOption.folder == null) {
            file = Path.of(variable);
        }
        if (file == null) {
            MeshHome home = homeOption.homeToAsk(surroundings);
            if (home.running().isEmpty()) {
                throw new CommandException(
                        Cli.FAILED,
                        "mesh: [" + home.folder() + "] a mesh must run here but none does; ./mesh up starts it");
            }
            file = home.config();
        }
        return Reading.open(file, contracts, surroundings.environment(), operator(surroundings));
    }

    /** Whether the mesh on this machine is meant, and no configuration is named. */
    boolean isThisMachine(Surroundings surroundings) {
        String variable = surroundings.environment().get("MESH_CONFIG");
        return config == null && (variable == null || variable.isBlank() || homeOption.folder != null);
    }

    /** The person at this machine. */
    static Principal operator(Surroundings surroundings) {
        String user = surroundings.environment().get("USER");
        return new Principal(user == null || user.isBlank() ? "operator" : user);
    }
}
