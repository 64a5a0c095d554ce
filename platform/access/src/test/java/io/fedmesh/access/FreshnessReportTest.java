package io.fedmesh.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.lake.Watermark;
import io.fedmesh.wire.Version;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FreshnessReportTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Contract CONTRACT =
            Fixtures.contracts().product(ProductName.parse("yard.small-crate")).orElseThrow();

    private Map<Integer, Long> offsets = Map.of(0, 10L, 1, 20L);
    private Map<Integer, Long> end = Map.of(0, 10L, 1, 20L);
    private @Nullable Instant oldest;

    @Test
    void aTableThatHasAllIsCompleteUpToItsHighestVersion() {
        assertThat(report())
                .isEqualTo(new FreshnessReport(
                        CONTRACT.name(),
                        FreshnessReport.State.FRESH,
                        new Version(2, 2, 0).hex(),
                        NOW.minusSeconds(1),
                        0,
                        Duration.ZERO,
                        Duration.ofSeconds(60)));
    }

    @Test
    void aTableBehindItsTopicIsCompleteUpToWhereItsSlowestPartitionIs() {
        end = Map.of(0, 15L, 1, 20L);
        oldest = NOW.minusSeconds(60);

        FreshnessReport report = report();

        assertThat(report.state()).isEqualTo(FreshnessReport.State.FRESH);
        assertThat(report.broken()).isFalse();
        assertThat(report.version()).isEqualTo(new Version(1, 1, 0).hex());
        assertThat(report.lagRecords()).isEqualTo(5);
        assertThat(report.lag()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void aChangeThatIsMissingForLongerThanPromisedBreaksThePromise() {
        end = Map.of(0, 11L, 1, 20L);
        oldest = NOW.minusMillis(60_001);

        assertThat(report().state()).isEqualTo(FreshnessReport.State.LATE);
        assertThat(report().broken()).isTrue();
    }

    @Test
    void markersOfTransactionsAreNoLag() {
        end = Map.of(0, 12L, 1, 21L);

        assertThat(report().lagRecords()).isZero();
        assertThat(report().version()).isEqualTo(new Version(2, 2, 0).hex());
    }

    @Test
    void withoutATopicNothingIsKept() {
        end = Map.of();

        assertThat(report().state()).isEqualTo(FreshnessReport.State.NO_TOPIC);
        assertThat(report().broken()).isTrue();
    }

    private FreshnessReport report() {
        return FreshnessReport.of(
                CONTRACT,
                name -> Optional.of(new Standing()),
                new TopicLag() {
                    @Override
                    public Map<Integer, Long> end(String topic) {
                        return end;
                    }

                    @Override
                    public Optional<Instant> oldestBehind(
                            String topic, Map<Integer, Long> from, Map<Integer, Long> to) {
                        assertThat(from).isEqualTo(offsets);
                        return Optional.ofNullable(oldest);
                    }
                },
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private final class Standing implements ProductTables.Snapshot {
        @Override
        public Schema schema() {
            throw new AssertionError();
        }

        @Override
        public long rowsAtMost() {
            throw new AssertionError();
        }

        @Override
        public Map<Integer, Long> offsets() {
            return offsets;
        }

        @Override
        public List<Map<Integer, Long>> offsetsBefore() {
            throw new AssertionError();
        }

        @Override
        public Map<String, Long> counts() {
            throw new AssertionError();
        }

        @Override
        public Map<Integer, Watermark> watermarks() {
            return Map.of(
                    0,
                    new Watermark(new Version(1, 1, 0), NOW.minusSeconds(61)),
                    1,
                    new Watermark(new Version(2, 2, 0), NOW.minusSeconds(1)));
        }

        @Override
        public CloseableIterable<Record> scan(List<String> columns) {
            throw new AssertionError();
        }
    }
}
