package io.fedmesh.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.local.internal.Machine;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DoctorTest {
    private static final Path HOME = Path.of("/home/me/.mesh");

    private final FakeMachine machine = new FakeMachine();

    @Test
    void aGoodMachineHasNoFault() {
        assertThat(findings())
                .allMatch(Doctor.Finding::ok)
                .extracting(Doctor.Finding::name)
                .containsExactly(
                        "java", "programs", "user", "home", "disk", "memory", "files", "loopback", "ports", "clock");
        assertThat(findings())
                .allMatch(
                        finding -> finding.wrong().isEmpty() && finding.remedy().isEmpty());
    }

    @Test
    void anOldJavaIsAFault() {
        machine.java = 11;

        assertFault("java", "Java must be 17 or later but is 11", "install a JDK 17 and let JAVA_HOME name it");
    }

    @Test
    void aMachineWithoutProgramsIsAFault() {
        machine.postgres = false;

        assertFault(
                "programs",
                "PostgreSQL's programs must be there for this machine but are not for Plan 9 mips",
                "use Linux or macOS on amd64 or arm64, and build on the machine that runs the mesh");
    }

    @Test
    void aPartThatWasNotBuiltIsAFault() {
        machine.missingPart = Optional.of("the parts folder must hold x");

        assertFault("programs", "the parts folder must hold x", "build again: mvn -Dquick -DskipTests package");
    }

    @Test
    void rootWithoutAWayOutIsAFault() {
        machine.userProblem = Optional.of("PostgreSQL must not run as root");

        assertFault("user", "PostgreSQL must not run as root", "run the mesh as an ordinary user");
    }

    @Test
    void aHomeThatIsNotOursIsAFault() {
        machine.folderProblem = Optional.of("folder must be writable but was not: /home");

        assertFault(
                "home",
                "folder must be writable but was not: /home",
                "choose a folder of your own on a local disk: MESH_HOME=/path/to/folder");
    }

    @Test
    void aFullDiskIsAFault() {
        machine.disk = 100L << 20;

        assertFault(
                "disk",
                "free space at /home/me/.mesh must be at least 2048 MB but is 100 MB",
                "free some space, throw old state away with 'mesh reset', or set MESH_HOME to another disk");
    }

    @Test
    void littleMemoryIsAFault() {
        machine.memory = 1L << 30;

        assertFault(
                "memory",
                "memory must be at least 3072 MB but is 1024 MB",
                "give this machine or container more memory");
    }

    @Test
    void fewOpenFilesAreAFault() {
        machine.openFiles = OptionalLong.of(256);

        assertFault(
                "files", "open files must be allowed up to 4096 but are up to 256", "raise the limit: ulimit -n 4096");
    }

    @Test
    void loopbackThatIsDownIsAFault() {
        machine.loopbackProblem = Optional.of("a connection to 127.0.0.1 must succeed but failed: Network is down");

        assertFault(
                "loopback",
                "a connection to 127.0.0.1 must succeed but failed: Network is down",
                "bring 127.0.0.1 up (ip link set lo up) and let local connections pass");
    }

    @Test
    void portsInOthersHandsAreAFaultThatNamesThem() {
        machine.taken = Map.of(9092, "java (process 17)", 5432, "");

        assertFault(
                "ports",
                "ports of parts that are stopped must be free but are taken: kafka's port 9092 by java (process 17),"
                        + " postgres's port 5432 by an unknown process",
                "end that process; or start anyway, and the part takes another port");
    }

    @Test
    void aClockOfAnotherTimeIsAFault() {
        machine.now = Instant.parse("1970-01-01T00:00:10Z");

        assertFault(
                "clock",
                "the clock must show a time after 2026-01-01T00:00:00Z but shows 1970-01-01T00:00:10Z",
                "set the clock: certificates and retention depend on it");
    }

    private List<Doctor.Finding> findings() {
        return new Doctor(HOME, Map.of("kafka", 9092, "postgres", 5432, "s3", 8080), machine).examine();
    }

    private void assertFault(String name, String wrong, String remedy) {
        assertThat(findings().stream().filter(finding -> !finding.ok()))
                .containsExactly(new Doctor.Finding(name, false, wrong, remedy));
    }

    private static final class FakeMachine implements Machine {
        int java = 17;
        boolean postgres = true;
        Optional<String> missingPart = Optional.empty();
        Optional<String> userProblem = Optional.empty();
        Optional<String> folderProblem = Optional.empty();
        Optional<String> loopbackProblem = Optional.empty();
        long disk = 10L << 30;
        long memory = 8L << 30;
        OptionalLong openFiles = OptionalLong.empty();
        Map<Integer, String> taken = Map.of();
        Instant now = Instant.parse("2026-11-22T00:00:00Z");

        @Override
        public int javaFeature() {
            return java;
        }

        @Override
        public String osName() {
            return "Plan 9";
        }

        @Override
        public String osArch() {
            return "mips";
        }

        @Override
        public boolean postgresPresent() {
            return postgres;
        }

        @Override
        public Optional<String> missingPart() {
            return missingPart;
        }

        @Override
        public Optional<String> userProblem() {
            return userProblem;
        }

        @Override
        public long usableBytes(Path folder) {
            return disk;
        }

        @Override
        public long memoryBytes() {
            return memory;
        }

        @Override
        public OptionalLong openFiles() {
            return openFiles;
        }

        @Override
        public Optional<String> folderProblem(Path folder) {
            return folderProblem;
        }

        @Override
        public Optional<String> loopbackProblem() {
            return loopbackProblem;
        }

        @Override
        public boolean isTaken(int port) {
            return taken.containsKey(port);
        }

        @Override
        public Optional<String> listener(int port) {
            return Optional.ofNullable(taken.get(port)).filter(name -> !name.isEmpty());
        }

        @Override
        public Instant now() {
            return now;
        }
    }
}
