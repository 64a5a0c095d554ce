package io.fedmesh.bench.internal.sink;

import io.fedmesh.bench.internal.measure.ChildJvm;
import io.fedmesh.bench.internal.measure.ProcessMeter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs one leg in a JVM of its own and measures it from the main topic's first record to its last commit. */
final class LegRun {
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    /**
     * What one leg needed.
     *
     * @param seconds from the first record to the last commit
     * @param cpuSeconds of its process in that time
     * @param brokerCpuSeconds of the broker in that time
     * @param peakRssMb of its process, warm-up included
     * @param commitMs of each commit in that time
     * @param outputBytes of the files of its tables
     */
    record Result(
            Leg leg,
            int partitions,
            long records,
            double seconds,
            double cpuSeconds,
            double brokerCpuSeconds,
            double peakRssMb,
            List<Double> commitMs,
            long outputBytes) {
        double recordsPerSecond() {
            return records / seconds;
        }

        double cpuSecondsPerMillion() {
            return cpuSeconds / records * 1e6;
        }

        double brokerCpuSecondsPerMillion() {
            return brokerCpuSeconds / records * 1e6;
        }
    }

    private final SinkRig rig;
    private final List<String> jvmOptions;
    private final @Nullable Path recordings;

    /**
     * @param jvmOptions after each leg's own
     * @param recordings folder for a flight recording of each leg; null for none
     */
    LegRun(SinkRig rig, List<String> jvmOptions, @Nullable Path recordings) {
        this.rig = rig;
        this.jvmOptions = jvmOptions;
        this.recordings = recordings;
    }

    /** @throws IllegalStateException when the leg fails, or its tables do not hold what the truth says */
    Result run(Leg leg, String name, LegSettings.Part warm, LegSettings.Part main, Truth truth, SinkLimits limits) {
        LegSettings settings = rig.settings(name, warm, main, limits);
        try {
            Path folder = Path.of(settings.folder());
            Path file = folder.resolve("settings.json");
            settings.write(file);
            List<String> options = new ArrayList<>(leg.jvm());
            options.addAll(jvmOptions);
            if (recordings != null) {
                options.add("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
                        + recordings.resolve(name + "-" + leg + ".jfr"));
            }
            ProcessMeter broker = ProcessMeter.of(rig.brokerPid());
            try (ChildJvm child =
                    ChildJvm.start("leg", folder, options, LegMain.class, List.of(leg.toString(), file.toString()))) {
                Measured measured = measure(child, broker, main);
                long bytes = new TableTruth(settings).check(leg, main, truth);
                return new Result(
                        leg,
                        main.partitions(),
                        main.records(),
                        measured.seconds,
                        measured.cpuSeconds,
                        measured.brokerCpuSeconds,
                        measured.peakRssMb,
                        measured.commitMs,
                        bytes);
            }
        } finally {
            rig.drop(name);
        }
    }

    private record Measured(
            double seconds, double cpuSeconds, double brokerCpuSeconds, double peakRssMb, List<Double> commitMs) {}

    private static Measured measure(ChildJvm child, ProcessMeter broker, LegSettings.Part main) {
        List<Double> commitMs = new ArrayList<>();
        double cpuAtBegin = 0;
        double brokerAtBegin = 0;
        long nanosAtBegin = 0;
        boolean begun = false;
        while (true) {
            String[] words = child.await(PATIENCE).split(" ", -1);
            boolean isMain = words[1].equals(main.topic());
            if (words[0].equals("begun") && isMain) {
                brokerAtBegin = broker.cpuSeconds();
                cpuAtBegin = Double.parseDouble(words[2]);
                nanosAtBegin = Long.parseLong(words[3]);
                begun = true;
            } else if (words[0].equals("commit") && begun) {
                commitMs.add(Double.parseDouble(words[2]));
            } else if (words[0].equals("done") && isMain) {
                return new Measured(
                        (Long.parseLong(words[3]) - nanosAtBegin) / 1e9,
                        Double.parseDouble(words[2]) - cpuAtBegin,
                        broker.cpuSeconds() - brokerAtBegin,
                        child.meter().peakRssMb(),
                        commitMs);
            }
        }
    }
}
