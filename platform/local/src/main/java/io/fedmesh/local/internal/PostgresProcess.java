package io.fedmesh.local.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * PostgreSQL's postmaster behind a shell that holds its leash: when the shell's standard input ends, it sends the postmaster
 * SIGINT, which is a fast shutdown.
 */
public final class PostgresProcess {
    private static final Duration INIT_TIME = Duration.ofSeconds(120);
    private static final Duration START_TIME = Duration.ofSeconds(120);
    private static final Duration STOP_TIME = Duration.ofSeconds(20);

    /** $1 is the file that tells the postmaster's process id; the rest is the command. */
    private static final String LEASH = """
            pidfile=$1; shift
            exec 3<&0
            "$@" </dev/null 3<&- &
            server=$!
            echo "$server" >"$pidfile"
            ( while read -r _ <&3; do :; done; kill -INT "$server" 2>/dev/null ) &
            leash=$!
            exec 3<&-
            wait "$server"
            code=$?
            kill "$leash" 2>/dev/null
            exit "$code"
            """;

    private final Child child;
    private final Path serverPid;
    private final int port;

    private PostgresProcess(Child child, Path serverPid, int port) {
        this.child = child;
        this.serverPid = serverPid;
        this.port = port;
    }

    /** Starts the postmaster; initialises its data folder first if that never came to its end. */
    public static PostgresProcess start(
            Home home, String part, Path programs, Unprivileged user, String admin, Path passwordFile) {
        Path folder = home.folder(part);
        Path data = folder.resolve("data");
        awaitEarlier(data);
        if (!Files.exists(data)) {
            initialise(home, folder, data, programs, user, admin, passwordFile);
        }
        user.own(data);
        int port = home.port(part);
        Path serverPid = folder.resolve("server.pid");
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", LEASH, part, serverPid.toString()));
        command.addAll(user.prefix());
        command.addAll(List.of(programs.resolve("bin/postgres").toString(), "-D", data.toString()));
        settings(port).forEach((key, value) -> command.addAll(List.of("-c", key + "=" + value)));
        try {
            Files.deleteIfExists(serverPid);
        } catch (IOException e) {
            throw new UncheckedIOException("[local] folder must be writable but was not: " + folder, e);
        }
        return new PostgresProcess(Child.start(home, part, command, Map.of("LC_ALL", "C")), serverPid, port);
    }

    public int port() {
        return port;
    }

    /** The postmaster's process id, or the shell's while it is not known. */
    public long pid() {
        return server().map(ProcessHandle::pid).orElse(child.pid());
    }

    public boolean isAlive() {
        return child.isAlive();
    }

    /** Waits until the condition holds; fails at once when the server ends. */
    public void awaitReady(BooleanSupplier ready) {
        child.awaitReady(START_TIME, ready);
    }

    /** Whether it ended because children of a killed predecessor still have the shared memory: they leave it when they notice. */
    public static boolean isHeldUp(IllegalStateException failure) {
        return String.valueOf(failure.getMessage()).contains("pre-existing shared memory block");
    }

    /** Fast shutdown; killed when it takes too long. */
    public void stop() {
        child.release();
        if (!Child.until(STOP_TIME, () -> !child.isAlive())) {
            kill();
        }
    }

    /** SIGKILL to the postmaster; its children notice and end. */
    public void kill() {
        server().ifPresent(ProcessHandle::destroyForcibly);
        if (!Child.until(STOP_TIME, () -> !child.isAlive())) {
            child.kill();
        }
    }

    private Optional<ProcessHandle> server() {
        return handle(serverPid);
    }

    private static Optional<ProcessHandle> handle(Path pidFile) {
        try (Stream<String> lines = Files.lines(pidFile, StandardCharsets.US_ASCII)) {
            return lines.findFirst().flatMap(line -> ProcessHandle.of(Long.parseLong(line.strip())));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * A postmaster of an earlier run is awaited. When the process that {@code postmaster.pid} names is another program's,
     * the file is stale: in a container the numbers repeat soon, and the server would refuse to start.
     */
    private static void awaitEarlier(Path data) {
        Path pidFile = data.resolve("postmaster.pid");
        handle(pidFile).filter(PostgresProcess::isServer).ifPresent(Child::reap);
        try {
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new UncheckedIOException("[local] file must be removable but was not: " + pidFile, e);
        }
    }

    private static boolean isServer(ProcessHandle handle) {
        return handle.info()
                .command()
                .map(command -> command.endsWith("/postgres"))
                .orElse(false);
    }

    private static void initialise(
            Home home, Path folder, Path data, Path programs, Unprivileged user, String admin, Path passwordFile) {
        Path fresh = folder.resolve("data.new");
        try {
            Folders.delete(fresh);
            Files.createDirectory(fresh);
            user.own(fresh);
            List<String> command = new ArrayList<>(user.prefix());
            command.addAll(List.of(
                    programs.resolve("bin/initdb").toString(),
                    "--pgdata=" + fresh,
                    "--username=" + admin,
                    "--pwfile=" + passwordFile,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                    "--data-checksums",
                    "--no-instructions"));
            Path log = home.ownerFile(home.folder("log").resolve("postgres-init.log"));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            if (!process.waitFor(INIT_TIME.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        "[local] initdb must end within " + INIT_TIME.toSeconds() + " s but did not; see " + log);
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException("[local] initdb must succeed but said:\n" + Files.readString(log));
            }
            Path access = fresh.resolve("pg_hba.conf");
            home.write(access, ACCESS);
            Files.move(fresh, data, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("[local] PostgreSQL's data folder must be writable but was not: " + data, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("[local] initdb must not be interrupted but was", e);
        }
    }

    private static final String ACCESS = """
            # type   database     user  address       method
            host     all          all   127.0.0.1/32  scram-sha-256
            host     replication  all   127.0.0.1/32  scram-sha-256
            """;

    private static Map<String, String> settings(int port) {
        Map<String, String> settings = new java.util.TreeMap<>();
        settings.put("listen_addresses", "127.0.0.1");
        settings.put("port", Integer.toString(port));
        settings.put("unix_socket_directories", "");
        settings.put("password_encryption", "scram-sha-256");
        settings.put("max_connections", "100");
        settings.put("shared_buffers", "64MB");
        settings.put("wal_level", "logical");
        settings.put("max_wal_senders", "16");
        settings.put("max_replication_slots", "16");
        settings.put("max_wal_size", "1GB");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("log_line_prefix", "%m [%p] %u@%d ");
        settings.put("log_checkpoints", "off");
        // Neither a statement nor the detail of an error reaches the log: both hold values of records.
        settings.put("log_min_error_statement", "panic");
        settings.put("log_error_verbosity", "terse");
        return settings;
    }
}
