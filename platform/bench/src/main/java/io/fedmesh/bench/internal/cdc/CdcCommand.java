package io.fedmesh.bench.internal.cdc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.bench.internal.measure.ChildJvm;
import io.fedmesh.bench.internal.measure.OutputOption;
import io.fedmesh.bench.internal.measure.ProcessMeter;
import io.fedmesh.bench.internal.measure.Report;
import io.fedmesh.bench.internal.measure.RunFolder;
import io.fedmesh.bench.internal.measure.Statistics;
import io.fedmesh.local.LocalKafka;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mesh bench cdc}. */
@Command(
        name = "cdc",
        mixinStandardHelpOptions = true,
        description = {
            "Capture beside Debezium's own engine: the same changes of one table, in alternating rounds.",
            "Then the time from a commit in the source to its event in a committed reader's hands."
        })
public final class CdcCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final List<String> JVM = List.of("-Xmx768m", "-XX:+UseG1GC");

    @Option(names = "--events", defaultValue = "400000", description = "Changes a round; default: ${DEFAULT-VALUE}.")
    private long events;

    @Option(names = "--rounds", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--rate",
            defaultValue = "2000",
            description = "Transactions a second for the latency; default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(names = "--seconds", defaultValue = "15", description = "Of the latency; default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--rows", defaultValue = "100000", description = "In the table; default: ${DEFAULT-VALUE}.")
    private int rows;

    @Option(names = "--jvm", paramLabel = "OPTION", description = "A further option of the capture's JVM.")
    private List<String> javaOptions = List.of();

    @Mixin
    private OutputOption output = new OutputOption();

    /** One leg's steady part. */
    private record Leg(double eventsPerSecond, double cpuSecondsPerMillion, double brokerCpuSecondsPerMillion) {}

    @Override
    public Integer call() throws Exception {
        try (RunFolder home = RunFolder.make();
                CdcParts parts = new CdcParts(home.path().resolve("parts"), rows)) {
            prime(parts);
            List<Leg> engine = new ArrayList<>();
            List<Leg> ours = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                output.say("round " + (round + 1));
                parts.update(events);
                for (int leg = 0; leg < 2; leg++) {
                    if ((leg + round) % 2 == 0) {
                        engine.add(measure(parts, engineLeg(parts, events, round)));
                    } else {
                        ours.add(measure(parts, captureLeg(parts, events, round)));
                    }
                }
            }
            List<Double> latencies;
            double captureCpu;
            try (ChildJvm capture = captureLeg(parts, -1, rounds)) {
                capture.await(PATIENCE);
                double before = capture.meter().cpuSeconds();
                long begin = System.nanoTime();
                latencies = new CommitToTopic(parts, rate, Duration.ofSeconds(seconds)).run();
                captureCpu = (capture.meter().cpuSeconds() - before) / ((System.nanoTime() - begin) / 1e9);
            }
            print(engine, ours, latencies, captureCpu);
        }
        return 0;
    }

    /** Both take their snapshot, so that they resume in each round from what they stored: a place in the log. */
    private void prime(CdcParts parts) throws SQLException {
        try (ChildJvm child = captureLeg(parts, 0, -1)) {
            child.await(PATIENCE);
        }
        try (ChildJvm child = engineLeg(parts, 0, -1)) {
            child.await(PATIENCE);
            parts.update(1);
            child.await(PATIENCE);
        }
    }

    private ChildJvm captureLeg(CdcParts parts, long count, int round) {
        List<String> options = new ArrayList<>(JVM);
        options.addAll(javaOptions);
        return ChildJvm.start(
                "capture-" + round,
                parts.home.resolve("children"),
                options,
                CaptureChild.class,
                List.of(parts.childFile().toString(), Long.toString(count)));
    }

    private ChildJvm engineLeg(CdcParts parts, long count, int round) {
        return ChildJvm.start(
                "engine-" + round,
                parts.home.resolve("children"),
                JVM,
                EngineChild.class,
                List.of(
                        parts.childFile().toString(),
                        parts.home.resolve("engine.offsets").toString(),
                        Long.toString(count),
                        Integer.toString(rows)));
    }

    private static Leg measure(CdcParts parts, ChildJvm started) throws Exception {
        ProcessMeter broker = ProcessMeter.of(pid(parts.kafka));
        double before = broker.cpuSeconds();
        try (ChildJvm child = started) {
            JsonNode told = new ObjectMapper().readTree(child.await(PATIENCE));
            double brokerCpu = broker.cpuSeconds() - before;
            double events = told.required("events").asDouble();
            return new Leg(
                    events / told.required("seconds").asDouble(),
                    told.required("cpuSeconds").asDouble() / events * 1e6,
                    brokerCpu / events * 1e6);
        }
    }

    private static long pid(LocalKafka kafka) {
        return kafka.status().pid();
    }

    private void print(List<Leg> engine, List<Leg> ours, List<Double> latencies, double captureCpu) {
        double engineRate =
                Statistics.median(engine.stream().map(Leg::eventsPerSecond).toList());
        double ourRate =
                Statistics.median(ours.stream().map(Leg::eventsPerSecond).toList());
        double engineCpu =
                Statistics.median(engine.stream().map(Leg::cpuSecondsPerMillion).toList());
        double ourCpu =
                Statistics.median(ours.stream().map(Leg::cpuSecondsPerMillion).toList());
        double brokerCpu = Statistics.median(
                ours.stream().map(Leg::brokerCpuSecondsPerMillion).toList());
        Map<String, Object> ratios = new LinkedHashMap<>();
        ratios.put("rateToEngine", ourRate / engineRate);
        ratios.put("cpuToEngine", ourCpu / engineCpu);
        Map<String, Object> latency = new LinkedHashMap<>();
        latency.put("transactionsPerSecond", rate);
        latency.put("events", latencies.size());
        latency.put("p50Ms", Statistics.percentile(latencies, 50));
        latency.put("p99Ms", Statistics.percentile(latencies, 99));
        latency.put("maxMs", Statistics.percentile(latencies, 100));
        latency.put("captureCores", captureCpu);
        Report report = new Report("capture", "events/s", "CPU-s/M", "broker CPU-s/M");
        report.add("Debezium's engine alone", engineRate, engineCpu, null);
        report.add("ours: framed, exactly once", ourRate, ourCpu, brokerCpu);
        report.print(output.out());
        Report second = new Report("commit to topic, ms", "p50", "p99", "max");
        second.add(rate + " transactions/s", latency.get("p50Ms"), latency.get("p99Ms"), latency.get("maxMs"));
        second.print(output.out());
        output.out()
                .println("rate " + Report.rounded(ourRate / engineRate) + " x, CPU "
                        + Report.rounded(ourCpu / engineCpu) + " x the engine's");
        if (output.format == Report.Format.JSON) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("bench", "cdc");
            all.put("ratios", ratios);
            all.put("engine", Map.of("eventsPerSecond", engineRate, "cpuSecondsPerMillion", engineCpu));
            all.put(
                    "capture",
                    Map.of(
                            "eventsPerSecond",
                            ourRate,
                            "cpuSecondsPerMillion",
                            ourCpu,
                            "brokerCpuSecondsPerMillion",
                            brokerCpu));
            all.put("commitToTopic", latency);
            output.json(all);
        }
    }
}
