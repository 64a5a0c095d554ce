package io.fedmesh.bench.internal.sink;

import io.fedmesh.bench.internal.measure.Report;
import io.fedmesh.bench.internal.measure.Statistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The medians of all rounds, and the ratios of their processor times. */
final class SinkReport {
    private final List<LegRun.Result> results;

    SinkReport(List<LegRun.Result> results) {
        this.results = List.copyOf(results);
    }

    /** A row for each leg and number of partitions. */
    Report table() {
        Report report = new Report(
                "leg",
                "partitions",
                "records/s",
                "CPU-s/M",
                "broker CPU-s/M",
                "peak RSS MB",
                "commits",
                "commit p50 ms",
                "commit max ms",
                "output MB");
        byLeg().forEach((leg, rounds) -> {
            Map<String, Object> figures = figures(rounds);
            report.add(
                    rounds.get(0).leg(),
                    rounds.get(0).partitions(),
                    figures.get("recordsPerSecond"),
                    figures.get("cpuSecondsPerMillion"),
                    figures.get("brokerCpuSecondsPerMillion"),
                    figures.get("peakRssMb"),
                    figures.get("commits"),
                    figures.get("commitP50Ms"),
                    figures.get("commitMaxMs"),
                    median(rounds, LegRun.Result::outputBytes) / 1e6);
        });
        return report;
    }

    /** The ratios of one number of partitions; those whose legs did not run are missing. */
    Map<String, Double> ratios(int partitions) {
        Map<String, Double> ratios = new LinkedHashMap<>();
        put(ratios, "appendToPeerCpu", partitions, Leg.HISTORY, Leg.PEER, LegRun.Result::cpuSeconds);
        put(ratios, "appendToFloorCpu", partitions, Leg.HISTORY, Leg.FLOOR_DIRECT, LegRun.Result::cpuSeconds);
        put(ratios, "bothTablesToPeerAppendCpu", partitions, Leg.BOTH, Leg.PEER, LegRun.Result::cpuSeconds);
        put(ratios, "checkedToPeerCpu", partitions, Leg.CHECKED, Leg.PEER, LegRun.Result::cpuSeconds);
        put(ratios, "checkedToAppendCpu", partitions, Leg.CHECKED, Leg.HISTORY, LegRun.Result::cpuSeconds);
        put(ratios, "encryptionOverhead", partitions, Leg.BOTH_ENCRYPTED, Leg.BOTH, LegRun.Result::cpuSeconds);
        ratios.computeIfPresent("encryptionOverhead", (name, ratio) -> ratio - 1);
        put(
                ratios,
                "appendEncryptionOverhead",
                partitions,
                Leg.HISTORY_ENCRYPTED,
                Leg.HISTORY,
                LegRun.Result::cpuSeconds);
        ratios.computeIfPresent("appendEncryptionOverhead", (name, ratio) -> ratio - 1);
        put(ratios, "appendToHistoryFloorCpu", partitions, Leg.HISTORY, Leg.FLOOR_HISTORY, LegRun.Result::cpuSeconds);
        put(ratios, "floorToPeerCpu", partitions, Leg.FLOOR_DIRECT, Leg.PEER, LegRun.Result::cpuSeconds);
        put(ratios, "appendToPeerBytes", partitions, Leg.HISTORY, Leg.PEER, LegRun.Result::outputBytes);
        put(
                ratios,
                "appendToHistoryFloorBytes",
                partitions,
                Leg.HISTORY,
                Leg.FLOOR_HISTORY,
                LegRun.Result::outputBytes);
        return ratios;
    }

    /** All figures by leg, of one number of partitions. */
    Map<String, Object> legs(int partitions) {
        Map<String, Object> legs = new LinkedHashMap<>();
        byLeg().values().stream()
                .filter(rounds -> rounds.get(0).partitions() == partitions)
                .forEach(rounds -> legs.put(rounds.get(0).leg().toString(), figures(rounds)));
        return legs;
    }

    private Map<String, List<LegRun.Result>> byLeg() {
        Map<String, List<LegRun.Result>> legs = new LinkedHashMap<>();
        for (LegRun.Result result : results) {
            legs.computeIfAbsent(result.partitions() + " " + result.leg(), key -> new ArrayList<>())
                    .add(result);
        }
        return legs;
    }

    private static Map<String, Object> figures(List<LegRun.Result> rounds) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("recordsPerSecond", median(rounds, LegRun.Result::recordsPerSecond));
        figures.put("cpuSecondsPerMillion", median(rounds, LegRun.Result::cpuSecondsPerMillion));
        figures.put("brokerCpuSecondsPerMillion", median(rounds, LegRun.Result::brokerCpuSecondsPerMillion));
        figures.put("peakRssMb", median(rounds, LegRun.Result::peakRssMb));
        figures.put("commits", (long) median(rounds, result -> result.commitMs().size()));
        figures.put("commitP50Ms", median(rounds, result -> Statistics.median(result.commitMs())));
        figures.put("commitMaxMs", median(rounds, result -> Statistics.percentile(result.commitMs(), 100)));
        figures.put("outputBytes", (long) median(rounds, LegRun.Result::outputBytes));
        figures.put(
                "cpuSecondsPerMillionOfRounds",
                rounds.stream().map(LegRun.Result::cpuSecondsPerMillion).toList());
        return figures;
    }

    private static double median(List<LegRun.Result> rounds, ToDoubleFunction<LegRun.Result> figure) {
        return Statistics.median(rounds.stream().map(figure::applyAsDouble).toList());
    }

    private void put(
            Map<String, Double> ratios,
            String name,
            int partitions,
            Leg above,
            Leg below,
            ToDoubleFunction<LegRun.Result> figure) {
        List<LegRun.Result> one = of(above, partitions);
        List<LegRun.Result> other = of(below, partitions);
        if (!one.isEmpty() && !other.isEmpty()) {
            ratios.put(name, median(one, figure) / median(other, figure));
        }
    }

    private List<LegRun.Result> of(Leg leg, int partitions) {
        return results.stream()
                .filter(result -> result.leg() == leg && result.partitions() == partitions)
                .toList();
    }
}
