package io.fedmesh.bench.internal.sink;

import io.fedmesh.bench.internal.measure.OutputOption;
import io.fedmesh.bench.internal.measure.Report;
import io.fedmesh.bench.internal.measure.Report.Format;
import io.fedmesh.contract.Contract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code mesh bench sink}. */
@Command(
        name = "sink",
        mixinStandardHelpOptions = true,
        description = {
            "Bring one topic into tables: a hand-written floor, Apache Iceberg's Kafka Connect sink and our sink.",
            "All legs share one broker, a JDBC catalog on PostgreSQL and an S3 stand-in on local disk; each is a fresh JVM,"
                    + " measured after warm-up from its first record to its last commit, and its rows are read back."
        })
public final class SinkCommand implements Callable<Integer> {
    private static final long SEED = 20_261_125;

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "5000000",
            description = "records of the topic; default: ${DEFAULT-VALUE}.")
    int records;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "records that each leg takes before; default: ${DEFAULT-VALUE}.")
    int warmUp;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,4",
            description = "partitions of the topic, measured in turn; default: ${DEFAULT-VALUE}.")
    List<Integer> partitions = List.of();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "how often each leg runs, in turn; the median counts; default: ${DEFAULT-VALUE}.")
    int rounds;

    @Option(
            names = "--legs",
            paramLabel = "LEG",
            split = ",",
            converter = LegConverter.class,
            description = "some of: floor-direct, floor-history, floor-generic, peer, history, checked,"
                    + " history-encrypted, both, both-encrypted; default: all.")
    List<Leg> legs = List.of(Leg.values());

    @Option(
            names = "--commit-interval",
            paramLabel = "DURATION",
            defaultValue = "PT10S",
            description = "of the peer and of ours; default: ${DEFAULT-VALUE}.")
    Duration commitInterval = Duration.ofSeconds(10);

    @Option(
            names = "--rows-per-commit",
            paramLabel = "N",
            defaultValue = "1048576",
            description = "at most, ours; default: ${DEFAULT-VALUE}.")
    int rowsPerCommit;

    @Option(
            names = "--bytes-per-commit",
            paramLabel = "N",
            defaultValue = "67108864",
            description = "at most, ours, as on the topic; default: ${DEFAULT-VALUE}.")
    long bytesPerCommit;

    @Option(
            names = "--jvm",
            paramLabel = "OPTION",
            description = "a further option of every leg's JVM; may be repeated.")
    List<String> jvm = List.of();

    @Option(names = "--jfr", paramLabel = "FOLDER", description = "keep a flight recording of each leg there.")
    @Nullable
    Path recordings;

    @Mixin
    OutputOption output = new OutputOption();

    @Spec
    @Nullable
    CommandSpec spec;

    static final class LegConverter implements ITypeConverter<Leg> {
        @Override
        public Leg convert(String name) {
            try {
                return Leg.parse(name);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        demand(records >= 1 && warmUp >= 1, "--records and --warm-up must be 1 or more");
        demand(rounds >= 1, "--rounds must be 1 or more");
        demand(partitions.stream().allMatch(n -> n >= 1 && n <= 64), "--partitions must be 1 to 64");
        List<LegRun.Result> results = new ArrayList<>();
        if (recordings != null) {
            Files.createDirectories(recordings);
        }
        try (SinkRig rig = SinkRig.start()) {
            LegRun run = new LegRun(rig, jvm, recordings);
            for (int count : partitions) {
                measure(rig, run, count, results);
            }
        }
        print(new SinkReport(results));
        return 0;
    }

    private void measure(SinkRig rig, LegRun run, int count, List<LegRun.Result> results) {
        AccountTopic topic = new AccountTopic(rig.kafka());
        Contract warmContract = Accounts.contract("warm-" + count, count);
        Contract mainContract = Accounts.contract("main-" + count, count);
        output.say("filling topics of " + warmUp + " and " + records + " records, " + count + " partitions");
        Truth warmTruth = topic.fill(warmContract, warmUp, SEED + 1);
        Truth truth = topic.fill(mainContract, records, SEED);
        LegSettings.Part warm = part(warmContract, warmTruth);
        LegSettings.Part main = part(mainContract, truth);
        SinkLimits limits = new SinkLimits(commitInterval.toMillis(), rowsPerCommit, bytesPerCommit);
        List<Leg> order = new ArrayList<>(legs);
        for (int round = 1; round <= rounds; round++) {
            for (Leg leg : order) {
                LegRun.Result result = run.run(leg, "run" + results.size(), warm, main, truth, limits);
                results.add(result);
                output.say(String.format(
                        "round %d of %d, %s: %s records/s, %s CPU-s/M",
                        round,
                        rounds,
                        leg,
                        Report.rounded(result.recordsPerSecond()),
                        Report.rounded(result.cpuSecondsPerMillion())));
            }
            Collections.rotate(order, 1);
        }
    }

    private static LegSettings.Part part(Contract contract, Truth truth) {
        return new LegSettings.Part(contract.name().product(), contract.partitions(), truth.records(), truth.rows());
    }

    private void print(SinkReport report) {
        report.table().print(output.out());
        Map<String, Object> byPartitions = new LinkedHashMap<>();
        for (int count : partitions) {
            byPartitions.put(
                    Integer.toString(count), Map.of("ratios", report.ratios(count), "legs", report.legs(count)));
        }
        Map<String, Double> ratios = report.ratios(partitions.get(0));
        if (output.format == Format.TABLE) {
            output.out().println();
            ratios.forEach((name, ratio) -> output.out().printf("%-28s %.3f%n", name, ratio));
            return;
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("bench", "sink");
        answer.put("records", records);
        answer.put("warmUp", warmUp);
        answer.put("rounds", rounds);
        answer.put("commitInterval", commitInterval.toString());
        answer.put("catalog", "JDBC on PostgreSQL");
        answer.put("storage", "S3 stand-in on local disk");
        answer.put("jdk", System.getProperty("java.version"));
        answer.put("processors", Runtime.getRuntime().availableProcessors());
        answer.put("ratios", ratios);
        answer.put("partitions", byPartitions);
        output.json(answer);
    }

    private void demand(boolean condition, String rule) {
        if (!condition) {
            throw new ParameterException(java.util.Objects.requireNonNull(spec).commandLine(), rule);
        }
    }
}
