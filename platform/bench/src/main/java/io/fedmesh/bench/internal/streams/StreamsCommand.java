package io.fedmesh.bench.internal.streams;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.bench.internal.measure.ChildJvm;
import io.fedmesh.bench.internal.measure.OutputOption;
import io.fedmesh.bench.internal.measure.Report;
import io.fedmesh.bench.internal.measure.RunFolder;
import io.fedmesh.bench.internal.measure.Statistics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mesh bench streams}. */
@Command(
        name = "streams",
        mixinStandardHelpOptions = true,
        description = {
            "A state for each key under exactly_once_v2, one thread, bytes: Kafka Streams' own settings beside ours,",
            "with stores on disk and in memory, in alternating rounds."
        })
public final class StreamsCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final List<String> LEGS = List.of(StreamsRig.DEFAULTS, StreamsRig.DISK, StreamsRig.MEMORY);

    @Option(names = "--records", defaultValue = "1200000", description = "A leg; default: ${DEFAULT-VALUE}.")
    private long records;

    @Option(names = "--keys", defaultValue = "1000000", description = "Default: ${DEFAULT-VALUE}.")
    private int keys;

    @Option(names = "--rounds", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--jvm", paramLabel = "OPTION", description = "A further option of the legs' JVMs.")
    private List<String> jvm = List.of();

    @Mixin
    private OutputOption output = new OutputOption();

    private record Leg(double recordsPerSecond, double cpuSecondsPerMillion) {}

    @Override
    public Integer call() throws Exception {
        Map<String, List<Leg>> legs = new LinkedHashMap<>();
        LEGS.forEach(name -> legs.put(name, new ArrayList<>()));
        try (RunFolder home = RunFolder.make();
                StreamsRig rig = new StreamsRig(home.path().resolve("parts"))) {
            rig.write(records, keys);
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < LEGS.size(); i++) {
                    String name = LEGS.get((i + round) % LEGS.size());
                    output.say("round " + (round + 1) + ", " + name);
                    Objects.requireNonNull(legs.get(name)).add(measure(rig, name, "bench-" + name + "-" + round));
                }
            }
        }
        print(legs);
        return 0;
    }

    private Leg measure(StreamsRig rig, String settings, String application) throws Exception {
        List<String> options = new ArrayList<>(List.of("-Xmx1500m", "-XX:+UseG1GC"));
        options.addAll(jvm);
        try (ChildJvm child = ChildJvm.start(
                application,
                rig.home.resolve("children"),
                options,
                StreamsChild.class,
                List.of(
                        rig.childFile().toString(),
                        settings,
                        application,
                        rig.home.resolve("state").resolve(application).toString(),
                        Long.toString(records)))) {
            JsonNode told = new ObjectMapper().readTree(child.await(PATIENCE));
            double count = told.required("records").asDouble();
            return new Leg(
                    count / told.required("seconds").asDouble(),
                    told.required("cpuSeconds").asDouble() / count * 1e6);
        }
    }

    private void print(Map<String, List<Leg>> legs) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("bench", "streams");
        answer.put("records", records);
        answer.put("keys", keys);
        Map<String, Double> rates = new LinkedHashMap<>();
        Map<String, Double> cpus = new LinkedHashMap<>();
        Report report = new Report("settings", "records/s", "CPU-s/M");
        legs.forEach((name, measured) -> {
            double rate = Statistics.median(
                    measured.stream().map(Leg::recordsPerSecond).toList());
            double cpu = Statistics.median(
                    measured.stream().map(Leg::cpuSecondsPerMillion).toList());
            rates.put(name, rate);
            cpus.put(name, cpu);
            report.add(name, rate, cpu);
        });
        report.print(output.out());
        double defaults = rates.getOrDefault(StreamsRig.DEFAULTS, Double.NaN);
        Map<String, Double> ratios = new LinkedHashMap<>();
        ratios.put("diskToDefaultsRate", rates.getOrDefault(StreamsRig.DISK, Double.NaN) / defaults);
        ratios.put("memoryToDefaultsRate", rates.getOrDefault(StreamsRig.MEMORY, Double.NaN) / defaults);
        output.out()
                .println("rate on disk " + Report.rounded(ratios.get("diskToDefaultsRate")) + " x, in memory "
                        + Report.rounded(ratios.get("memoryToDefaultsRate")) + " x the defaults'");
        if (output.format == Report.Format.JSON) {
            answer.put("recordsPerSecond", rates);
            answer.put("cpuSecondsPerMillion", cpus);
            answer.put("ratios", ratios);
            output.json(answer);
        }
    }
}
