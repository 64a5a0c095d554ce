package io.fedmesh.bench.internal.sink;

import io.fedmesh.bench.internal.measure.OutputOption;
import io.fedmesh.bench.internal.measure.Report;
import io.fedmesh.bench.internal.measure.Report.Format;
import io.fedmesh.local.ClassArchive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mesh bench freshness}. */
@Command(
        name = "freshness",
        mixinStandardHelpOptions = true,
        description = {
            "How long a change takes: from the topic to the table, and from a commit in PostgreSQL to the topic and to the"
                    + " table.",
            "Capture and sink are the production ones, each in a JVM of its own; tables are encrypted, both are written."
        })
public final class FreshnessCommand implements Callable<Integer> {
    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "how long each part is measured; default: ${DEFAULT-VALUE}.")
    int seconds;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "2000",
            description = "records, and transactions, a second; default: ${DEFAULT-VALUE}.")
    int rate;

    @Option(
            names = "--commit-interval",
            paramLabel = "DURATION",
            defaultValue = "PT1S",
            description = "of the sink; default: ${DEFAULT-VALUE}.")
    Duration commitInterval = Duration.ofSeconds(1);

    @Option(names = "--jvm", paramLabel = "OPTION", description = "a further option of the sink's and capture's JVMs.")
    List<String> jvm = List.of();

    @Mixin
    OutputOption output = new OutputOption();

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() {
        if (seconds < 1 || rate < 1) {
            throw new ParameterException(
                    java.util.Objects.requireNonNull(spec).commandLine(), "--seconds and --rate must be 1 or more");
        }
        SinkLimits limits = new SinkLimits(commitInterval.toMillis(), 200_000, 16L << 20);
        FreshnessRun.TopicToTable topic;
        FreshnessRun.SourceToTable source;
        try (SinkRig rig = SinkRig.start()) {
            List<String> options = new ArrayList<>(ClassArchive.options(System.getProperty("java.class.path")));
            options.addAll(jvm);
            FreshnessRun run = new FreshnessRun(rig, limits, options);
            output.say("topic to table");
            topic = run.topicToTable(seconds, rate);
            output.say("topic to table " + FreshnessRun.summary(topic.latencyMs()) + " ms, idle "
                    + FreshnessRun.summary(topic.idleMs()) + " ms, first commit after " + topic.firstCommitMs()
                    + " ms; source to table");
            source = run.sourceToTable(seconds, rate);
        }
        print(topic, source);
        return 0;
    }

    private void print(FreshnessRun.TopicToTable topic, FreshnessRun.SourceToTable source) {
        Report report = new Report("way", "p50 ms", "p99 ms", "max ms");
        add(report, "topic to table", topic.latencyMs());
        add(report, "source to topic", source.toTopicMs());
        add(report, "source to table", source.toTableMs());
        add(report, "idle topic to table", topic.idleMs());
        add(report, "catalog commit", topic.commitMs());
        report.add("first commit after launch", topic.firstCommitMs(), null, null);
        report.print(output.out());
        output.out()
                .printf(
                        "%s transactions a second reached of %d; %s samples%n",
                        Report.rounded(source.perSecond()),
                        rate,
                        topic.latencyMs().size());
        if (output.format == Format.JSON) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("bench", "freshness");
            answer.put("seconds", seconds);
            answer.put("rate", rate);
            answer.put("commitInterval", commitInterval.toString());
            answer.put("topicToTableMs", FreshnessRun.summary(topic.latencyMs()));
            answer.put("firstCommitMs", topic.firstCommitMs());
            answer.put("idleTailMs", FreshnessRun.summary(topic.idleMs()));
            answer.put("commitMs", FreshnessRun.summary(topic.commitMs()));
            answer.put("sourceToTopicMs", FreshnessRun.summary(source.toTopicMs()));
            answer.put("sourceToTableMs", FreshnessRun.summary(source.toTableMs()));
            answer.put("transactionsPerSecond", source.perSecond());
            output.json(answer);
        }
    }

    private static void add(Report report, String way, List<Double> samples) {
        Map<String, Double> summary = FreshnessRun.summary(samples);
        report.add(way, summary.get("p50"), summary.get("p99"), summary.get("max"));
    }
}
