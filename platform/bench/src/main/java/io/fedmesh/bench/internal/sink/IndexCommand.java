package io.fedmesh.bench.internal.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.bench.internal.measure.ChildJvm;
import io.fedmesh.bench.internal.measure.OutputOption;
import io.fedmesh.bench.internal.measure.Report;
import io.fedmesh.bench.internal.measure.Report.Format;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mesh bench index}. */
@Command(
        name = "index",
        mixinStandardHelpOptions = true,
        description = {
            "The sink's key index: what a key takes on disk, what changes and lookups cost, how soon it is there again",
            "after kill -9, and what it takes to make it anew from the table's key columns."
        })
public final class IndexCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    @Option(names = "--keys", paramLabel = "N", defaultValue = "10000000", description = "default: ${DEFAULT-VALUE}.")
    int keys;

    @Option(
            names = "--changes",
            paramLabel = "N",
            defaultValue = "2000000",
            description = "of keys that are there, after all of them; default: ${DEFAULT-VALUE}.")
    int changes;

    @Option(
            names = "--commit-keys",
            paramLabel = "N",
            defaultValue = "50000",
            description = "keys of a commit, and of a batch of lookups; default: ${DEFAULT-VALUE}.")
    int commitKeys;

    @Option(
            names = "--lookups",
            paramLabel = "N",
            defaultValue = "2000000",
            description = "one in ten of a key that is not there; default: ${DEFAULT-VALUE}.")
    long lookups;

    @Option(
            names = "--table-records",
            paramLabel = "N",
            defaultValue = "2000000",
            description =
                    "changes of the table that an index is rebuilt from, about two thirds of them rows; 0 for none;"
                            + " default: ${DEFAULT-VALUE}.")
    int tableRecords;

    @Option(names = "--jvm", paramLabel = "OPTION", description = "a further option of the measured JVMs.")
    List<String> jvm = List.of();

    @Mixin
    OutputOption output = new OutputOption();

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (keys < 1 || changes < 0 || commitKeys < 1 || lookups < 1 || tableRecords < 0) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "every number must be 1 or more; 0 is for" + " --changes and --table-records alone");
        }
        Map<String, Object> figures = alone();
        if (tableRecords > 0) {
            try (SinkRig rig = SinkRig.start()) {
                add(figures, new RebuildRun(rig, jvm, output::say).run(tableRecords));
            }
        }
        if (output.format == Format.JSON) {
            figures.put("bench", "index");
            output.json(figures);
            return 0;
        }
        Report report = new Report("figure", "value");
        figures.forEach((name, value) -> report.add(name, value));
        report.print(output.out());
        return 0;
    }

    /** The index by itself: filled, killed, opened again. */
    private Map<String, Object> alone() throws IOException {
        Path home = Files.createTempDirectory("mesh-bench-index-");
        try {
            Path folder = home.resolve("index");
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("keys", keys);
            figures.put("changes", changes);
            output.say("filling an index with " + keys + " keys");
            try (ChildJvm child = child(IndexMain.FILL, home, folder)) {
                JsonNode told = new ObjectMapper().readTree(child.await(PATIENCE));
                figures.put(
                        "fillCpuSecondsPerMillion",
                        told.required("fillCpuSeconds").asDouble() / keys * 1e6);
                if (changes > 0) {
                    figures.put(
                            "changesPerSecond",
                            changes / told.required("changeSeconds").asDouble());
                    figures.put(
                            "changeCpuSecondsPerMillion",
                            told.required("changeCpuSeconds").asDouble() / changes * 1e6);
                }
                figures.put("fillPeakRssMb", child.meter().peakRssMb());
                figures.put("diskBytesPerKey", (double) bytes(folder) / keys);
                child.kill();
            }
            long launched = System.nanoTime();
            try (ChildJvm child = child(IndexMain.OPEN, home, folder)) {
                child.await(PATIENCE);
                figures.put("readyAfterKillSeconds", (System.nanoTime() - launched) / 1e9);
                JsonNode told = new ObjectMapper().readTree(child.await(PATIENCE));
                double looked = told.required("lookups").asDouble();
                figures.put("openSeconds", told.required("openSeconds").asDouble());
                figures.put(
                        "lookupsPerSecond",
                        looked / told.required("lookupSeconds").asDouble());
                figures.put(
                        "lookupCpuSecondsPerMillion",
                        told.required("lookupCpuSeconds").asDouble() / looked * 1e6);
                figures.put("lookupPeakRssMb", child.meter().peakRssMb());
                figures.put("diskBytesPerKeyAtRest", (double) bytes(folder) / keys);
            }
            return figures;
        } finally {
            delete(home);
        }
    }

    private ChildJvm child(String what, Path home, Path folder) {
        List<String> options = new ArrayList<>(Leg.BOTH.jvm());
        options.addAll(jvm);
        return ChildJvm.start(
                "index-" + what,
                home.resolve("children"),
                options,
                IndexMain.class,
                List.of(what, folder.toString(), "" + keys, "" + changes, "" + commitKeys, "" + lookups));
    }

    private static void add(Map<String, Object> figures, RebuildRun.Result result) {
        figures.put("tableRows", result.rows());
        figures.put("tableBytes", result.tableBytes());
        figures.put("restartSeconds", result.kept().seconds());
        figures.put("restartCpuSeconds", result.kept().cpuSeconds());
        figures.put("rebuildSeconds", result.anew().seconds());
        figures.put("rebuildCpuSeconds", result.anew().cpuSeconds());
        figures.put("rebuildPeakRssMb", result.anew().peakRssMb());
        figures.put(
                "rebuildReadBytes",
                result.anew().answeredBytes() - result.kept().answeredBytes());
        figures.put(
                "rebuildReadOfTable",
                (double) (result.anew().answeredBytes() - result.kept().answeredBytes()) / result.tableBytes());
    }

    private static long bytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
