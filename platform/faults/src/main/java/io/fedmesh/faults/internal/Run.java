package io.fedmesh.faults.internal;

import io.fedmesh.app.internal.cli.Cli;
import io.fedmesh.app.internal.cli.Console;
import io.fedmesh.app.internal.config.ConfigFile;
import io.fedmesh.app.internal.process.Connections;
import io.fedmesh.faults.internal.Schedule.Draw;
import io.fedmesh.lake.Lakehouse;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One schedule on a mesh that stands: work and faults, then healing, then rest, then the oracle. */
final class Run {
    private static final long LOOK_MS = 40;
    private static final int LOOKS_BETWEEN_BEATS = 10;
    /** When the workload is over, or does not move on, the faults that are left begin by time. */
    private static final long LATEST_MS = 30_000;

    private static final Duration WORK = Duration.ofSeconds(9);
    private static final int MOST_FINDINGS = 40;

    private final FaultyMesh mesh;
    private final Schedule schedule;
    private final long rows;
    private final Consumer<String> progress;
    private final List<String> findings = new ArrayList<>();
    private final Map<Draw, Strike> strikes = new LinkedHashMap<>();

    private Run(FaultyMesh mesh, Schedule schedule, long rows, Consumer<String> progress) {
        this.mesh = mesh;
        this.schedule = schedule;
        this.rows = rows;
        this.progress = progress;
    }

    /**
     * Plays a schedule.
     *
     * @param rows row changes to commit
     * @param progress told what begins
     */
    static Verdict play(FaultyMesh mesh, Schedule schedule, long rows, Consumer<String> progress) throws Exception {
        return new Run(mesh, schedule, rows, progress).play();
    }

    private Verdict play() throws Exception {
        mesh.crew.takeOwnEnds();
        long start = System.nanoTime();
        long committed;
        try (Work work = Work.start(mesh, rows, schedule.seed(), WORK)) {
            strikeDuring(work, start);
            committed = work.committedRows();
        }
        double workSeconds = since(start);
        int ownEnds = mesh.crew.takeOwnEnds();
        findings.addAll(mesh.takeFindings());
        long healed = System.nanoTime();
        progress.accept("healed");
        reconcile();
        double quietSeconds = since(healed);
        long quiet = System.nanoTime();
        String figures = ledger();
        List<Verdict.Bite> bites = new ArrayList<>();
        strikes.forEach(
                (draw, strike) -> bites.add(new Verdict.Bite(draw.fault().toString(), strike.bites())));
        return new Verdict(
                schedule.seed(),
                bites,
                committed,
                figures,
                ownEnds + mesh.crew.takeOwnEnds(),
                workSeconds,
                quietSeconds,
                since(quiet),
                bounded(findings));
    }

    /** The first ones, and of all of them how many begin alike. */
    private static List<String> bounded(List<String> findings) {
        if (findings.size() <= MOST_FINDINGS) {
            return findings;
        }
        Map<String, Integer> kinds = new TreeMap<>();
        findings.forEach(finding -> kinds.merge(finding.split(" ", 3)[0], 1, Integer::sum));
        List<String> bounded = new ArrayList<>(List.of(findings.size() + " in all: " + kinds));
        bounded.addAll(findings.subList(0, MOST_FINDINGS));
        return bounded;
    }

    /** Until the workload is done and every fault has begun and ended. */
    private void strikeDuring(Work work, long start) throws InterruptedException {
        Deque<Draw> left = new ArrayDeque<>(schedule.draws());
        while (true) {
            double done = work.isDone() ? 1 : (double) work.committedRows() / rows;
            double byTime = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) / (double) LATEST_MS;
            while (!left.isEmpty() && left.peek().at() <= Math.max(done, byTime)) {
                Draw draw = left.pop();
                progress.accept("begins: " + draw.fault());
                strikes.put(draw, begin(draw));
            }
            boolean allEnded = true;
            for (Strike strike : strikes.values()) {
                allEnded &= strike.ended();
            }
            mesh.crew.mend();
            if (work.isDone() && left.isEmpty() && allEnded) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
    }

    private Strike begin(Draw draw) {
        try {
            return draw.fault().beginning().begin(mesh, new Random(draw.salt()));
        } catch (RuntimeException e) {
            progress.accept("cannot begin, because of another fault: " + draw.fault() + ": " + e.getMessage());
            return Strike.done(0);
        }
    }

    /** Waits until all has arrived, within the bound of {@code mesh reconcile}, and compares; the crew is mended meanwhile. */
    private void reconcile() throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        FutureTask<Integer> task = new FutureTask<>(() -> Cli.run(
                console, Map.of("MESH_CONFIG", mesh.readingConfig().toString(), "USER", "campaign"), "reconcile"));
        Thread thread = new Thread(task, "campaign-reconcile");
        thread.setDaemon(true);
        thread.start();
        for (int look = 0; !task.isDone(); look++) {
            mesh.crew.mend();
            if (look % LOOKS_BETWEEN_BEATS == 0) {
                mesh.beat();
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
        try {
            int exit = task.get();
            String said = out.toString(StandardCharsets.UTF_8);
            boolean isWhole = mesh.contracts().products().stream()
                    .allMatch(contract -> said.contains(contract.name().toString()));
            if (exit != 0 || !isWhole) {
                findings.add("reconcile must compare every product and find nothing but exits with " + exit);
                said.lines().forEach(line -> findings.add("reconcile: " + line));
                err.toString(StandardCharsets.UTF_8).lines().forEach(line -> findings.add("reconcile: " + line));
            }
        } catch (ExecutionException e) {
            findings.add("reconcile must come to its end but did not: " + e);
        }
    }

    private String ledger() throws Exception {
        Connections connections = new Connections(ConfigFile.read(mesh.readingConfig()), Map.of());
        try (Lakehouse lakehouse = connections.lakehouse();
                TopicReader topics = new TopicReader(mesh.operator());
                Connection source = mesh.owner()) {
            LedgerCheck check = new LedgerCheck(
                    mesh.contracts(), lakehouse, connections.tokenKeys(), topics, mesh.seen, findings::add);
            check.run(source);
            return check.figures();
        }
    }

    private static double since(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
