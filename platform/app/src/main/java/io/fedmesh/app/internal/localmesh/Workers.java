package io.fedmesh.app.internal.localmesh;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Domain;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.Source;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.local.LocalProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mesh's own processes: one worker that hosts every component, or one process a component. One that crashes is started
 * anew, after a pause that doubles; one that crashes too often in a row ends the mesh. Not thread-safe.
 */
final class Workers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final int MAX_CRASHES_IN_A_ROW = 8;
    /** Before the mesh was ready once: somebody waits, and what is wrong will not mend itself. */
    private static final int MAX_CRASHES_AT_START = 2;

    private static final long FIRST_PAUSE_MS = 250;
    private static final long LONGEST_PAUSE_MS = 15_000;
    private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final List<Worker> workers = new ArrayList<>();

    /** A process to run: the arguments of the command line that make it. */
    record Spec(String name, int maxHeapMb, List<String> arguments) {}

    /** One process for all components. */
    static List<Spec> together() {
        return List.of(new Spec("worker", 768, List.of("local", "worker")));
    }

    /** One process a component. */
    static List<Spec> apart(Contracts contracts) {
        List<Spec> specs = new ArrayList<>();
        for (Domain domain : contracts.domains()) {
            String name = domain.name();
            if (contracts.sources().stream().map(Source::domain).anyMatch(name::equals)) {
                specs.add(new Spec(Names.principal(name, "cdc"), 384, List.of("cdc", "run", name)));
            }
            boolean derives = contracts.ofDomain(name).stream().anyMatch(c -> c.origin() instanceof Contract.Derived);
            if (derives) {
                specs.add(new Spec(Names.principal(name, "stream"), 384, List.of("stream", "run", name)));
            }
        }
        specs.add(new Spec(DesiredState.GOVERNOR, 256, List.of("govern", "run")));
        specs.add(new Spec("mesh.sink", 640, List.of("sink", "run")));
        specs.add(new Spec("mesh.upkeep", 384, List.of("lake", "run")));
        return specs;
    }

    /**
     * Starts every process.
     *
     * @param root folder that holds {@code domains/} and {@code schemas/}
     */
    Workers(MeshHome home, List<Spec> specs, JavaLine java) {
        for (Spec spec : specs) {
            workers.add(new Worker(home, spec, java));
        }
        workers.forEach(Worker::start);
    }

    /**
     * Starts anew what crashed and whose pause is over.
     *
     * @param wasReady whether all were ready once
     * @return what is wrong beyond mending, or null
     */
    @Nullable
    String mend(boolean wasReady) {
        for (Worker worker : workers) {
            String failure = worker.mend(wasReady ? MAX_CRASHES_IN_A_ROW : MAX_CRASHES_AT_START);
            if (failure != null) {
                return failure;
            }
        }
        return null;
    }

    List<RunState.WorkerState> states() {
        return workers.stream().map(Worker::state).toList();
    }

    /** Ends all of them at once and waits. */
    @Override
    public void close() {
        List<Thread> closers = new ArrayList<>();
        for (Worker worker : workers) {
            Thread closer = new Thread(worker.process::close, "close-" + worker.spec.name);
            closer.start();
            closers.add(closer);
        }
        for (Thread closer : closers) {
            try {
                closer.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class Worker {
        private final MeshHome home;
        private final Spec spec;
        private final JavaLine java;
        private LocalProcess process;
        private int healthPort;
        private int restarts;
        private int crashesInARow;
        private long startedNanos;
        private long restartNanos;

        @SuppressWarnings("NullAway.Init") // started right after
        private Worker(MeshHome home, Spec spec, JavaLine java) {
            this.home = home;
            this.spec = spec;
            this.java = java;
        }

        private void start() {
            healthPort = freePort();
            List<String> program = new ArrayList<>(java.program());
            program.addAll(spec.arguments);
            program.addAll(List.of("--config", home.config().toString(), "--health-port", "" + healthPort));
            startedNanos = System.nanoTime();
            restartNanos = 0;
            process = LocalProcess.start(home.folder(), spec.name, spec.maxHeapMb, java.options(), program);
        }

        private @Nullable String mend(int maxCrashes) {
            if (process.isAlive()) {
                return null;
            }
            long now = System.nanoTime();
            if (restartNanos == 0) {
                crashesInARow = now - startedNanos > STEADY_NANOS ? 1 : crashesInARow + 1;
                if (crashesInARow > maxCrashes) {
                    return spec.name + " ended " + crashesInARow + " times in a row: "
                            + LastWords.of(home.log(spec.name));
                }
                long pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << (crashesInARow - 1));
                restartNanos = now + TimeUnit.MILLISECONDS.toNanos(pauseMs);
                LOG.atWarn()
                        .addKeyValue("process", spec.name)
                        .addKeyValue("pauseMs", pauseMs)
                        .log("process ended, it is started anew");
            }
            if (now - restartNanos >= 0) {
                restarts++;
                start();
            }
            return null;
        }

        private RunState.WorkerState state() {
            return new RunState.WorkerState(spec.name, process.pid(), healthPort, restarts);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("[local] a loopback port must be free but was not", e);
        }
    }
}
