package io.fedmesh.app.internal.cli;

import io.fedmesh.app.internal.localmesh.MeshHome;
import io.fedmesh.app.internal.localmesh.Supervisor;
import io.fedmesh.app.internal.process.Components;
import io.fedmesh.app.internal.process.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The processes of the local mesh: for {@code mesh up}, not for people. */
@Command(
        name = "local",
        hidden = true,
        subcommands = {LocalCommand.Run.class, LocalCommand.Worker.class})
final class LocalCommand {
    private LocalCommand() {}

    /** The supervisor. It ends when its standard input does, unless that said "keep" before. */
    @Command(name = "run", hidden = true)
    static final class Run implements Callable<Integer> {
        private final Surroundings surroundings;

        @Option(names = "--home", required = true)
        Path home = Path.of("");

        @Option(names = "--apart")
        boolean isApart;

        Run(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() {
            Logging.forProcess();
            Supervisor supervisor = new Supervisor(new MeshHome(home), surroundings.root(), isApart, Clock.systemUTC());
            Runtime.getRuntime().addShutdownHook(new Thread(supervisor::stop, "stop"));
            Thread leash = new Thread(() -> endWithInput(supervisor), "leash");
            leash.setDaemon(true);
            leash.start();
            return supervisor.run();
        }

        private static void endWithInput(Supervisor supervisor) {
            StringBuilder said = new StringBuilder();
            try {
                int c = System.in.read();
                while (c >= 0 && said.length() < 5) {
                    said.append((char) c);
                    if (said.toString().equals("keep\n")) {
                        return;
                    }
                    c = System.in.read();
                }
            } catch (IOException e) {
                said.setLength(0);
            }
            supervisor.stop();
        }
    }

    /** The process that hosts every component. */
    @Command(name = "worker", hidden = true)
    static final class Worker implements Callable<Integer> {
        private final Surroundings surroundings;

        @Mixin
        ProcessOptions options = new ProcessOptions();

        Worker(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() throws IOException {
            return options.run(surroundings, "worker", Components::all);
        }
    }
}
