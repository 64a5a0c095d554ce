package io.fedmesh.bench.internal.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void theMedianIsTheMiddleNumberWhateverTheOrder() {
        assertThat(Statistics.median(List.of(9, 1, 4))).isEqualTo(4);
        assertThat(Statistics.median(List.of(8.0, 1.0, 4.0, 3.0))).isEqualTo(3.5);
    }

    @Test
    void aPercentileIsTheNearestRank() {
        List<Integer> hundred = IntStream.rangeClosed(1, 100).boxed().toList();
        assertThat(Statistics.percentile(hundred, 99)).isEqualTo(99);
        assertThat(Statistics.percentile(hundred, 99.1)).isEqualTo(100);
        assertThat(Statistics.percentile(hundred, 50)).isEqualTo(50);
        assertThat(Statistics.percentile(List.of(7), 1)).isEqualTo(7);
    }

    @Test
    void nothingHasNoMedianAndNoPercentile() {
        assertThatThrownBy(() -> Statistics.median(List.of())).hasMessage("there must be a number but there was none");
        assertThatThrownBy(() -> Statistics.percentile(List.of(1), 0))
                .hasMessage("'percent' must be above 0 and at most 100 but was 0.0");
    }
}
