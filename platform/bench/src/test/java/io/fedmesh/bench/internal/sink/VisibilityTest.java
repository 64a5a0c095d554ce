package io.fedmesh.bench.internal.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VisibilityTest {
    private final Visibility visibility = new Visibility();

    @Test
    void anOffsetIsVisibleFromTheFirstCommitThatHoldsIt() {
        visibility.committed(10, 1_000);
        visibility.committed(30, 3_000);
        visibility.committed(20, 2_000);
        assertThat(visibility.visibleAtMs(9)).isEqualTo(1_000);
        assertThat(visibility.visibleAtMs(10)).isEqualTo(2_000);
        assertThat(visibility.visibleAtMs(29)).isEqualTo(3_000);
        assertThat(visibility.nextOffset()).isEqualTo(30);
    }

    @Test
    void upkeepThatCarriesTheOffsetsOnMakesNothingVisibleLater() {
        visibility.committed(10, 1_000);
        visibility.committed(10, 5_000);
        assertThat(visibility.visibleAtMs(0)).isEqualTo(1_000);
    }

    @Test
    void whatNoCommitHoldsIsNotVisible() {
        visibility.committed(10, 1_000);
        assertThatThrownBy(() -> visibility.visibleAtMs(10))
                .hasMessage("[bench] offset 10 must be in the table but that ends at 10");
    }

    @Test
    void aSummaryIsMedianNinetyNinthAndLargest() {
        assertThat(FreshnessRun.summary(List.of(5.0, 1.0, 3.0))).isEqualTo(Map.of("p50", 3.0, "p99", 5.0, "max", 5.0));
    }

    @Test
    void readsAreComparedAtTheWorstMomentAndWithEqualityDeletesOfTheSameBatches() {
        TableRead compacted = new TableRead(1, 1, 1.0, 1.0, 1, 0);
        ReadRun.Moment worst = new ReadRun.Moment(1, new TableRead(1, 1, 1.5, 3.0, 9, 9), compacted);
        ReadRun.Moment beside = new ReadRun.Moment(2, new TableRead(1, 1, 1.2, 2.0, 1, 0), compacted);
        ReadRun.Moment last = new ReadRun.Moment(3, new TableRead(1, 1, 1.4, 2.5, 1, 0), compacted);
        ReadRun.Result result =
                new ReadRun.Result(List.of(worst, beside, last), beside, new TableRead(1, 1, 48.0, 60.0, 90, 900));
        assertThat(ReadCommand.ratios(result))
                .isEqualTo(Map.of(
                        "upsertedToCompactedCpu", 3.0,
                        "upsertedToCompactedSeconds", 1.5,
                        "equalityToUpsertedCpu", 30.0,
                        "equalityToUpsertedSeconds", 40.0));
    }
}
