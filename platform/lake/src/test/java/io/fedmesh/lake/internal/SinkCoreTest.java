package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.lake.Watermark;
import io.fedmesh.wire.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SinkCoreTest {
    private static final Set<Integer> BOTH = Set.of(0, 1);

    private final AtomicInteger ids = new AtomicInteger();
    private final StepClock clock = new StepClock();
    private final FakeTable history = new FakeTable("uuid-history");
    private final FakeTable latest = new FakeTable("uuid-latest");
    private final Disk disk = new Disk();
    private final SinkCore core = writer(disk);

    @Test
    void ofABatchOnlyTheNewestVersionOfAKeyIsInLatestAndAllAreInHistory() {
        core.open(BOTH);
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
        core.open(BOTH);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        core.add(Samples.delete(0, 1, 1, 2), 1);
        core.add(Samples.upsert(0, 2, 1, 3, "b"), 1);
        core.flush();
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "b"));
    }

    @Test
    void insertThenDeleteInOneBatchLeavesNothing() {
        core.open(BOTH);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.add(Samples.delete(0, 1, 1, 2), 1);
        core.flush();
        assertThat(latest.owners()).isEmpty();
        assertThat(core.counts()).isEqualTo(new Counts(2, 1, 1, 0, 0));
    }

    @Test
    void anOlderVersionLosesAlsoAgainstADelete() {
        core.open(BOTH);
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
        core.open(BOTH);
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
        core.open(BOTH);
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
        core.open(BOTH);
        history.fault(FakeTable.Fault.APPLIED_LATE);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        assertThat(history.offsets()).containsExactly(0L);
        assertThat(history.commitIds()).hasSize(1);
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "a"));
    }

    @Test
    void aRestartReadsFromTheLesserMapAndEachTableSkipsWhatItHas() {
        core.open(BOTH);
        for (int i = 0; i < 3; i++) {
            latest.fault(FakeTable.Fault.NOT_APPLIED_BUT_ERROR);
        }
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.add(Samples.upsert(1, 0, 2, 2, "b"), 1);
        assertThatThrownBy(core::flush).hasMessage("response lost");
        assertThat(core.open(BOTH)).isEmpty();
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.add(Samples.upsert(1, 0, 2, 2, "b"), 1);
        core.add(Samples.upsert(0, 1, 1, 3, "c"), 1);
        core.flush();
        assertThat(history.offsets()).containsExactly(0L, 0L, 1L);
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "c", 2L, "b"));
        assertThat(core.counts()).isEqualTo(new Counts(3, 2, 1, 0, 0));
        assertThat(core.open(BOTH)).isEqualTo(Map.of(0, 2L, 1, 1L));
        assertThat(core.holds(0, 1)).isTrue();
        assertThat(core.holds(0, 2)).isFalse();
    }

    @Test
    void aZombieCommitsNothingAndFindsOutWhereTheOtherIs() {
        core.open(BOTH);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        core.add(Samples.upsert(0, 1, 1, 2, "b"), 1);
        core.add(Samples.upsert(0, 2, 1, 3, "zombie is ahead"), 1);
        SinkCore newer = writer(new Disk());
        newer.open(Set.of(0));
        newer.add(Samples.upsert(0, 1, 1, 2, "b"), 1);
        newer.flush();
        assertThatThrownBy(core::flush).isInstanceOf(TablePort.StaleBaseException.class);
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "b"));
        assertThat(history.offsets()).containsExactly(0L, 1L);
        assertThat(core.open(Set.of(1))).isEmpty();
        newer.add(Samples.upsert(0, 2, 1, 3, "c"), 1);
        newer.flush();
        core.add(Samples.upsert(1, 0, 2, 1, "d"), 1);
        core.flush();
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "c", 2L, "d"));
        assertThat(latest.counts()).isEqualTo(new Counts(4, 4, 0, 0, 0).toMap());
    }

    @Test
    void aPartitionThatIsStolenBetweenTheTwoCommitsIsWrittenOnce() {
        core.open(BOTH);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.add(Samples.upsert(1, 0, 2, 1, "b"), 1);
        SinkCore thief = writer(new Disk());
        latest.before(() -> {
            thief.open(Set.of(0));
            thief.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
            thief.flush();
        });
        assertThatThrownBy(core::flush).isInstanceOf(TablePort.StaleBaseException.class);
        assertThat(history.offsets()).containsExactly(0L, 0L);
        assertThat(core.open(Set.of(1))).isEmpty();
        core.add(Samples.upsert(1, 0, 2, 1, "b"), 1);
        core.flush();
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "a", 2L, "b"));
        assertThat(latest.counts()).isEqualTo(new Counts(2, 2, 0, 0, 0).toMap());
        assertThat(history.offsets()).containsExactly(0L, 0L);
    }

    @Test
    void ownersOfDifferentPartitionsCommitBetweenEachOthersCommits() {
        Disk otherDisk = new Disk();
        SinkCore other = writer(otherDisk);
        core.open(Set.of(0));
        other.open(Set.of(1));
        for (int i = 0; i < 5; i++) {
            core.add(Samples.upsert(0, 2L * i, 1, 2L * i + 1, "a" + i), 1);
            other.add(Samples.upsert(1, i, 2, i + 1, "b" + i), 1);
            core.add(Samples.delete(0, 2L * i + 1, 1, 2L * i + 2), 1);
            core.flush();
            other.flush();
        }
        assertThat(latest.owners()).isEqualTo(Map.of(2L, "b4"));
        assertThat(latest.counts()).isEqualTo(new Counts(15, 10, 5, 0, 0).toMap());
        assertThat(latest.head().offsets()).isEqualTo(Map.of(0, 10L, 1, 5L));
        assertThat(disk.rebuilds() + otherDisk.rebuilds()).isEqualTo(2);
        assertThat(disk.replays() + otherDisk.replays()).isZero();
    }

    @Test
    void aPartitionThatComesBackHasItsIndexBroughtUpByWhatChanged() {
        core.open(BOTH);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.add(Samples.upsert(0, 1, 2, 2, "b"), 1);
        core.add(Samples.upsert(0, 2, 3, 3, "c"), 1);
        core.flush();
        core.open(Set.of(1));
        SinkCore other = writer(new Disk());
        other.open(Set.of(0));
        other.add(Samples.upsert(0, 3, 1, 4, "a2"), 1);
        other.add(Samples.delete(0, 4, 2, 5), 1);
        other.flush();
        int rebuilds = disk.rebuilds();
        assertThat(core.open(BOTH)).isEqualTo(Map.of(0, 5L));
        assertThat(disk.rebuilds()).isEqualTo(rebuilds);
        assertThat(disk.replays()).isEqualTo(1);
        core.add(Samples.upsert(0, 5, 1, 6, "a3"), 1);
        core.add(Samples.upsert(0, 6, 2, 4, "older than its delete"), 1);
        core.add(Samples.upsert(0, 7, 3, 7, "c2"), 1);
        core.flush();
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "a3", 3L, "c2"));
    }

    @Test
    void aPartitionWhoseSnapshotNobodyKnowsAnyMoreHasItsIndexRebuilt() {
        core.open(BOTH);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        core.open(Set.of(1));
        core.add(Samples.upsert(1, 0, 2, 1, "b"), 1);
        core.flush();
        latest.expire();
        int rebuilds = disk.rebuilds();
        core.open(BOTH);
        assertThat(disk.rebuilds()).isEqualTo(rebuilds + 1);
        core.add(Samples.upsert(0, 1, 1, 2, "a2"), 1);
        core.flush();
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "a2", 2L, "b"));
    }

    @Test
    void upkeepBetweenTwoCommitsIsReplayedIntoTheIndexAndTheBatchGoesOn() {
        core.open(BOTH);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.add(Samples.upsert(0, 1, 2, 2, "b"), 1);
        core.flush();
        latest.compact();
        core.add(Samples.upsert(0, 2, 1, 3, "c"), 1);
        core.flush();
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "c", 2L, "b"));
        assertThat(history.offsets()).containsExactly(0L, 1L, 2L);
        assertThat(disk.replays()).isEqualTo(1);
    }

    @Test
    void upkeepOfRowsThatACommitDoesNotTouchIsSeenAfterIt() {
        core.open(BOTH);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        core.add(Samples.upsert(0, 1, 2, 2, "b"), 1);
        latest.compact();
        core.flush();
        core.add(Samples.upsert(0, 2, 1, 3, "c"), 1);
        core.flush();
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "c", 2L, "b"));
    }

    @Test
    void upkeepBetweenALostResponseAndTheLookForItIsReplayedIntoTheIndex() {
        core.open(BOTH);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.add(Samples.upsert(0, 1, 2, 2, "x"), 1);
        core.flush();
        latest.fault(FakeTable.Fault.APPLIED_AND_COMPACTED_BUT_ERROR);
        core.add(Samples.upsert(0, 2, 1, 3, "b"), 1);
        core.flush();
        assertThat(core.open(BOTH)).isEqualTo(Map.of(0, 3L));
        core.add(Samples.upsert(0, 3, 1, 4, "c"), 1);
        core.add(Samples.delete(0, 4, 2, 5), 1);
        core.flush();
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "c"));
    }

    @Test
    void eachSnapshotSaysHowFarTheTableIsCompleteAndARedeliveredRecordTakesNothingBack() {
        core.open(BOTH);
        core.add(Samples.upsert(0, 0, 1, 7, "a"), 1);
        core.add(Samples.upsert(1, 0, 2, 3, "b"), 1);
        core.flush();
        core.add(Samples.upsert(0, 1, 1, 5, "put back"), 1);
        core.flush();
        assertThat(core.watermarks())
                .isEqualTo(Map.of(
                        0, new Watermark(new Version(7, 7, 0), Instant.ofEpochMilli(1_000)),
                        1, new Watermark(new Version(3, 3, 0), Instant.ofEpochMilli(1_000))));
    }

    @Test
    void anIndexThatForgotIsRebuiltWithItsDeletes() {
        core.open(BOTH);
        core.add(Samples.upsert(0, 0, 1, 5, "a"), 1);
        core.add(Samples.upsert(0, 1, 2, 6, "b"), 1);
        core.flush();
        core.add(Samples.delete(0, 2, 2, 7), 1);
        core.flush();
        disk.forget();
        core.open(BOTH);
        core.add(Samples.upsert(0, 3, 2, 6, "old"), 1);
        core.add(Samples.upsert(0, 4, 1, 8, "c"), 1);
        core.flush();
        assertThat(latest.owners()).isEqualTo(Map.of(1L, "c"));
    }

    @Test
    void aDeleteThatOnlyHistoryHoldsIsStillAppliedAfterARebuild() {
        core.open(BOTH);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        for (int i = 0; i < 3; i++) {
            latest.fault(FakeTable.Fault.NOT_APPLIED_BUT_ERROR);
        }
        core.add(Samples.delete(0, 1, 1, 2), 1);
        assertThatThrownBy(core::flush).hasMessage("response lost");
        disk.forget();
        assertThat(core.open(BOTH)).isEqualTo(Map.of(0, 1L));
        core.add(Samples.delete(0, 1, 1, 2), 1);
        core.flush();
        assertThat(latest.owners()).isEmpty();
        assertThat(history.offsets()).containsExactly(0L, 1L);
    }

    @Test
    void aRefusedRecordIsAccountedForOnceAndSentUntilACommitPassesIt() {
        core.open(BOTH);
        assertThat(core.reject(0, 0, 1, 1)).isTrue();
        for (int i = 0; i < 3; i++) {
            latest.fault(FakeTable.Fault.NOT_APPLIED_BUT_ERROR);
        }
        assertThatThrownBy(core::flush).hasMessage("response lost");
        core.open(BOTH);
        assertThat(core.reject(0, 0, 1, 1)).isFalse();
        core.add(Samples.upsert(0, 1, 1, 1, "a"), 1);
        core.flush();
        assertThat(core.counts()).isEqualTo(new Counts(2, 1, 0, 1, 0));
        assertThat(core.offsets()).isEqualTo(Map.of(0, 2L));
    }

    @Test
    void aTableMadeAnewUnderTheSinkIsRefused() {
        core.open(BOTH);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        latest.makeAnew("uuid-other");
        assertThatThrownBy(() -> core.open(BOTH))
                .isInstanceOf(TableRefusedException.class)
                .hasMessage("[p latest] the table must be uuid-latest but is uuid-other: it was dropped and made anew"
                        + " under the sink");
    }

    @Test
    void historyAloneKeepsEveryEventAndTheAccountAndResumesFromItsOffsets() {
        SinkCore alone = historyWriter();
        assertThat(alone.open(BOTH)).isEmpty();
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
        assertThat(next.open(BOTH)).isEqualTo(Map.of(0, 4L));
        assertThat(next.holds(0, 3)).isTrue();
        assertThat(next.holds(0, 4)).isFalse();
        next.add(Samples.upsert(0, 4, 1, 12, "b"), 1);
        next.flush();
        assertThat(next.counts()).isEqualTo(new Counts(5, 4, 0, 1, 0));
    }

    @Test
    void ofTwoWritersOfOnePartitionOfHistoryAloneOneBeginsAgain() {
        SinkCore first = historyWriter();
        first.open(BOTH);
        first.add(Samples.upsert(0, 0, 1, 10, "a"), 1);
        SinkCore second = historyWriter();
        second.open(BOTH);
        second.add(Samples.upsert(0, 0, 1, 10, "a"), 1);
        second.flush();
        assertThatThrownBy(first::flush).isInstanceOf(TablePort.StaleBaseException.class);
        assertThat(first.open(BOTH)).isEqualTo(Map.of(0, 1L));
        assertThat(history.offsets()).containsExactly(0L);
    }

    @Test
    void aBatchIsDueByCountBytesOrTimeWhicheverComesFirst() {
        core.open(BOTH);
        assertThat(core.due()).isFalse();
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        clock.now = 999;
        assertThat(core.due()).isFalse();
        clock.now = 1_000;
        assertThat(core.due()).isTrue();
        core.flush();
        core.add(Samples.upsert(0, 1, 1, 2, "a"), 999);
        assertThat(core.due()).isFalse();
        core.add(Samples.upsert(0, 2, 1, 3, "a"), 1);
        assertThat(core.due()).isTrue();
        core.flush();
        for (int i = 3; i < 103; i++) {
            assertThat(core.due()).isFalse();
            core.add(Samples.upsert(0, i, 1, i + 1, "a"), 1);
        }
        assertThat(core.due()).isTrue();
    }

    @Test
    void aSlowFlushStretchesTheIntervalWhileMoreIsComingAndBringsTheLastOneForward() {
        core.open(BOTH);
        history.before(() -> clock.now += 800);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        long began = clock.now;
        core.add(Samples.upsert(0, 1, 1, 2, "a"), 1);
        clock.now = began + 499;
        assertThat(core.dueWhenIdle()).isFalse();
        clock.now = began + 500;
        assertThat(core.dueWhenIdle()).isTrue();
        clock.now = began + 799;
        assertThat(core.due()).isFalse();
        clock.now = began + 800;
        assertThat(core.due()).isTrue();
    }

    @Test
    void whatStoodOnTheTopicBeforeTheFirstCommitIsVisibleSoonAndWhatIsReadLaterByTheInterval() {
        clock.now = 50_000;
        core.open(BOTH);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1); // stands there since 1_000
        clock.now = 50_099;
        assertThat(core.due()).isFalse();
        clock.now = 50_100;
        assertThat(core.due()).isTrue();
        core.flush();

        clock.now = 60_000;
        core.add(Samples.upsert(0, 1, 1, 2, "a"), 1);
        clock.now = 60_999;
        assertThat(core.due()).isFalse();
        clock.now = 61_000;
        assertThat(core.due()).isTrue();
    }

    @Test
    void whatStoodOnTheTopicForAMomentIsVisibleByTheIntervalFromThenOn() {
        clock.now = 1_600;
        core.open(BOTH);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1); // stands there since 1_000
        clock.now = 1_999;
        assertThat(core.due()).isFalse();
        clock.now = 2_000;
        assertThat(core.due()).isTrue();
    }

    @Test
    void whatCameDuringAFlushIsVisibleAnIntervalAfterTheFlushBegan() {
        core.open(BOTH);
        history.before(() -> clock.now += 200);
        core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
        core.flush();
        assertThat(clock.now).isEqualTo(200);
        core.add(Samples.upsert(0, 1, 1, 2, "a"), 1);
        clock.now = 799;
        assertThat(core.due()).isFalse();
        clock.now = 800;
        assertThat(core.due()).isTrue();
        history.before(() -> clock.now += 200);
        core.flush();
        assertThat(clock.now).isEqualTo(1_000);

        clock.now = 1_100;
        core.add(Samples.upsert(0, 2, 1, 3, "a"), 1);
        clock.now = 1_899;
        assertThat(core.due()).isFalse();
        clock.now = 1_900;
        assertThat(core.due()).isTrue();
    }

    private SinkCore historyWriter() {
        return SinkCore.ofHistory(
                "p",
                history.historyPort(),
                new SinkCore.Limits(Duration.ofSeconds(1), 100, 1_000),
                clock,
                () -> "commit-" + ids.incrementAndGet());
    }

    private SinkCore writer(Disk keys) {
        return new SinkCore(
                "p",
                history.historyPort(),
                latest.port(history),
                keys::index,
                new SinkCore.Limits(Duration.ofSeconds(1), 100, 1_000),
                clock,
                () -> "commit-" + ids.incrementAndGet());
    }

    /** One process's indexes. */
    private static final class Disk {
        private final Map<Integer, FakeTable.Index> indexes = new HashMap<>();

        private KeyIndex index(int partition) {
            return indexes.computeIfAbsent(partition, p -> new FakeTable.Index());
        }

        private void forget() {
            indexes.values().forEach(FakeTable.Index::forget);
        }

        private int rebuilds() {
            return indexes.values().stream().mapToInt(i -> i.rebuilds).sum();
        }

        private int replays() {
            return indexes.values().stream().mapToInt(i -> i.replays).sum();
        }
    }
}
