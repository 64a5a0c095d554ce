package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.lake.TableRefusedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;

class HistoryRetentionTest {
    private static final Duration YEAR = Duration.ofDays(365);

    private final MemoryProduct product = new MemoryProduct();
    private int id;

    @Test
    void onlyAFileOfWhichEveryEventIsTooOldGoes() {
        product.commit(Map.of(0L, "a", 2L, "b"), Set.of());
        product.committedAt = Instant.EPOCH.plus(YEAR);
        product.commit(Map.of(4L, "c"), Set.of());
        assertThat(retention(YEAR.plusDays(-1))).isZero();
        assertThat(files()).isEqualTo(2);
        assertThat(retention(YEAR.plusDays(1))).isOne();
        assertThat(files()).isOne();
        Snapshot now = Objects.requireNonNull(product.table(false).currentSnapshot());
        assertThat(now.summary()).containsKey(Summary.OFFSETS);
        assertThat(retention(YEAR.plusDays(1))).isZero();
    }

    @Test
    void aLegalHoldKeepsEveryEvent() {
        product.commit(Map.of(0L, "a"), Set.of());
        Holds.place(product.table(false), "case-1");
        assertThat(retention(YEAR.plusDays(1))).isZero();
        Holds.release(product.table(false), "case-1");
        assertThat(retention(YEAR.plusDays(1))).isOne();
    }

    @Test
    void aRebuildDoesNotTakeADroppedEventForAReasonToDeleteItsRow() {
        product.commit(Map.of(0L, "a"), Set.of());
        retention(YEAR.plusDays(1));
        assertThatThrownBy(() -> new LatestRebuild(
                                () -> product.table(false),
                                () -> product.table(true),
                                product.contract,
                                () -> "rebuild" + id++,
                                pauseMs -> {})
                        .run())
                .isInstanceOf(TableRefusedException.class);
        assertThat(product.latest()).isEqualTo(product.expected);
    }

    /** Files dropped when this much time has passed since 1970 and events are kept for a year. */
    private int retention(Duration since) {
        return new HistoryRetention(
                        product.table(false),
                        Clock.fixed(Instant.EPOCH.plus(since), ZoneOffset.UTC),
                        () -> "upkeep" + id++)
                .run(YEAR);
    }

    private int files() {
        Table history = product.table(false);
        return Events.tasks(history, Objects.requireNonNull(history.currentSnapshot()))
                .size();
    }
}
