package io.fedmesh.app.internal.localmesh;

import io.fedmesh.local.ClassArchive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Starts and ends the supervisor of a local mesh, a process of its own. */
public final class MeshLauncher {
    private static final long POLL_MS = 100;
    private static final Duration START_TIME = Duration.ofMinutes(8);
    private static final Duration STOP_TIME = Duration.ofSeconds(75);
    private static final int TAIL_LINES = 10;

    private final MeshHome home;

    public MeshLauncher(MeshHome home) {
        this.home = home;
    }

    /** A supervisor that was started here. */
    public static final class Started {
        private final Process process;

        private Started(Process process) {
            this.process = process;
        }

        /** From now on it runs on when this process ends. */
        public void letGo() {
            try {
                process.getOutputStream().write("keep\n".getBytes(StandardCharsets.US_ASCII));
                process.getOutputStream().flush();
            } catch (IOException e) {
                throw new UncheckedIOException("[local] the supervisor must listen but did not", e);
            }
        }
    }

    /**
     * Starts a supervisor; it ends when this process does, however that ends, unless it is let go.
     *
     * @throws IllegalStateException when a mesh runs there already
     */
    public Started start(boolean isApart) {
        home.running().ifPresent(state -> {
            throw new IllegalStateException(
                    "[" + home.folder() + "] no mesh must run here yet but one does, pid " + state.pid());
        });
        home.saySilence();
        Path log = home.make("log").resolve("supervisor.log");
        JavaLine java = JavaLine.ofThis();
        // Interrupt and hang-up of the terminal are for the command, which then decides about the mesh.
        List<String> command =
                new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT HUP; umask 077; exec \"$@\"", "mesh"));
        command.add(JavaLine.java());
        command.addAll(List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
        command.addAll(java.options());
        command.addAll(ClassArchive.options(java.program().get(1)));
        command.addAll(java.program());
        command.addAll(List.of("local", "run", "--home", home.folder().toString()));
        if (isApart) {
            command.add("--apart");
        }
        try {
            return new Started(new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()))
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException("[local] the supervisor must start but did not", e);
        }
    }

    /**
     * Waits until the mesh is ready.
     *
     * @param steps told each step when it begins
     * @throws IllegalStateException with the cause when it does not come up
     * @throws InterruptedException when the waiting thread is interrupted; the mesh goes on
     */
    public RunState awaitReady(Started started, Consumer<String> steps) throws InterruptedException {
        long end = System.nanoTime() + START_TIME.toNanos();
        String step = "";
        while (System.nanoTime() < end) {
            boolean alive = started.process.isAlive();
            Optional<RunState> said = home.said();
            if (said.isPresent()) {
                RunState state = said.get();
                if (state.phase() == RunState.Phase.READY) {
                    return state;
                }
                if (state.phase() == RunState.Phase.FAILED) {
                    started.process.waitFor(STOP_TIME.toSeconds(), TimeUnit.SECONDS);
                    throw new IllegalStateException(state.step());
                }
                if (!state.step().equals(step)) {
                    step = state.step();
                    steps.accept(step);
                }
            }
            if (!alive) {
                throw new IllegalStateException("the mesh must stay up but ended while starting: " + tail());
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
        throw new IllegalStateException("the mesh must be ready within " + START_TIME.toSeconds() + " s but was not ("
                + step + "); logs are in " + home.folder().resolve("log"));
    }

    /**
     * Ends the mesh of this home in order and waits.
     *
     * @return whether one ran
     */
    public boolean stop() throws InterruptedException {
        Optional<RunState> running = home.running();
        if (running.isEmpty()) {
            home.saySilence();
            return false;
        }
        Optional<ProcessHandle> supervisor = ProcessHandle.of(running.get().pid());
        if (supervisor.isPresent()) {
            supervisor.get().destroy();
            long end = System.nanoTime() + STOP_TIME.toNanos();
            while (supervisor.get().isAlive() && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(POLL_MS);
            }
            if (supervisor.get().isAlive()) {
                // The leashes end all that it started.
                supervisor.get().destroyForcibly();
            }
        }
        home.saySilence();
        return true;
    }

    private String tail() {
        Path log = home.log("supervisor");
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return "its last lines in " + log + ":\n"
                    + String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "no log in " + log;
        }
    }
}
