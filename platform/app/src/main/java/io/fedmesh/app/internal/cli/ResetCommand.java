package io.fedmesh.app.internal.cli;

import io.fedmesh.app.internal.localmesh.MeshHome;
import io.fedmesh.app.internal.localmesh.MeshLauncher;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "reset",
        mixinStandardHelpOptions = true,
        description = "End the mesh on this machine and delete its state: databases, topics, tables, keys.")
final class ResetCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    HomeOption homeOption = new HomeOption();

    @Option(names = "--yes", description = "Do not ask.")
    boolean isSure;

    ResetCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        MeshHome home = homeOption.home(surroundings);
        Console console = surroundings.console();
        if (!Files.exists(home.folder())) {
            console.note("nothing to delete in " + home.folder());
            return Cli.OK;
        }
        if (!home.isHome()) {
            throw new CommandException(
                    Cli.USAGE, "mesh: [" + home.folder() + "] must be a mesh's folder but is not; nothing was deleted");
        }
        if (!isSure && !console.isConfirmed("Delete everything in " + home.folder() + "?")) {
            console.note("nothing was deleted");
            return Cli.FAILED;
        }
        new MeshLauncher(new MeshHome(home.folder().resolve("demo"))).stop();
        new MeshLauncher(home).stop();
        home.delete();
        console.note("deleted " + home.folder());
        return Cli.OK;
    }
}
