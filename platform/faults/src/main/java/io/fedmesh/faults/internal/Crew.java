package io.fedmesh.faults.internal;

import io.fedmesh.app.Main;
import io.fedmesh.app.internal.localmesh.StatusClient;
import io.fedmesh.app.internal.process.FailpointOrders;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Domain;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.Source;
import io.fedmesh.contract.failpoint.Charge;
import io.fedmesh.local.LocalProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The mesh's own processes, each for itself, kept alive. Used by one thread. */
final class Crew implements AutoCloseable {
    private static final List<String> HANDED_DOWN = List.of(
            "fedmesh.root",
            "fedmesh.parts",
            "org.apache.avro.limits.bytes.maxLength",
            "org.apache.avro.limits.string.maxLength",
            "org.apache.avro.limits.collectionItems.maxLength");
    private static final String UPKEEP = Names.principal("mesh", "upkeep");
    /** Nobody waits for it, and it has something to do at any time: a tenth of another's share. */
    private static final int UPKEEP_NICENESS = 10;

    private static final long PAUSE_NANOS = 300_000_000;
    private static final long READY_LOOK_MS = 300;

    private final Path home;
    private final Path config;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private long orders;
    private int ownEnds;

    /** One process. */
    private final class Member {
        private final String name;
        private final int usualHeapMb;
        private int maxHeapMb;
        private final List<String> arguments;
        private final Path config;
        private @Nullable LocalProcess process;
        private int healthPort;
        private boolean isExpected;
        private boolean isKilled;
        private int ownEnds;
        private long endedNanos;

        private Member(String name, int maxHeapMb, List<String> arguments, Path config) {
            this.name = name;
            this.usualHeapMb = maxHeapMb;
            this.maxHeapMb = maxHeapMb;
            this.arguments = arguments;
            this.config = config;
        }

        private void start() {
            List<String> options = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto"));
            List<String> properties = new ArrayList<>(HANDED_DOWN);
            properties.addAll(KeyService.names());
            for (String property : properties) {
                String value = System.getProperty(property);
                if (value != null) {
                    options.add("-D" + property + "=" + value);
                }
            }
            options.add("-D" + FailpointOrders.FILE + "=" + ordersFile(name));
            options.add("-D" + FailpointOrders.ENABLED + "=true");
            List<String> program =
                    new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
            program.addAll(arguments);
            healthPort = freePort();
            program.addAll(List.of("--config", config.toString(), "--health-port", "" + healthPort));
            int niceness = name.equals(UPKEEP) ? UPKEEP_NICENESS : 0;
            process = LocalProcess.start(home, name, niceness, maxHeapMb, options, program);
            endedNanos = 0;
            isExpected = false;
            isKilled = false;
        }
    }

    /**
     * @param config of every process
     */
    Crew(Path home, Path config, Contracts contracts) {
        this.home = home;
        this.config = config;
        for (Domain domain : contracts.domains()) {
            String name = domain.name();
            if (contracts.sources().stream().map(Source::domain).anyMatch(name::equals)) {
                add(Names.principal(name, "cdc"), 320, List.of("cdc", "run", name), config);
            }
            if (contracts.ofDomain(name).stream().anyMatch(c -> c.origin() instanceof Contract.Derived)) {
                add(Names.principal(name, "stream"), 320, List.of("stream", "run", name), config);
            }
        }
        add("mesh.sink", 640, List.of("sink", "run"), config);
        add(UPKEEP, 320, List.of("lake", "run"), config);
    }

    private void add(String name, int maxHeapMb, List<String> arguments, Path own) {
        members.put(name, new Member(name, maxHeapMb, List.copyOf(arguments), own));
    }

    void start() {
        members.values().forEach(Member::start);
    }

    /**
     * Waits until every process is ready.
     *
     * @return whether all were in time
     */
    boolean awaitReady(Duration time) throws InterruptedException {
        StatusClient status = new StatusClient();
        long end = System.nanoTime() + time.toNanos();
        while (!members.values().stream().allMatch(member -> status.isReady(member.healthPort))) {
            if (System.nanoTime() > end) {
                return false;
            }
            mend();
            TimeUnit.MILLISECONDS.sleep(READY_LOOK_MS);
        }
        return true;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("[faults] a loopback port must be free but was not", e);
        }
    }

    /** Names of processes of a kind: {@code cdc}, {@code stream}, {@code sink} or {@code upkeep}; twins are not among them. */
    List<String> names(String kind) {
        return members.keySet().stream()
                .filter(name -> name.endsWith("." + kind))
                .toList();
    }

    /** Starts anew what ended a moment ago. */
    void mend() {
        long now = System.nanoTime();
        for (Member member : members.values()) {
            LocalProcess process = member.process;
            if (process == null || process.isAlive()) {
                continue;
            }
            if (member.endedNanos == 0) {
                member.endedNanos = now;
                ownEnds += member.isExpected ? 0 : 1;
                member.ownEnds += member.isKilled ? 0 : 1;
            } else if (now - member.endedNanos > PAUSE_NANOS) {
                member.start();
            }
        }
    }

    long pid(String name) {
        return process(name).pid();
    }

    boolean isAlive(String name) {
        return process(name).isAlive();
    }

    /** SIGKILL; {@link #mend} starts it anew. */
    void kill(String name) {
        Member member = member(name);
        member.isExpected = true;
        member.isKilled = true;
        process(name).kill();
    }

    /** What ends next ends by order. */
    void expectEnd(String name) {
        member(name).isExpected = true;
    }

    /**
     * Ends one and leaves it ended, until {@link #resume}.
     *
     * @throws IllegalStateException when it is halted already
     */
    void halt(String name) {
        kill(name);
        member(name).process = null;
    }

    void resume(String name) {
        if (member(name).process == null) {
            member(name).start();
        }
    }

    boolean isHalted(String name) {
        return member(name).process == null;
    }

    /** How often one has ended, since the mesh was made, and was not killed. */
    int ownEnds(String name) {
        return member(name).ownEnds;
    }

    /** SIGKILL; what {@link #mend} starts in its stead has so little heap, until {@link #relieve}. */
    void squeeze(String name, int maxHeapMb) {
        kill(name);
        member(name).maxHeapMb = maxHeapMb;
    }

    void relieve(String name) {
        Member member = member(name);
        member.maxHeapMb = member.usualHeapMb;
        if (member.process != null) {
            kill(name);
        }
    }

    /** Starts a second process of the same kind with a state folder of its own; answers its name. */
    String startTwin(String name) {
        Member first = member(name);
        String twin = name + ".twin";
        Path own = config.resolveSibling("twin-" + name + ".yaml");
        try {
            Path state = home.resolve("state-" + twin);
            Files.createDirectories(state);
            Files.writeString(own, Files.readString(config).replaceFirst("(?m)^state: .*$", "state: " + state));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        add(twin, first.usualHeapMb, first.arguments, own);
        member(twin).start();
        return twin;
    }

    void endTwin(String twin) {
        Member member = members.remove(twin);
        if (member != null && member.process != null) {
            member.process.kill();
        }
    }

    /** Arms failpoints of a process, now and in what is started in its stead; none disarms. */
    void arm(String name, List<Charge> charges) {
        StringBuilder text = new StringBuilder();
        charges.forEach(charge -> text.append(charge).append('\n'));
        text.append("# ").append(++orders).append('\n');
        Path file = ordersFile(name);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(file.resolveSibling(""));
            Files.writeString(fresh, text);
            Files.move(
                    fresh,
                    file,
                    java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often failpoints of a process have struck, since the mesh was made. */
    long strikes(String name) {
        Path file = ordersFile(name);
        try {
            Path struck = file.resolveSibling(file.getFileName() + ".struck");
            return Files.exists(struck) ? Files.readAllLines(struck).size() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many processes have ended without being told to, since the last time this was asked. */
    int takeOwnEnds() {
        int ends = ownEnds;
        ownEnds = 0;
        return ends;
    }

    private Path ordersFile(String name) {
        return home.resolve("faults").resolve(name + ".orders");
    }

    private Member member(String name) {
        return Objects.requireNonNull(members.get(name), name);
    }

    private LocalProcess process(String name) {
        LocalProcess process = member(name).process;
        if (process == null) {
            throw new IllegalStateException("[" + name + "] a process must run but is halted");
        }
        return process;
    }

    @Override
    public void close() {
        List<Thread> closers = new ArrayList<>();
        for (Member member : members.values()) {
            LocalProcess process = member.process;
            if (process != null) {
                Thread closer = new Thread(process::close, "close-" + member.name);
                closer.start();
                closers.add(closer);
            }
        }
        for (Thread closer : closers) {
            try {
                closer.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
