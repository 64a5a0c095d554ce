package io.fedmesh.app.internal.localmesh;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.local.LocalMesh;
import io.fedmesh.local.SampleStory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a whole mesh on this machine: servers, databases, topics, processes. Says in the home's {@link RunState} how far it
 * is; ends everything that it started when it is told to end, and everything ends with it when it dies.
 */
public final class Supervisor {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final long POLL_MS = 250;
    private static final long SAY_EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long STOP_TIMEOUT_MS = 60_000;

    private final MeshHome home;
    private final Path root;
    private final boolean isApart;
    private final Clock clock;
    private final long startedAtMs;
    private final CountDownLatch stopAsked = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable LocalMesh parts;
    private volatile @Nullable Workers workers;

    /**
     * @param root folder that holds {@code domains/} and {@code schemas/}
     * @param isApart a process for every component instead of one for all
     */
    public Supervisor(MeshHome home, Path root, boolean isApart, Clock clock) {
        this.home = home;
        this.root = root;
        this.isApart = isApart;
        this.clock = clock;
        this.startedAtMs = clock.millis();
    }

    /**
     * Runs until it is told to end.
     *
     * @return 0 when told to end, 1 when something failed: the home's state says what
     */
    public int run() {
        Optional<FileChannel> lock = home.lock();
        if (lock.isEmpty()) {
            LOG.error("home is taken by another mesh");
            ended.countDown();
            return 1;
        }
        int exit = 0;
        try (FileChannel held = lock.get()) {
            try {
                start();
                exit = supervise() ? 0 : 1;
            } catch (InterruptedException e) {
                LOG.info("told to end while starting");
            } catch (InvalidContractsException | SQLException | RuntimeException e) {
                exit = fail(String.valueOf(e.getMessage()), e);
            } finally {
                closeAll(exit);
            }
            LOG.debug("home is released {}", held.isOpen());
        } catch (IOException e) {
            exit = fail(String.valueOf(e.getMessage()), e);
        } finally {
            ended.countDown();
        }
        return exit;
    }

    /** Asks for the end and waits for it; for a shutdown hook. */
    public void stop() {
        stopAsked.countDown();
        try {
            if (!ended.await(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                LOG.error("did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void start() throws InvalidContractsException, SQLException, InterruptedException {
        Contracts contracts = Contracts.load(root);
        say(RunState.Phase.STARTING, "postgres, kafka, registry, s3");
        LocalMesh started = LocalMesh.start(home.folder(), LocalMesh.Progress.SILENT);
        parts = started;
        new Preparation(home, root, clock).prepare(started, contracts, step -> {
            goOn();
            say(RunState.Phase.STARTING, step);
        });
        goOn();

        workers = new Workers(home, isApart ? Workers.apart(contracts) : Workers.together(), JavaLine.ofThis());
        say(RunState.Phase.STARTING, "processes");
    }

    /** Looks after everything until told to end; false when something is beyond mending. */
    private boolean supervise() throws InterruptedException {
        Workers supervised = java.util.Objects.requireNonNull(workers);
        LocalMesh servers = java.util.Objects.requireNonNull(parts);
        boolean ready = false;
        long saidNanos = System.nanoTime();
        StatusClient status = new StatusClient();
        while (!stopAsked.await(POLL_MS, TimeUnit.MILLISECONDS)) {
            String failure = supervised.mend(ready);
            boolean sayNow = !ready || System.nanoTime() - saidNanos > SAY_EVERY_NANOS;
            if (failure == null && sayNow) {
                failure = servers.status().stream()
                        .filter(part -> !isAlive(part.pid()))
                        .map(part -> part.part() + " must run but ended; why: " + home.log(part.part()))
                        .findFirst()
                        .orElse(null);
            }
            if (failure != null) {
                fail(failure, null);
                return false;
            }
            if (!ready && supervised.states().stream().allMatch(worker -> status.isReady(worker.healthPort()))) {
                ready = true;
                LOG.atInfo()
                        .addKeyValue("seconds", (clock.millis() - startedAtMs) / 1000.0)
                        .log("ready");
                sayNow = true;
            }
            if (sayNow) {
                say(ready ? RunState.Phase.READY : RunState.Phase.STARTING, ready ? "" : "processes");
                saidNanos = System.nanoTime();
            }
        }
        return true;
    }

    private void closeAll(int exit) {
        if (exit == 0) {
            say(RunState.Phase.STOPPING, "");
        }
        Workers running = workers;
        if (running != null) {
            running.close();
        }
        LocalMesh servers = parts;
        if (servers != null) {
            servers.close();
        }
        if (exit == 0) {
            home.saySilence();
        }
        LOG.info("ended");
    }

    private int fail(String message, @Nullable Throwable cause) {
        LOG.atError().setCause(cause).log(message);
        say(RunState.Phase.FAILED, message);
        return 1;
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    private void goOn() throws InterruptedException {
        if (stopAsked.getCount() == 0) {
            throw new InterruptedException();
        }
    }

    private synchronized void say(RunState.Phase phase, String step) {
        LocalMesh servers = parts;
        Workers running = workers;
        home.say(new RunState(
                ProcessHandle.current().pid(),
                startedAtMs,
                phase,
                step,
                isApart,
                servers == null ? List.of() : servers.status(),
                running == null ? List.of() : running.states()));
    }

    /** The story on the class path, if there is one. */
    public static Optional<SampleStory> story() {
        return ServiceLoader.load(SampleStory.class).findFirst();
    }
}
