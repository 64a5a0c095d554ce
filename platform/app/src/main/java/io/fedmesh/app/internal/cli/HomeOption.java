package io.fedmesh.app.internal.cli;

import io.fedmesh.app.internal.localmesh.MeshHome;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which local mesh is meant: {@code --home}, {@code MESH_HOME}, or {@code .mesh} of the repository. */
final class HomeOption {
    @Option(
            names = "--home",
            paramLabel = "FOLDER",
            description = "The local mesh's folder; default: MESH_HOME, or .mesh of the repository.")
    @Nullable
    Path folder;

    /** The home to start or end. */
    MeshHome home(Surroundings surroundings) {
        if (folder != null) {
            return new MeshHome(folder);
        }
        String variable = surroundings.environment().get("MESH_HOME");
        return new MeshHome(
                variable == null || variable.isBlank() ? surroundings.root().resolve(".mesh") : Path.of(variable));
    }

    /** The home to ask: when no mesh runs in the usual one, that of a demo that was kept. */
    MeshHome homeToAsk(Surroundings surroundings) {
        MeshHome usual = home(surroundings);
        if (folder == null && usual.running().isEmpty()) {
            MeshHome demo = demo(surroundings);
            if (demo.running().isPresent()) {
                return demo;
            }
        }
        return usual;
    }

    /** The home of demos. */
    MeshHome demo(Surroundings surroundings) {
        return folder != null
                ? new MeshHome(folder)
                : new MeshHome(home(surroundings).folder().resolve("demo"));
    }
}
