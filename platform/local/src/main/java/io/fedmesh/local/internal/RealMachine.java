package io.fedmesh.local.internal;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** This machine. */
public final class RealMachine implements Machine {
    private static final int TIMEOUT_MS = 2_000;

    private final Clock clock;

    public RealMachine(Clock clock) {
        this.clock = clock;
    }

    @Override
    public int javaFeature() {
        return Runtime.version().feature();
    }

    @Override
    public String osName() {
        return System.getProperty("os.name");
    }

    @Override
    public String osArch() {
        return System.getProperty("os.arch");
    }

    @Override
    public boolean postgresPresent() {
        return PostgresBinaries.present(osName(), osArch());
    }

    @Override
    public Optional<String> missingPart() {
        return problemOf(() -> {
            Parts.registry();
            Parts.s3();
        });
    }

    @Override
    public Optional<String> userProblem() {
        return problemOf(Unprivileged::find);
    }

    @Override
    public long usableBytes(Path folder) {
        try {
            return Files.getFileStore(existing(folder)).getUsableSpace();
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public long memoryBytes() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }

    @Override
    public OptionalLong openFiles() {
        // The hard limit: a JVM raises its own soft one to it.
        return output("ulimit -Hn")
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElseGet(OptionalLong::empty);
    }

    @Override
    public Optional<String> folderProblem(Path folder) {
        Path parent = existing(folder);
        try {
            Path probe = Files.createTempFile(
                    parent,
                    "probe",
                    ".tmp",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(probe));
                return permissions.equals("rw-------")
                        ? Optional.empty()
                        : Optional.of("files in " + parent + " must be owner-only but became " + permissions);
            } finally {
                Files.delete(probe);
            }
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.of("folder must be writable but was not: " + parent);
        }
    }

    @Override
    public Optional<String> loopbackProblem() {
        try (ServerSocket server = new ServerSocket()) {
            server.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            try (Socket client = new Socket()) {
                client.connect(server.getLocalSocketAddress(), TIMEOUT_MS);
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("a connection to 127.0.0.1 must succeed but failed: " + e.getMessage());
        }
    }

    @Override
    public boolean isTaken(int port) {
        return Loopback.accepts(port);
    }

    @Override
    public Optional<String> listener(int port) {
        return Listeners.process(port).map(pid -> {
            String name = ProcessHandle.of(pid)
                    .flatMap(handle -> handle.info().command())
                    .map(command -> String.valueOf(Path.of(command).getFileName()))
                    .orElse("a program");
            return name + " (process " + pid + ")";
        });
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    private static Path existing(Path folder) {
        Path path = folder.toAbsolutePath();
        while (!Files.isDirectory(path)) {
            Path parent = path.getParent();
            if (parent == null) {
                return path;
            }
            path = parent;
        }
        return path;
    }

    private static Optional<String> problemOf(Runnable probe) {
        try {
            probe.run();
            return Optional.empty();
        } catch (IllegalStateException e) {
            return Optional.of(String.valueOf(e.getMessage()).replaceFirst("^\\[local\\] ", ""));
        }
    }

    private static Optional<String> output(String command) {
        try {
            Process process = new ProcessBuilder("/bin/sh", "-c", command)
                    .redirectErrorStream(true)
                    .start();
            if (!process.waitFor(TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            return Optional.of(new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
