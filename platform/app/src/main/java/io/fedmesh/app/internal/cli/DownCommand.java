package io.fedmesh.app.internal.cli;

import io.fedmesh.app.internal.localmesh.MeshHome;
import io.fedmesh.app.internal.localmesh.MeshLauncher;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "End the mesh on this machine in order; its state stays.")
final class DownCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    HomeOption homeOption = new HomeOption();

    DownCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        MeshHome home = homeOption.homeToAsk(surroundings);
        boolean ran = new MeshLauncher(home).stop();
        surroundings.console().note((ran ? "down: " : "no mesh runs in ") + home.folder());
        return Cli.OK;
    }
}
