package io.fedmesh.local.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child process whose standard input is a leash: the command must end when that input does. Its output goes to
 * {@code home/log/<part>.log}.
 */
public final class Child {
    private static final Logger LOG = LoggerFactory.getLogger(Child.class);
    private static final long LOG_BYTES = 16L << 20;
    private static final long START_TOLERANCE_MS = 2_000; // Linux derives it from the boot time, which the clock shifts
    private static final Duration LEASH_TIME = Duration.ofSeconds(15);

    private final String part;
    private final Process process;
    private final Path log;

    private Child(String part, Process process, Path log) {
        this.part = part;
        this.process = process;
        this.log = log;
    }

    /** Starts the command; the terminal's interrupt and hang-up do not reach it, so that its parent decides when it ends. */
    public static Child start(Home home, String part, List<String> command, Map<String, String> environment) {
        Path log = logFile(home, part);
        List<String> shielded =
                new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT HUP; umask 077; exec \"$@\"", part));
        shielded.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(shielded)
                .directory(home.root().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(Child::changesTheChild);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            home.write(runFile(home, part), process.pid() + " " + startMillis(process.toHandle()));
            return new Child(part, process, log);
        } catch (IOException e) {
            throw new UncheckedIOException("[local] " + part + " must start but did not", e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until the condition holds; fails at once when the child ends; kills it when its time is over. */
    public void awaitReady(Duration time, BooleanSupplier ready) {
        boolean settled;
        try {
            settled = until(time, () -> !process.isAlive() || ready.getAsBoolean());
        } catch (RuntimeException e) {
            kill();
            throw e;
        }
        if (!process.isAlive()) {
            throw new IllegalStateException("[local] " + part + " must stay up but ended with exit code "
                    + process.exitValue() + "; its last lines in " + log + ":\n" + tail());
        }
        if (!settled) {
            kill();
            throw new IllegalStateException("[local] " + part + " must be ready within " + time.toSeconds()
                    + " s but was not; its last lines in " + log + ":\n" + tail());
        }
    }

    /** Waits until the condition holds; false when the time is over. */
    public static boolean until(Duration time, BooleanSupplier condition) {
        long end = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            pause();
        }
        return true;
    }

    /** Asks the child to end (SIGTERM) and kills it when it has not ended in time. */
    public void stop(Duration time) {
        // Process.destroy() would close standard input first, and the leash would halt the child.
        process.toHandle().destroy();
        await(time);
    }

    /** Waits for a child that was told to end in another way; kills it when it has not ended in time. */
    public void await(Duration time) {
        boolean ended = false;
        try {
            ended = process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            LOG.warn("Part did not stop in time, it is killed part={} pid={}", part, process.pid());
            kill();
        }
    }

    /** SIGKILL. Returns when the process is gone. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Ends the leash: closes the child's standard input. */
    public void release() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("Leash was closed already part={}", part);
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(15);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("[local] waiting for a part must not be interrupted but was", e);
        }
    }

    /** Awaits the end of a process that is on its way out, and kills it when it takes too long. */
    public static void reap(ProcessHandle handle) {
        if (until(LEASH_TIME, () -> !isRunning(handle))) {
            return;
        }
        LOG.warn("Process of an earlier run is killed pid={}", handle.pid());
        handle.destroyForcibly();
        if (!until(LEASH_TIME, () -> !isRunning(handle))) {
            throw new IllegalStateException("[local] process of an earlier run must end but did not: " + handle.pid());
        }
    }

    /** Whether the process runs; a zombie that nobody collects (a container without an init) does not. */
    public static boolean isRunning(ProcessHandle handle) {
        if (!handle.isAlive()) {
            return false;
        }
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(handle.pid()), "stat"));
            return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException e) {
            return handle.isAlive(); // no /proc here
        }
    }

    /** Awaits the end of a child that an earlier parent left, so that its ports and files are free. */
    public static void reap(Home home, String part) {
        earlier(home.root(), part).ifPresent(Child::reap);
    }

    /** Whether the part's child that was started last still runs. */
    static boolean runs(Path root, String part) {
        return earlier(root, part).map(Child::isRunning).orElse(false);
    }

    private static Optional<ProcessHandle> earlier(Path root, String part) {
        try {
            String line = Files.readString(root.resolve("run").resolve(part + ".pid"), StandardCharsets.US_ASCII);
            List<String> fields = List.of(line.strip().split(" ", -1));
            long start = Long.parseLong(fields.get(1));
            return ProcessHandle.of(Long.parseLong(fields.get(0)))
                    .filter(handle -> Math.abs(startMillis(handle) - start) < START_TOLERANCE_MS);
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty(); // never started
        }
    }

    /** Variables by which a parent's environment would change a child's behaviour. */
    static boolean changesTheChild(String name) {
        return name.startsWith("PG")
                || name.startsWith("QUARKUS_")
                || name.startsWith("APICURIO_")
                || name.startsWith("S3PROXY_")
                || name.startsWith("KAFKA_")
                || name.equals("JAVA_TOOL_OPTIONS")
                || name.equals("JDK_JAVA_OPTIONS")
                || name.equals("_JAVA_OPTIONS")
                || name.equals("CLASSPATH");
    }

    private static long startMillis(ProcessHandle handle) {
        Optional<Instant> start = handle.info().startInstant();
        return start.map(Instant::toEpochMilli).orElse(0L);
    }

    private static Path runFile(Home home, String part) {
        return home.folder("run").resolve(part + ".pid");
    }

    private static Path logFile(Home home, String part) {
        Path log = home.folder("log").resolve(part + ".log");
        try {
            if (Files.exists(log) && Files.size(log) > LOG_BYTES) {
                Files.move(log, log.resolveSibling(part + ".log.1"), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("[local] log must be writable but was not: " + log, e);
        }
        return home.ownerFile(log);
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return "(unreadable)";
        }
    }
}
