package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.lake.TableRefusedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a sink finds out of its tables that no commit of its own would show it, or not yet. */
class SinkLooksTest {
    private static final Set<Integer> BOTH = Set.of(0, 1);

    private final AtomicInteger ids = new AtomicInteger();
    private final StepClock clock = new StepClock();
    private final FakeTable history = new FakeTable("uuid-history");
    private final FakeTable latest = new FakeTable("uuid-latest");
    private final SinkCore core = writer();

    @Test
    void aSinkWithNothingInHandLooksAtItsTablesEveryThirtySecondsAndOneWithABatchDoesNot() {
        core.open(BOTH);
        clock.now = 29_999;
        assertThat(core.isBehind()).isFalse();
        clock.now = 30_000;
        assertThat(core.isBehind()).isTrue();
        core.keepUp();
        assertThat(core.isBehind()).isFalse();
        clock.now = 60_000;
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        assertThat(core.isBehind()).isFalse();
        core.flush();
        clock.now = 89_999;
        assertThat(core.isBehind()).isFalse();
        clock.now = 90_000;
        assertThat(core.isBehind()).isTrue();
    }

    @Test
    void aSinkThatHasNotBegunHasNothingToLookAt() {
        clock.now = 1_750_000_000_000L;
        assertThat(core.isBehind()).isFalse();
        core.open(BOTH);
        assertThat(core.isBehind()).isFalse();
    }

    @Test
    void aClockThatIsSetBackDoesNotEndTheLooks() {
        clock.now = 3_600_000;
        core.open(BOTH);
        clock.now = 0;
        assertThat(core.isBehind()).isTrue();
        core.keepUp();
        clock.now = 30_000;
        assertThat(core.isBehind()).isTrue();
    }

    @Test
    void aTableThatGoesOrIsMadeAnewWhileNothingComesIsRefusedByTheNextLook() {
        core.open(BOTH);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        latest.makeAnew("uuid-other");
        assertThatThrownBy(core::keepUp)
                .isInstanceOf(TableRefusedException.class)
                .hasMessage("[p latest] the table must be uuid-latest but is uuid-other: it was dropped and made anew"
                        + " under the sink");
        history.drop();
        assertThatThrownBy(core::keepUp)
                .isInstanceOf(TableRefusedException.class)
                .hasMessage("[fake] the table must exist but does not");
    }

    @Test
    void aPartitionThatAnotherSinkTookOverIsFoundByTheNextLookAndReadFromWhereItStands() {
        core.open(BOTH);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        SinkCore other = writer();
        other.open(BOTH);
        other.add(Samples.upsert(0, 1, 1, 2, "b"), 1);
        other.flush();
        assertThatThrownBy(core::keepUp)
                .isInstanceOf(TablePort.StaleBaseException.class)
                .hasMessage(
                        "[p history] partition 0 must stand at 1 where this sink left it but stands at 2: another sink"
                                + " took it over, or the table was set back");
        assertThat(core.open(BOTH)).isEqualTo(Map.of(0, 2L));
        core.add(Samples.upsert(0, 2, 1, 3, "c"), 1);
        core.flush();
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "c"));
        assertThat(history.offsets()).containsExactly(0L, 1L, 2L);
    }

    @Test
    void aPartitionOfAnotherSinkIsFollowedByALook() {
        SinkCore other = writer();
        core.open(Set.of(0));
        other.open(Set.of(1));
        other.add(Samples.upsert(1, 0, 2, 1, "b"), 1);
        other.flush();
        core.keepUp();
        assertThat(core.offsets()).isEqualTo(Map.of(1, 1L));
        assertThat(core.watermarks()).containsOnlyKeys(1);
    }

    @Test
    void aTableThatIsSetBackWhileNothingComesGetsItsRowsAgainAndLosesNone() {
        for (FakeTable table : List.of(history, latest)) {
            SinkCore before = writer();
            long offset = before.open(BOTH).getOrDefault(0, 0L);
            before.add(Samples.upsert(0, offset, 1, offset + 1, "a"), 1);
            before.flush();
            before.add(Samples.upsert(0, offset + 1, 2, offset + 2, "b"), 1);
            before.flush();
            table.setBack();
            assertThatThrownBy(before::keepUp).isInstanceOf(TablePort.StaleBaseException.class);
            assertThat(before.open(BOTH)).isEqualTo(Map.of(0, offset + 1));
            before.add(Samples.upsert(0, offset + 1, 2, offset + 2, "b"), 1);
            before.flush();
            assertThat(latest.owners()).isEqualTo(Map.of(1L, "a", 2L, "b"));
        }
        assertThat(history.offsets()).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void aTableThatIsSetBackIsFoundByACommitThatTouchesAnotherPartition() {
        for (FakeTable table : List.of(history, latest)) {
            SinkCore writer = writer();
            Map<Integer, Long> from = writer.open(BOTH);
            long first = from.getOrDefault(0, 0L);
            long second = from.getOrDefault(1, 0L);
            writer.add(Samples.upsert(0, first, 1, first + 1, "a"), 1);
            writer.add(Samples.upsert(1, second, 2, second + 1, "b"), 1);
            writer.flush();
            writer.add(Samples.upsert(0, first + 1, 3, first + 2, "c"), 1);
            writer.flush();
            table.setBack();
            writer.add(Samples.upsert(1, second + 1, 2, second + 2, "d"), 1);
            assertThatThrownBy(writer::flush).isInstanceOf(TablePort.StaleBaseException.class);
            assertThat(writer.open(BOTH)).containsEntry(0, first + 1);
            writer.add(Samples.upsert(0, first + 1, 3, first + 2, "c"), 1);
            if (!writer.holds(1, second + 1)) {
                writer.add(Samples.upsert(1, second + 1, 2, second + 2, "d"), 1);
            }
            writer.flush();
            assertThat(latest.owners()).isEqualTo(Map.of(1L, "a", 2L, "d", 3L, "c"));
            assertThat(history.head().offsets()).isEqualTo(Map.of(0, first + 2, 1, second + 2));
            assertThat(history.offsets()).hasSize((int) (first + second + 4));
        }
    }

    private SinkCore writer() {
        Map<Integer, KeyIndex> indexes = new HashMap<>();
        return new SinkCore(
                "p",
                history.historyPort(),
                latest.port(history),
                partition -> indexes.computeIfAbsent(partition, p -> new FakeTable.Index()),
                new SinkCore.Limits(Duration.ofSeconds(1), 100, 1_000),
                clock,
                () -> "commit-" + ids.incrementAndGet());
    }
}
