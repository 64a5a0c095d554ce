package io.fedmesh.app.internal.cli;

import io.fedmesh.app.internal.localmesh.MeshHome;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Say how the mesh on this machine is: addresses, health, lag, freshness.")
final class StatusCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    HomeOption homeOption = new HomeOption();

    @Mixin
    OutputOption output = new OutputOption();

    StatusCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        MeshHome home = homeOption.homeToAsk(surroundings);
        return MeshReport.print(home, output.format, surroundings.console().out()) ? Cli.OK : Cli.FAILED;
    }
}
