package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.lake.TableRefusedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SinkCoreTest {
    private final AtomicInteger ids = new AtomicInteger();
    private final FakeTable history = new FakeTable("uuid-history");
    private final FakeTable latest = new FakeTable("uuid-latest");
    private final FakeTable.Index index = new FakeTable.Index();
    private final SinkCore core = writer(index);

    @Test
    void ofABatchOnlyTheNewestVersionOfAKeyIsInLatestAndAllAreInHistory() {
        core.open();
        core.add(Samples.upsert(0, 0, 1, 10, "a"), 1);
        core.add(Samples.upsert(0, 1, 1, 12, "b"), 1);
        core.add(Samples.upsert(0, 2, 1, 11, "late"), 1);
        core.add(Samples.upsert(0, 3, 2, 13, "c"), 1);
        core.flush();
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "b", 2L, "c"));
        assertThat(history.offsets()).containsExactly(0L, 1L, 2L, 3L);
        assertThat(core.counts()).isEqualTo(new Counts(4, 2, 2, 0, 0));
    }

    @Test
    void deleteThenInsertInOneBatchLeavesTheInsert() {
        core.open();
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        core.add(Samples.delete(0, 1, 1, 2), 1);
        core.add(Samples.upsert(0, 2, 1, 3, "b"), 1);
        core.flush();
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "b"));
    }

    @Test
    void insertThenDeleteInOneBatchLeavesNothing() {
        core.open();
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.add(Samples.delete(0, 1, 1, 2), 1);
        core.flush();
        assertThat(latest.owners()).isEmpty();
        assertThat(core.counts()).isEqualTo(new Counts(2, 1, 1, 0, 0));
    }

    @Test
    void anOlderVersionLosesAlsoAgainstADelete() {
        core.open();
        core.add(Samples.upsert(0, 0, 1, 5, "a"), 1);
        core.add(Samples.delete(0, 1, 2, 6), 1);
        core.flush();
        core.add(Samples.upsert(0, 2, 1, 4, "old"), 1);
        core.add(Samples.upsert(0, 3, 2, 4, "old"), 1);
        core.add(Samples.upsert(0, 4, 1, 5, "again"), 1);
        core.flush();
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "a"));
        assertThat(core.counts().filtered()).isEqualTo(2);
        assertThat(core.counts().superseded()).isEqualTo(1);
    }

    @Test
    void aLostResponseOfAnAppliedCommitDoublesNothing() {
        core.open();
        history.fault(FakeTable.Fault.APPLIED_BUT_ERROR);
        latest.fault(FakeTable.Fault.APPLIED_BUT_ERROR);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        core.add(Samples.upsert(0, 1, 1, 2, "b"), 1);
        core.flush();
        assertThat(history.offsets()).containsExactly(0L, 1L);
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "b"));
        assertThat(latest.commitIds()).hasSize(2);
    }

    @Test
    void aLostResponseOfACommitThatDidNotTakePlaceLosesNothing() {
        core.open();
        history.fault(FakeTable.Fault.NOT_APPLIED_BUT_ERROR);
        latest.fault(FakeTable.Fault.NOT_APPLIED_BUT_ERROR);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        assertThat(history.offsets()).containsExactly(0L);
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "a"));
        assertThat(latest.commits).isEqualTo(2);
    }

    @Test
    void aCommitThatTakesPlaceAfterItsErrorIsFoundByItsId() {
        core.open();
        history.fault(FakeTable.Fault.APPLIED_LATE);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        assertThat(history.offsets()).containsExactly(0L);
        assertThat(history.commitIds()).hasSize(1);
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "a"));
    }

    @Test
    void aRestartReadsFromTheLesserMapAndEachTableSkipsWhatItHas() {
        core.open();
        for (int i = 0; i < 3; i++) {
            latest.fault(FakeTable.Fault.NOT_APPLIED_BUT_ERROR);
        }
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.add(Samples.upsert(1, 0, 2, 2, "b"), 1);
        assertThatThrownBy(core::flush).hasMessage("response lost");
        assertThat(core.open()).isEmpty();
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.add(Samples.upsert(1, 0, 2, 2, "b"), 1);
        core.add(Samples.upsert(0, 1, 1, 3, "c"), 1);
        core.flush();
        assertThat(history.offsets()).containsExactly(0L, 0L, 1L);
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "c", 2L, "b"));
        assertThat(core.counts()).isEqualTo(new Counts(3, 2, 1, 0, 0));
        assertThat(core.open()).isEqualTo(Map.of(0, 2L, 1, 1L));
        assertThat(core.holds(0, 1)).isTrue();
        assertThat(core.holds(0, 2)).isFalse();
    }

    @Test
    void aNewerWriterFencesTheOlder() {
        core.open();
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        core.add(Samples.upsert(0, 1, 1, 2, "zombie"), 1);
        SinkCore newer = writer(new FakeTable.Index());
        newer.open();
        newer.add(Samples.upsert(0, 1, 1, 2, "b"), 1);
        newer.flush();
        assertThatThrownBy(core::flush)
                .isInstanceOf(FencedException.class)
                .hasMessage("[p] this writer's epoch 1 must be the highest but another writer committed with epoch 2");
        assertThatThrownBy(core::open).isInstanceOf(FencedException.class);
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "b"));
        assertThat(history.offsets()).containsExactly(0L, 1L);
    }

    @Test
    void aZombieThatCommitsFirstIsReplayedIntoTheNewerWriter() {
        core.open();
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        FakeTable.Index newerIndex = new FakeTable.Index();
        SinkCore newer = writer(newerIndex);
        newer.open();
        core.add(Samples.upsert(0, 1, 1, 2, "b"), 1);
        core.flush();
        newer.add(Samples.upsert(0, 1, 1, 2, "b"), 1);
        assertThatThrownBy(newer::flush).isInstanceOf(TablePort.StaleBaseException.class);
        assertThat(newer.open()).isEqualTo(Map.of(0, 2L));
        assertThat(newerIndex.rebuilds).isEqualTo(2);
        newer.add(Samples.upsert(0, 2, 1, 3, "c"), 1);
        newer.flush();
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "c"));
        assertThatThrownBy(core::open).isInstanceOf(FencedException.class);
    }

    @Test
    void twoWritersOfOneEpochDoNotBothGoOn() {
        SinkCore other = writer(new FakeTable.Index());
        core.open();
        other.open();
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        other.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        assertThatThrownBy(other::flush).isInstanceOf(FencedException.class);
        assertThat(history.offsets()).containsExactly(0L);
    }

    @Test
    void upkeepBetweenTwoCommitsIsReplayedIntoTheIndex() {
        core.open();
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.add(Samples.upsert(0, 1, 2, 2, "b"), 1);
        core.flush();
        latest.compact();
        core.add(Samples.upsert(0, 2, 1, 3, "c"), 1);
        assertThatThrownBy(core::flush).isInstanceOf(TablePort.StaleBaseException.class);
        core.open();
        core.add(Samples.upsert(0, 2, 1, 3, "c"), 1);
        core.flush();
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "c", 2L, "b"));
        assertThat(history.offsets()).containsExactly(0L, 1L, 2L);
    }

    @Test
    void upkeepBetweenALostResponseAndTheLookForItIsReplayedIntoTheIndex() {
        core.open();
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.add(Samples.upsert(0, 1, 2, 2, "x"), 1);
        core.flush();
        latest.fault(FakeTable.Fault.APPLIED_AND_COMPACTED_BUT_ERROR);
        core.add(Samples.upsert(0, 2, 1, 3, "b"), 1);
        assertThatThrownBy(core::flush).isInstanceOf(TablePort.StaleBaseException.class);
        assertThat(core.open()).isEqualTo(Map.of(0, 3L));
        core.add(Samples.upsert(0, 3, 1, 4, "c"), 1);
        core.add(Samples.delete(0, 4, 2, 5), 1);
        core.flush();
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "c"));
    }

    @Test
    void anIndexThatForgotIsRebuiltWithItsDeletes() {
        core.open();
        core.add(Samples.upsert(0, 0, 1, 5, "a"), 1);
        core.add(Samples.upsert(0, 1, 2, 6, "b"), 1);
        core.flush();
        core.add(Samples.delete(0, 2, 2, 7), 1);
        core.flush();
        index.forget();
        core.open();
        core.add(Samples.upsert(0, 3, 2, 6, "old"), 1);
        core.add(Samples.upsert(0, 4, 1, 8, "c"), 1);
        core.flush();
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "c"));
    }

    @Test
    void aDeleteThatOnlyHistoryHoldsIsStillAppliedAfterARebuild() {
        core.open();
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        for (int i = 0; i < 3; i++) {
            latest.fault(FakeTable.Fault.NOT_APPLIED_BUT_ERROR);
        }
        core.add(Samples.delete(0, 1, 1, 2), 1);
        assertThatThrownBy(core::flush).hasMessage("response lost");
        index.forget();
        assertThat(core.open()).isEqualTo(Map.of(0, 1L));
        core.add(Samples.delete(0, 1, 1, 2), 1);
        core.flush();
        assertThat(latest.owners()).isEmpty();
        assertThat(history.offsets()).containsExactly(0L, 1L);
    }

    @Test
    void aRefusedRecordIsAccountedForOnceAndSentUntilACommitPassesIt() {
        core.open();
        assertThat(core.reject(0, 0, 1, 1)).isTrue();
        for (int i = 0; i < 3; i++) {
            latest.fault(FakeTable.Fault.NOT_APPLIED_BUT_ERROR);
        }
        assertThatThrownBy(core::flush).hasMessage("response lost");
        core.open();
        assertThat(core.reject(0, 0, 1, 1)).isFalse();
        core.add(Samples.upsert(0, 1, 1, 1, "a"), 1);
        core.flush();
        assertThat(core.counts()).isEqualTo(new Counts(2, 1, 0, 1, 0));
        assertThat(core.offsets()).isEqualTo(Map.of(0, 2L));
    }

    @Test
    void aTableMadeAnewUnderTheSinkIsRefused() {
        core.open();
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        latest.makeAnew("uuid-other");
        assertThatThrownBy(core::open)
                .isInstanceOf(TableRefusedException.class)
                .hasMessage("[p latest] the table must be uuid-latest but is uuid-other: it was dropped and made anew"
                        + " under the sink");
    }

    @Test
    void historyAloneKeepsEveryEventAndTheAccountAndResumesFromItsOffsets() {
        SinkCore alone = historyWriter();
        assertThat(alone.open()).isEmpty();
        alone.add(Samples.upsert(0, 0, 1, 10, "a"), 1);
        alone.add(Samples.upsert(0, 1, 1, 10, "a"), 1);
        alone.reject(0, 2, 1, 1);
        alone.flush();
        alone.add(Samples.delete(0, 3, 1, 11), 1);
        alone.flush();
        assertThat(history.offsets()).containsExactly(0L, 1L, 3L);
        assertThat(alone.counts()).isEqualTo(new Counts(4, 3, 0, 1, 0));
        assertThat(latest.owners()).isEmpty();
        SinkCore next = historyWriter();
        assertThat(next.open()).isEqualTo(Map.of(0, 4L));
        assertThat(next.holds(0, 3)).isTrue();
        assertThat(next.holds(0, 4)).isFalse();
        next.add(Samples.upsert(0, 4, 1, 12, "b"), 1);
        next.flush();
        assertThat(next.counts()).isEqualTo(new Counts(5, 4, 0, 1, 0));
    }

    @Test
    void aSecondWriterOfHistoryAloneFencesTheFirst() {
        SinkCore first = historyWriter();
        first.open();
        first.add(Samples.upsert(0, 0, 1, 10, "a"), 1);
        SinkCore second = historyWriter();
        second.open();
        second.add(Samples.upsert(0, 0, 1, 10, "a"), 1);
        second.flush();
        assertThatThrownBy(() -> {
                    first.flush();
                    first.open();
                })
                .isInstanceOfAny(FencedException.class, TablePort.StaleBaseException.class);
        assertThat(history.offsets()).containsExactly(0L);
    }

    @Test
    void aBatchIsDueByCountBytesOrTime() {
        core.open();
        assertThat(core.due()).isFalse();
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        assertThat(core.due()).isFalse();
        core.add(Samples.upsert(0, 1, 1, 2, "a"), 5_000);
        assertThat(core.due()).isTrue();
    }

    private SinkCore historyWriter() {
        return SinkCore.ofHistory(
                "p",
                history.historyPort(),
                new SinkCore.Limits(Duration.ofSeconds(1), 100, 1_000),
                Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                () -> "commit-" + ids.incrementAndGet());
    }

    private SinkCore writer(FakeTable.Index keys) {
        return new SinkCore(
                "p",
                history.historyPort(),
                latest.port(history),
                keys,
                new SinkCore.Limits(Duration.ofSeconds(1), 100, 1_000),
                Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                () -> "commit-" + ids.incrementAndGet());
    }
}
