package io.fedmesh.app.internal.cli;

import io.fedmesh.app.internal.localmesh.MeshHome;
import io.fedmesh.app.internal.localmesh.MeshLauncher;
import io.fedmesh.app.internal.localmesh.RunState;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Start the mesh on this machine; its state survives.")
final class UpCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    HomeOption homeOption = new HomeOption();

    @Option(names = "--apart", description = "A process for every component instead of one for all.")
    boolean isApart;

    UpCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        surroundings.contracts(); // says at once and in full what is wrong with them
        MeshHome home = homeOption.home(surroundings);
        Console console = surroundings.console();
        if (home.running().isPresent()) {
            console.note("the mesh runs already in " + home.folder());
            MeshReport.print(home, io.fedmesh.access.ResultFormat.TABLE, console.out());
            return Cli.OK;
        }
        long startNanos = System.nanoTime();
        MeshLauncher launcher = new MeshLauncher(home);
        MeshLauncher.Started started = launcher.start(isApart);
        RunState state = launcher.awaitReady(started, step -> console.note("starting " + step));
        started.letGo();
        console.note(String.format(
                Locale.ROOT,
                "up in %.1f s, pid %d, %s",
                (System.nanoTime() - startNanos) / 1e9,
                state.pid(),
                home.folder()));
        MeshReport.print(home, io.fedmesh.access.ResultFormat.TABLE, console.out());
        return Cli.OK;
    }
}
