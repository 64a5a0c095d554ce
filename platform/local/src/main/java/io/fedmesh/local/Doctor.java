package io.fedmesh.local;

import io.fedmesh.local.internal.Home;
import io.fedmesh.local.internal.Machine;
import io.fedmesh.local.internal.RealMachine;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Examines whether a local mesh can run on this machine. Changes nothing but a probe file in the home's folder. */
public final class Doctor {
    static final int MIN_JAVA = 17;
    static final long MIN_DISK_BYTES = 2L << 30;
    static final long MIN_MEMORY_BYTES = 3L << 30;
    static final long MIN_OPEN_FILES = 4096;
    /** A clock before this is wrong: nothing of this existed then. */
    static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");

    static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");

    /**
     * What was found.
     *
     * @param name what was looked at, one word
     * @param ok whether it will do
     * @param wrong what is wrong; empty if nothing is
     * @param remedy how to mend it; empty if nothing is wrong
     */
    public record Finding(String name, boolean ok, String wrong, String remedy) {
        static Finding good(String name) {
            return new Finding(name, true, "", "");
        }

        static Finding bad(String name, String wrong, String remedy) {
            return new Finding(name, false, wrong, remedy);
        }
    }

    private final Path home;
    private final Map<String, Integer> ports;
    private final Machine machine;

    Doctor(Path home, Map<String, Integer> ports, Machine machine) {
        this.home = home;
        this.ports = Map.copyOf(ports);
        this.machine = machine;
    }

    /**
     * A doctor for this machine.
     *
     * @param home the mesh's folder; need not exist
     */
    public static Doctor of(Path home) {
        Path absolute = home.toAbsolutePath().normalize();
        return new Doctor(absolute, Home.portsOfStoppedParts(absolute), new RealMachine(Clock.systemUTC()));
    }

    /** All findings, always the same ones in the same order. */
    public List<Finding> examine() {
        return List.of(
                java(), programs(), user(), folder(), disk(), memory(), openFiles(), loopback(), ports(), clock());
    }

    private Finding java() {
        int feature = machine.javaFeature();
        return feature >= MIN_JAVA
                ? Finding.good("java")
                : Finding.bad(
                        "java",
                        "Java must be " + MIN_JAVA + " or later but is " + feature,
                        "install a JDK " + MIN_JAVA + " and let JAVA_HOME name it");
    }

    private Finding programs() {
        if (!machine.postgresPresent()) {
            return Finding.bad(
                    "programs",
                    "PostgreSQL's programs must be there for this machine but are not for " + machine.osName() + " "
                            + machine.osArch(),
                    "use Linux or macOS on amd64 or arm64, and build on the machine that runs the mesh");
        }
        return machine.missingPart()
                .map(missing -> Finding.bad("programs", missing, "build again: mvn -Dquick -DskipTests package"))
                .orElseGet(() -> Finding.good("programs"));
    }

    private Finding user() {
        return machine.userProblem()
                .map(problem -> Finding.bad("user", problem, "run the mesh as an ordinary user"))
                .orElseGet(() -> Finding.good("user"));
    }

    private Finding folder() {
        return machine.folderProblem(home)
                .map(problem -> Finding.bad(
                        "home", problem, "choose a folder of your own on a local disk: MESH_HOME=/path/to/folder"))
                .orElseGet(() -> Finding.good("home"));
    }

    private Finding disk() {
        long bytes = machine.usableBytes(home);
        return bytes >= MIN_DISK_BYTES
                ? Finding.good("disk")
                : Finding.bad(
                        "disk",
                        "free space at " + home + " must be at least " + megabytes(MIN_DISK_BYTES) + " but is "
                                + megabytes(bytes),
                        "free some space, throw old state away with 'mesh reset', or set MESH_HOME to another disk");
    }

    private Finding memory() {
        long bytes = machine.memoryBytes();
        return bytes >= MIN_MEMORY_BYTES
                ? Finding.good("memory")
                : Finding.bad(
                        "memory",
                        "memory must be at least " + megabytes(MIN_MEMORY_BYTES) + " but is " + megabytes(bytes),
                        "give this machine or container more memory");
    }

    private Finding openFiles() {
        OptionalLong limit = machine.openFiles();
        return limit.isEmpty() || limit.getAsLong() >= MIN_OPEN_FILES
                ? Finding.good("files")
                : Finding.bad(
                        "files",
                        "open files must be allowed up to " + MIN_OPEN_FILES + " but are up to " + limit.getAsLong(),
                        "raise the limit: ulimit -n " + MIN_OPEN_FILES);
    }

    private Finding loopback() {
        return machine.loopbackProblem()
                .map(problem -> Finding.bad(
                        "loopback", problem, "bring 127.0.0.1 up (ip link set lo up) and let local connections pass"))
                .orElseGet(() -> Finding.good("loopback"));
    }

    private Finding ports() {
        List<String> taken = new ArrayList<>();
        ports.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
            int port = entry.getValue();
            if (machine.isTaken(port)) {
                Optional<String> who = machine.listener(port);
                taken.add(entry.getKey() + "'s port " + port + " by " + who.orElse("an unknown process"));
            }
        });
        return taken.isEmpty()
                ? Finding.good("ports")
                : Finding.bad(
                        "ports",
                        "ports of parts that are stopped must be free but are taken: " + String.join(", ", taken),
                        "end that process; or start anyway, and the part takes another port");
    }

    private Finding clock() {
        Instant now = machine.now();
        return now.isAfter(EARLIEST) && now.isBefore(LATEST)
                ? Finding.good("clock")
                : Finding.bad(
                        "clock",
                        "the clock must show a time after " + EARLIEST + " but shows " + now,
                        "set the clock: certificates and retention depend on it");
    }

    private static String megabytes(long bytes) {
        return (bytes >> 20) + " MB";
    }
}
