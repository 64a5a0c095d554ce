package io.fedmesh.cdc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final int BATCH = 4_096;

    private long now;
    private final AtomicInteger polls = new AtomicInteger();
    private final Pace pace = new Pace(BATCH, () -> now);

    @Test
    void fewChangesAreNotHeldBackForMore() {
        assertThat(gathered(511, 300, 1)).isEqualTo(511);
        assertThat(polls).hasValue(0);
    }

    @Test
    void aBacklogIsGatheredUntilHalfABatchIsThere() {
        assertThat(gathered(512, 600, 1)).isEqualTo(512 + 3 * 600);
    }

    @Test
    void aBacklogIsGatheredForAMomentOnly() {
        assertThat(gathered(512, 1, Pace.GATHER_NANOS / 4)).isEqualTo(512 + 4);
    }

    @Test
    void smallTransactionsBeginApartAndNeverRightAfterTheLast() {
        assertThat(pace.restNanos(1, now)).isEqualTo(Pace.SMALL_NANOS);
        now += Pace.SMALL_NANOS - 1;
        assertThat(pace.restNanos(1, 0)).isEqualTo(Pace.SETTLE_NANOS);
        assertThat(pace.restNanos(512, 0)).isZero();
    }

    private int gathered(int first, int each, long nanosEach) {
        return pace.gather(
                        changes(first),
                        () -> {
                            polls.incrementAndGet();
                            now += nanosEach;
                            return changes(each);
                        },
                        () -> false)
                .size();
    }

    private static List<Change> changes(int count) {
        return Collections.nCopies(count, new Change.Progress(1));
    }
}
