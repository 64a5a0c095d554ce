package io.fedmesh.cdc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.cdc.CaptureRefusedException;
import io.fedmesh.cdc.internal.MemoryLog.Fate;
import io.fedmesh.contract.Source;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.EventHeaders;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class CaptureCoreTest {
    private static final long SNAPSHOT = 1_000;

    private final MemoryLog log = new MemoryLog();
    private final List<String> pauses = new ArrayList<>();
    private Source source = Harbour.source("harbour", Source.Truncate.TOMBSTONES);
    private List<Product> products = Harbour.products(source);
    private Product vessel = products.get(0);
    private Product berth = products.get(1);
    private CaptureCore core = core();

    private CaptureCore core() {
        Pause pause = new Pause() {
            @Override
            public void before(int attempt, OutageException cause) {
                pauses.add(attempt + ": " + cause.getMessage());
            }

            @Override
            public void over() {}
        };
        return new CaptureCore(source, products, log, log, pause, 3, "test");
    }

    /** A capture whose snapshot of these rows is done. */
    private void snapshot(Change... rows) {
        core.open();
        core.claimSnapshot("7", 1);
        core.beginSnapshot(SNAPSHOT);
        List<Change> changes = new ArrayList<>(List.of(rows));
        changes.add(new Change.SnapshotDone(SNAPSHOT, 1));
        core.apply(changes);
    }

    private Change read(String key, String value) {
        return new Change.Row(vessel, Op.READ, key, bytes(value), SNAPSHOT, 0, 0, 1, null);
    }

    private Change row(Op op, String key, String value, long commitLsn, long lsn) {
        return new Change.Row(
                vessel, op, key, op == Op.DELETE ? null : bytes(value), commitLsn, lsn, 5, 2_000_000, null);
    }

    private Change create(String key, long commitLsn, long lsn) {
        return row(Op.CREATE, key, "v", commitLsn, lsn);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<String> versions() {
        return log.records.stream()
                .map(r -> EventHeaders.read(r.headers()).version())
                .map(v -> v.commitLsn() + "/" + v.lsn() + "/" + v.index())
                .toList();
    }

    @Test
    void aSnapshotsRowsHaveItsPositionAndLoseAgainstEveryLaterChange() {
        snapshot(read("1", "a"));
        core.apply(List.of(row(Op.UPDATE, "1", "b", SNAPSHOT, 1)));

        assertThat(versions()).containsExactly("1000/0/0", "1000/1/0");
        assertThat(log.position().snapshotComplete()).isTrue();
        assertThat(log.position().lastVersion()).isEqualTo(new Version(SNAPSHOT, 1, 0));
    }

    @Test
    void changesOnOneLogPositionAreToldApartByTheirNumber() {
        snapshot();
        core.apply(List.of(create("1", 1_100, 50), create("2", 1_100, 50), create("3", 1_100, 60)));

        assertThat(versions()).containsExactly("1100/50/0", "1100/50/1", "1100/60/0");
    }

    @Test
    void theNumberGoesOnAcrossBatches() {
        snapshot();
        core.apply(List.of(create("1", 1_100, 50)));
        core.apply(List.of(create("2", 1_100, 50)));

        assertThat(versions()).containsExactly("1100/50/0", "1100/50/1");
    }

    @Test
    void thePositionStaysBeforeATransactionUntilItIsComplete() {
        snapshot();
        core.apply(List.of(create("1", 1_100, 50), create("2", 1_100, 51)));
        assertThat(log.position().commitLsn()).isEqualTo(1_100);
        core.apply(List.of(create("3", 1_100, 52)));
        assertThat(log.position().commitLsn()).isEqualTo(1_100);
        core.apply(List.of(new Change.Progress(1_200)));
        assertThat(log.position().commitLsn()).isEqualTo(1_200);
    }

    @Test
    void aLongTransactionIsPublishedInSeveralCommits() {
        snapshot();
        int before = log.positions.size();
        core.apply(
                IntStream.range(0, 8).mapToObj(i -> create("k" + i, 1_100, 50)).toList());

        assertThat(log.positions.subList(before, log.positions.size()))
                .extracting(p -> p.lastVersion().index())
                .containsExactly(2, 5, 7);
        assertThat(log.position().commitLsn()).isEqualTo(1_100);
    }

    @Test
    void whatIsToldAgainIsPublishedOnce() {
        snapshot();
        List<Change> transaction =
                IntStream.range(0, 8).mapToObj(i -> create("k" + i, 1_100, 50)).toList();
        core.apply(transaction.subList(0, 5));
        core = core();
        core.open();
        core.restart();
        core.apply(transaction);

        assertThat(log.records).hasSize(8);
        assertThat(versions()).doesNotHaveDuplicates();
        assertThat(vessel.duplicates.sum()).isEqualTo(5);
    }

    @Test
    void aTransactionWhoseFirstChangeStandsAtTheStoredPositionIsNotTakenForPublished() {
        snapshot();
        core.apply(List.of(create("1", 1_100, 90), new Change.Progress(1_200)));
        core.restart();
        core.apply(List.of(create("2", 1_200, 80), create("3", 1_200, 1_200)));

        assertThat(log.alive(vessel)).containsOnlyKeys("1", "2", "3");
    }

    @Test
    void aCommitThatWasLostIsMadeAgain() {
        snapshot();
        log.fates.add(Fate.LOST);
        core.apply(List.of(create("1", 1_100, 50)));

        assertThat(log.records).hasSize(1);
        assertThat(pauses).hasSize(1);
    }

    @Test
    void aCommitWhoseAnswerWasLostIsNotMadeAgain() {
        snapshot();
        log.fates.add(Fate.DONE_WITHOUT_ANSWER);
        core.apply(List.of(create("1", 1_100, 50)));
        core.apply(List.of(create("2", 1_100, 51)));

        assertThat(log.records).hasSize(2);
    }

    @Test
    void anOutageIsWaitedForAndNothingIsDropped() {
        snapshot();
        log.fates.add(Fate.LOST);
        log.fates.add(Fate.LOST);
        log.outages = 3;
        core.apply(List.of(create("1", 1_100, 50)));

        assertThat(log.records).hasSize(1);
        assertThat(pauses).hasSize(5);
    }

    @Test
    void aFencedCaptureStops() {
        snapshot();
        log.fates.add(Fate.FENCED);

        assertThatThrownBy(() -> core.apply(List.of(create("1", 1_100, 50)))).isInstanceOf(FencedException.class);
        assertThat(log.records).isEmpty();
    }

    @Test
    void aPositionThatSomebodyElseStoredMeansFenced() {
        snapshot();
        log.fates.add(Fate.LOST);
        Position mine = log.position();
        log.positions.add(new Position("7", 1, true, 5_000, null, mine.sequence() + 1, "other", List.of("x.y")));

        assertThatThrownBy(() -> core.apply(List.of(create("1", 1_100, 50)))).isInstanceOf(FencedException.class);
    }

    @Test
    void theClaimOfASecondInstanceIsNotTakenForACommitOfOurs() {
        core.open();
        core.claimSnapshot("7", 1);
        core.beginSnapshot(SNAPSHOT);
        Position mine = log.position();
        log.fates.add(Fate.LOST);
        log.positions.add(
                new Position("7", 1, false, 0, null, mine.sequence() + 1, "other", List.copyOf(mine.products())));

        assertThatThrownBy(() -> core.apply(List.of(read("1", "a")))).isInstanceOf(FencedException.class);
    }

    @Test
    void aDeletionIsATombstoneWithHeaders() {
        snapshot(read("1", "a"));
        core.apply(List.of(row(Op.DELETE, "1", "", 1_100, 50)));

        assertThat(log.alive(vessel)).isEmpty();
        EventHeaders headers =
                EventHeaders.read(log.records.get(log.records.size() - 1).headers());
        assertThat(headers.op()).isEqualTo(Op.DELETE);
        assertThat(headers.transaction()).isEqualTo(5);
        assertThat(headers.subject()).isEqualTo("1");
    }

    @Test
    void aChangedKeyIsADeletionAndACreationInOneCommit() {
        snapshot(read("1", "a"));
        int before = log.positions.size();
        core.apply(List.of(row(Op.DELETE, "1", "", 1_100, 50), create("2", 1_100, 50)));

        assertThat(log.alive(vessel)).containsOnlyKeys("2");
        assertThat(log.positions).hasSize(before + 1);
        assertThat(versions()).endsWith("1100/50/0", "1100/50/1");
    }

    @Test
    void aTruncationIsATombstoneForEveryLiveKeyOfThatProductAlone() {
        snapshot(IntStream.range(0, 5).mapToObj(i -> read("k" + i, "a")).toArray(Change[]::new));
        core.apply(List.of(
                new Change.Row(berth, Op.CREATE, "b", bytes("b"), 1_100, 40, 5, 2, null),
                create("late", 1_100, 45),
                new Change.Truncated(vessel, 1_100, 50, 5, 2),
                create("after", 1_100, 60)));

        assertThat(log.alive(vessel)).containsOnlyKeys("after");
        assertThat(log.alive(berth)).containsOnlyKeys("b");
        assertThat(versions().subList(5, versions().size())).doesNotHaveDuplicates();
    }

    @Test
    void aTruncationThatIsToldAgainHalfWayGoesOnWhereItStood() {
        snapshot(IntStream.range(0, 5).mapToObj(i -> read("k" + i, "a")).toArray(Change[]::new));
        List<Change> transaction = List.of(new Change.Truncated(vessel, 1_100, 50, 5, 2), create("after", 1_100, 60));
        log.fates.add(Fate.DONE); // the position moves
        log.fates.add(Fate.DONE); // three tombstones
        log.fates.add(Fate.FENCED);
        assertThatThrownBy(() -> core.apply(transaction)).isInstanceOf(FencedException.class);
        assertThat(log.alive(vessel)).hasSize(2);

        core = core();
        core.open();
        core.restart();
        core.apply(transaction);
        core.restart();
        core.apply(transaction);

        assertThat(log.alive(vessel)).containsOnlyKeys("after");
        assertThat(versions().subList(5, versions().size()))
                .doesNotHaveDuplicates()
                .hasSize(6);
    }

    @Test
    void aTruncationIsRefusedWhereTheSourceSaysSo() {
        source = Harbour.source("harbour", Source.Truncate.REFUSE);
        products = Harbour.products(source);
        vessel = products.get(0);
        core = core();
        snapshot(read("1", "a"));

        assertThatThrownBy(() -> core.apply(List.of(new Change.Truncated(vessel, 1_100, 50, 5, 2))))
                .isInstanceOf(CaptureRefusedException.class)
                .hasMessage("[harbour.registry] a captured table must not be truncated but port.vessel was: set the"
                        + " source's 'truncate' to 'tombstones' to publish a deletion of every row");
        assertThat(log.alive(vessel)).hasSize(1);
    }

    @Test
    void aNewSnapshotDeletesWhatIsGone() {
        snapshot(read("1", "a"), read("2", "b"));
        core.apply(List.of(create("3", 1_100, 50)));
        core = core();
        core.open();
        core.claimSnapshot("7", 1);
        assertThat(log.position().snapshotComplete()).isFalse();
        core.beginSnapshot(2_000);
        core.apply(List.of(
                new Change.Row(vessel, Op.READ, "2", bytes("B"), 2_000, 0, 0, 1, null),
                new Change.SnapshotDone(2_000, 1)));

        assertThat(log.alive(vessel)).containsOnly(java.util.Map.entry("2", "B"));
        assertThat(log.position().snapshotComplete()).isTrue();
        assertThat(log.position().commitLsn()).isEqualTo(2_000);
    }

    @Test
    void aSnapshotThatIsOlderThanWhatIsPublishedIsRefused() {
        snapshot();
        core.apply(List.of(create("3", 9_000, 50)));
        core.claimSnapshot("8", 1);

        assertThatThrownBy(() -> core.beginSnapshot(2_000))
                .isInstanceOf(CaptureRefusedException.class)
                .hasMessageContaining("a snapshot's position must be beyond every published version");
    }

    @Test
    void aRowThatDoesNotFitIsRejectedAndThePositionGoesOn() {
        snapshot();
        BadRecordException bad = new BadRecordException(BadRecordException.Reason.CONTRACT, "does not fit");
        core.apply(List.of(
                new Change.Row(vessel, Op.CREATE, "1", bytes("{}"), 1_100, 50, 5, 2, bad), new Change.Progress(1_200)));

        assertThat(log.records).singleElement().satisfies(r -> {
            assertThat(r.topic()).isEqualTo("harbour.private.vessel.rejected.v1");
            assertThat(new String(r.headers().lastHeader("mesh_rejected_reason").value(), StandardCharsets.UTF_8))
                    .isEqualTo("CONTRACT");
        });
        assertThat(log.position().commitLsn()).isEqualTo(1_200);
        assertThat(vessel.rejected.sum()).isEqualTo(1);
    }

    @Test
    void nothingIsCommittedWhenNothingHappened() {
        snapshot();
        int before = log.positions.size();
        core.apply(List.of(new Change.Progress(SNAPSHOT)));

        assertThat(log.positions).hasSize(before);
    }

    @Test
    void aPositionReadsBackAsItWasWritten() {
        Position position = new Position(
                "18446744073709551615", 3, true, -5L, new Version(-5, 7, 2), 9, "a-writer", List.of("a.b"));

        assertThat(Position.ofJson(position.toJson("registry"))).isEqualTo(position);
    }

    @Test
    void aRightThatIsMissingIsToldUntilItIsGivenAndTheCommitIsMadeOnce() {
        snapshot();
        log.fates.addAll(List.of(Fate.REFUSED, Fate.REFUSED));
        core.apply(List.of(create("1", 1_100, 50)));

        assertThat(pauses).containsExactly("1: not allowed", "2: not allowed");
        assertThat(versions()).containsExactly("1100/50/0");
    }
}
