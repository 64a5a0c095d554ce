package io.fedmesh.bench.internal.sink;

import io.fedmesh.bench.internal.measure.OutputOption;
import io.fedmesh.bench.internal.measure.Report;
import io.fedmesh.bench.internal.measure.Report.Format;
import java.time.Duration;
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

/** {@code mesh bench read}. */
@Command(
        name = "read",
        mixinStandardHelpOptions = true,
        description = {
            "What a table of upserts costs its readers, beside the same rows in one file and beside equality deletes.",
            "The table is written by the production sink, a commit at a time, and read by Iceberg's own reader, three"
                    + " columns of every row, eight times each, of which the quickest counts."
        })
public final class ReadCommand implements Callable<Integer> {
    @Option(
            names = "--accounts",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "that are loaded first; default: ${DEFAULT-VALUE}.")
    int accounts;

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "2000000",
            description = "changes of random ones of them then; default: ${DEFAULT-VALUE}.")
    int records;

    @Option(
            names = "--commits",
            paramLabel = "N",
            defaultValue = "1000",
            description = "commits that they come in; default: ${DEFAULT-VALUE}.")
    int commits;

    @Option(
            names = "--moments",
            paramLabel = "N",
            defaultValue = "5",
            description = "how often the table is read meanwhile; default: ${DEFAULT-VALUE}.")
    int moments;

    @Option(
            names = "--equality-commits",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "the first of them, written as equality deletes too, whose reading grows with the square of their"
                            + " number; default: ${DEFAULT-VALUE}.")
    int equalityCommits;

    @Option(
            names = "--commit-interval",
            paramLabel = "DURATION",
            defaultValue = "PT1S",
            description = "from one commit to the next at least; default: ${DEFAULT-VALUE}.")
    Duration commitInterval = Duration.ofSeconds(1);

    @Option(
            names = "--upkeep-interval",
            paramLabel = "DURATION",
            defaultValue = "PT2S",
            description =
                    "between two rounds of upkeep, which runs beside the sink; PT0S for none; default: ${DEFAULT-VALUE}.")
    Duration upkeepInterval = Duration.ofSeconds(2);

    @Option(names = "--jvm", paramLabel = "OPTION", description = "a further option of the sink's JVM.")
    List<String> jvm = List.of();

    @Mixin
    OutputOption output = new OutputOption();

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() {
        if (accounts < 1
                || commits < 1
                || records < commits
                || moments < 1
                || moments > commits
                || equalityCommits < 1
                || equalityCommits > commits) {
            throw new ParameterException(
                    java.util.Objects.requireNonNull(spec).commandLine(),
                    "--accounts must be 1 or more, --moments and --equality-commits 1 to --commits, and --commits at most"
                            + " --records");
        }
        ReadRun.Result result;
        try (SinkRig rig = SinkRig.start()) {
            result = new ReadRun(rig, commitInterval, upkeepInterval, jvm, output::say)
                    .run(accounts, records, commits, moments, equalityCommits);
        }
        print(result);
        return 0;
    }

    private void print(ReadRun.Result result) {
        Report report =
                new Report("table", "commits", "rows", "data files", "deletes", "seconds", "CPU-s", "to compacted");
        for (ReadRun.Moment moment : result.moments()) {
            add(report, "upserted", moment.commits(), moment.upserted(), moment.cpuRatio());
            add(report, "compacted", moment.commits(), moment.compacted(), null);
        }
        add(report, "equality deletes", result.beside().commits(), result.equality(), null);
        report.print(output.out());
        Map<String, Double> ratios = ratios(result);
        if (output.format == Format.TABLE) {
            output.out().println();
            ratios.forEach((name, ratio) -> output.out().printf("%-28s %.2f%n", name, ratio));
            return;
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("bench", "read");
        answer.put("accounts", accounts);
        answer.put("records", records);
        answer.put("commits", commits);
        answer.put("commitInterval", commitInterval.toString());
        answer.put("upkeepInterval", upkeepInterval.toString());
        answer.put("ratios", ratios);
        answer.put(
                "moments", result.moments().stream().map(ReadCommand::figures).toList());
        answer.put("equality", figures(result.equality()));
        output.json(answer);
    }

    /** The worst moment against the compacted rows, and equality deletes against the same batches. */
    static Map<String, Double> ratios(ReadRun.Result result) {
        Map<String, Double> ratios = new LinkedHashMap<>();
        ratios.put(
                "upsertedToCompactedCpu",
                result.moments().stream()
                        .mapToDouble(ReadRun.Moment::cpuRatio)
                        .max()
                        .orElseThrow());
        ratios.put(
                "upsertedToCompactedSeconds",
                result.moments().stream()
                        .mapToDouble(ReadRun.Moment::secondsRatio)
                        .max()
                        .orElseThrow());
        ratios.put(
                "equalityToUpsertedCpu",
                result.equality().cpuSeconds() / result.beside().upserted().cpuSeconds());
        ratios.put(
                "equalityToUpsertedSeconds",
                result.equality().seconds() / result.beside().upserted().seconds());
        return ratios;
    }

    private static void add(Report report, String table, int commits, TableRead read, @Nullable Double ratio) {
        report.add(
                table,
                commits,
                read.rows(),
                read.dataFiles(),
                read.deleteFiles(),
                read.seconds(),
                read.cpuSeconds(),
                ratio);
    }

    private static Map<String, Object> figures(ReadRun.Moment moment) {
        return Map.of(
                "commits",
                moment.commits(),
                "upserted",
                figures(moment.upserted()),
                "compacted",
                figures(moment.compacted()));
    }

    private static Map<String, Object> figures(TableRead read) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("rows", read.rows());
        figures.put("seconds", read.seconds());
        figures.put("cpuSeconds", read.cpuSeconds());
        figures.put("dataFiles", read.dataFiles());
        figures.put("deleteFiles", read.deleteFiles());
        return figures;
    }
}
