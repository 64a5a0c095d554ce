package io.fedmesh.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.internal.FakeRegistry;
import io.fedmesh.lake.internal.LakeRig;
import io.fedmesh.lake.internal.Samples;
import io.fedmesh.testkit.Broker;
import io.fedmesh.wire.KafkaConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that share a product's tables, started, stopped, stalled and killed under load. */
class SharedSinksIT {
    private static final long SEED = Long.getLong("fedmesh.seed", 20_261_125L);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int PARTITIONS = 4;
    private static final int PODS = 3;
    private static final int MOVES = 7;
    private static final int KEYS = 300;

    @TempDir
    static Path home;

    private final Random random = new Random(SEED);
    private final @Nullable Process[] pods = new Process[PODS];
    private final Map<Long, String> expected = new TreeMap<>();

    @Test
    void nothingIsLostOrTwiceWhoeverComesAndGoes() throws Exception {
        Contract contract = Samples.contract("shared");
        LakeConfig lake = LakeRig.get().newLake();
        Path given = home.resolve("sink.properties");
        FakeRegistry registry = new FakeRegistry();
        try (Broker broker = Broker.start(home.resolve("broker"));
                Lakehouse lakehouse = Lakehouse.open(lake);
                Events events = new Events(broker.operator(), registry, "shared")) {
            KafkaConnection connection = broker.operator();
            Events.topics(connection, contract, PARTITIONS);
            SinkMain.write(given, LakeRig.get().home(), connection, lake, "shared");
            start(0, given);
            start(1, given);
            for (int move = 0; move < MOVES; move++) {
                long passed = captured(lakehouse, contract);
                produce(events, contract, 600);
                disturb(given, move);
                // Whoever is left goes on: the next disturbance meets sinks at work.
                await().atMost(PATIENCE).until(() -> captured(lakehouse, contract) > passed);
            }
            for (int pod = 0; pod < PODS; pod++) {
                start(pod, given);
            }
            produce(events, contract, 600);
            Map<Integer, Long> ends = Events.ends(connection, contract, PARTITIONS);
            await().atMost(PATIENCE).until(() -> isAtEnd(lakehouse, contract, ends));
            stopAll();
            check(lakehouse, contract, events.version());
        } finally {
            for (Process pod : pods) {
                if (pod != null) {
                    pod.destroyForcibly();
                }
            }
        }
    }

    private void produce(Events events, Contract contract, int count) {
        for (int sent = 0; sent < count; sent += 50) {
            events.begin();
            for (int i = 0; i < 50; i++) {
                long number = random.nextInt(KEYS);
                if (random.nextInt(5) == 0) {
                    events.delete(contract, Samples.well("F", number, null));
                    expected.remove(number);
                } else {
                    String owner = "owner" + (events.version() + 1);
                    events.put(contract, Samples.well("F", number, owner));
                    expected.put(number, owner);
                }
            }
            events.commit();
        }
    }

    /** The first moves are one of each kind; the others are drawn, but nobody is stalled twice. Somebody always lives. */
    private void disturb(Path given, int move) throws Exception {
        int kind = move < 4 ? move : random.nextInt(3);
        int pod = random.nextInt(PODS);
        switch (kind) {
            case 0 -> start(pod, given);
            case 1 -> kill(pod, given);
            case 2 -> stop(pod, given);
            default -> stall(pod, given);
        }
        if (living() == 0) {
            start(pod, given);
        }
    }

    private void start(int pod, Path given) throws IOException {
        if (isAlive(pod)) {
            return;
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1"));
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("org.apache.avro.limits."))
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                SinkMain.class.getName(),
                given.toString(),
                home.resolve("pod" + pod).toString()));
        pods[pod] = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.resolve("pod" + pod + ".log").toFile()))
                .start();
    }

    private void kill(int pod, Path given) throws Exception {
        start(pod, given);
        java.util.Objects.requireNonNull(pods[pod]).destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        start(pod, given);
    }

    private void stop(int pod, Path given) throws Exception {
        start((pod + 1) % PODS, given);
        Process process = pods[pod];
        if (process != null) {
            process.getOutputStream().close();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Longer than the group waits for it: it wakes up as a zombie. */
    private void stall(int pod, Path given) throws Exception {
        start(pod, given);
        start((pod + 1) % PODS, given);
        long pid = java.util.Objects.requireNonNull(pods[pod]).pid();
        signal("-STOP", pid);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(12);
        await().atMost(PATIENCE).until(() -> System.nanoTime() > until);
        signal("-CONT", pid);
    }

    private static void signal(String signal, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", signal, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    private void stopAll() throws Exception {
        for (Process pod : pods) {
            if (pod != null) {
                pod.getOutputStream().close();
            }
        }
        for (Process pod : pods) {
            if (pod != null) {
                assertThat(pod.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private boolean isAlive(int pod) {
        Process process = pods[pod];
        return process != null && process.isAlive();
    }

    private int living() {
        int living = 0;
        for (int pod = 0; pod < PODS; pod++) {
            living += isAlive(pod) ? 1 : 0;
        }
        return living;
    }

    private static boolean isAtEnd(Lakehouse lakehouse, Contract contract, Map<Integer, Long> ends) {
        return lakehouse.offsets(contract.name(), true).equals(ends)
                && lakehouse.offsets(contract.name(), false).equals(ends);
    }

    private static long captured(Lakehouse lakehouse, Contract contract) {
        TableIdentifier latest = table(contract, true);
        if (!lakehouse.catalog().tableExists(latest)) {
            return 0;
        }
        Snapshot current = lakehouse.catalog().loadTable(latest).currentSnapshot();
        return current == null ? 0 : Lakehouse.counts(current).getOrDefault("captured", 0L);
    }

    private static TableIdentifier table(Contract contract, boolean latest) {
        return TableIdentifier.of(
                Namespace.of(contract.name().namespace()),
                latest ? contract.name().latestTable() : contract.name().historyTable());
    }

    private void check(Lakehouse lakehouse, Contract contract, long events) throws IOException {
        assertThat(Sinks.owners(lakehouse, contract)).as("seed " + SEED).isEqualTo(expected);
        assertThat(Sinks.events(lakehouse, contract)).as("seed " + SEED).isEqualTo((int) events);
        Table latest = lakehouse.catalog().loadTable(table(contract, true));
        Map<String, Long> counts = Lakehouse.counts(latest.currentSnapshot());
        assertThat(counts)
                .containsEntry("captured", events)
                .containsEntry("rejected", 0L)
                .containsEntry("filtered", 0L);
        assertThat(counts.getOrDefault("applied", 0L) + counts.getOrDefault("superseded", 0L))
                .isEqualTo(events);
        assertThat(lakehouse.watermarks(contract.name(), true).values().stream()
                        .mapToLong(mark -> mark.version().lsn())
                        .max())
                .hasValue(events);
        Set<String> files = new HashSet<>();
        for (Snapshot snapshot : latest.snapshots()) {
            SnapshotChanges changes =
                    SnapshotChanges.builderFor(latest).snapshot(snapshot).build();
            for (DataFile file : changes.addedDataFiles()) {
                assertThat(files.add(file.location())).isTrue();
            }
            changes.addedDeleteFiles()
                    .forEach(deletes -> assertThat(deletes.format()).isEqualTo(FileFormat.PUFFIN));
        }
    }
}
