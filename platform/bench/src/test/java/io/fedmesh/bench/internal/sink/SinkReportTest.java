package io.fedmesh.bench.internal.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SinkReportTest {
    @Test
    void aRatioIsOfTheMediansOfItsLegsProcessorTime() {
        SinkReport report = new SinkReport(List.of(
                result(Leg.PEER, 1, 4, 100),
                result(Leg.HISTORY, 1, 1, 90),
                result(Leg.PEER, 1, 5, 100),
                result(Leg.HISTORY, 1, 2, 90),
                result(Leg.PEER, 1, 90, 100),
                result(Leg.HISTORY, 1, 1.5, 90),
                result(Leg.PEER, 4, 50, 100)));
        assertThat(report.ratios(1)).containsOnlyKeys("appendToPeerCpu", "appendToPeerBytes");
        assertThat(report.ratios(1).get("appendToPeerCpu")).isEqualTo(0.3);
        assertThat(report.ratios(1).get("appendToPeerBytes")).isEqualTo(0.9);
        assertThat(report.ratios(4)).isEmpty();
    }

    @Test
    void whatTokensCostIsHeldAgainstThePeerAndAgainstTheSinkWithoutThem() {
        SinkReport report = new SinkReport(
                List.of(result(Leg.PEER, 1, 4, 1), result(Leg.HISTORY, 1, 1, 1), result(Leg.CHECKED, 1, 1.2, 1)));
        assertThat(report.ratios(1)).containsEntry("checkedToPeerCpu", 0.3).containsEntry("checkedToAppendCpu", 1.2);
    }

    @Test
    void encryptionsOverheadIsWhatItAddsToBothTables() {
        SinkReport report = new SinkReport(List.of(result(Leg.BOTH, 1, 2, 1), result(Leg.BOTH_ENCRYPTED, 1, 2.1, 1)));
        assertThat(report.ratios(1).get("encryptionOverhead")).isEqualTo(0.05, within(1e-9));
    }

    @Test
    void figuresAreOfAMillionRecords() {
        Map<String, Object> legs = new SinkReport(List.of(result(Leg.PEER, 1, 4, 100))).legs(1);
        assertThat(legs.get("peer"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("cpuSecondsPerMillion", 2.0)
                .containsEntry("recordsPerSecond", 200_000.0)
                .containsEntry("commits", 3L)
                .containsEntry("commitP50Ms", 20.0)
                .containsEntry("commitMaxMs", 30.0);
    }

    private static LegRun.Result result(Leg leg, int partitions, double cpuSeconds, long bytes) {
        return new LegRun.Result(
                leg, partitions, 2_000_000, 10, cpuSeconds, 0.5, 500, List.of(10.0, 30.0, 20.0), bytes);
    }
}
