package io.fedmesh.faults.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.faults.internal.Alignment.Headed;
import io.fedmesh.testkit.ledger.Finding;
import io.fedmesh.testkit.ledger.Finding.Kind;
import io.fedmesh.testkit.ledger.Ledger;
import io.fedmesh.testkit.ledger.Ledger.Event;
import io.fedmesh.testkit.ledger.Ledger.Nature;
import io.fedmesh.testkit.ledger.LedgerOracle;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The oplog as the oracle's source: what is right passes, what is lost, doubled or made up is found. */
class AlignmentTest {
    private final List<Oplog.Change> oplog = new ArrayList<>();
    private final List<Headed> topic = new ArrayList<>();

    @Test
    void whatWasToldInOrderIsRight() {
        changed("a", Op.CREATE, 7, "1");
        changed("a", Op.UPDATE, 7, "2");
        changed("b", Op.CREATE, 8, "x");
        changed("a", Op.DELETE, 9, null);
        told("a", Op.CREATE, 7L, "1");
        told("a", Op.UPDATE, 7L, "2");
        told("b", Op.CREATE, 8L, "x");
        told("a", Op.DELETE, 9L, null);

        assertThat(findings()).isEmpty();
    }

    @Test
    void aChangeThatNobodyToldIsFound() {
        changed("a", Op.CREATE, 7, "1");
        changed("a", Op.UPDATE, 8, "2");
        changed("a", Op.UPDATE, 9, "3");
        told("a", Op.CREATE, 7L, "1");
        told("a", Op.UPDATE, 9L, "3");

        assertThat(findings()).contains(Kind.TOPIC_MISSING).doesNotContain(Kind.TOPIC_UNKNOWN);
    }

    @Test
    void aChangeThatWasToldTwiceIsFound() {
        changed("a", Op.CREATE, 7, "1");
        told("a", Op.CREATE, 7L, "1");
        topic.add(headed("a", Op.CREATE, 7L, "1", version(topic.size() - 1)));

        assertThat(findings()).contains(Kind.TOPIC_TWICE);
    }

    @Test
    void aChangeThatWasToldTwiceUnderTwoVersionsIsFound() {
        changed("a", Op.CREATE, 7, "1");
        told("a", Op.CREATE, 7L, "1");
        told("a", Op.CREATE, 7L, "1");

        assertThat(findings()).contains(Kind.TOPIC_UNKNOWN);
    }

    @Test
    void aRowThatWasToldWronglyIsFound() {
        changed("a", Op.CREATE, 7, "1");
        told("a", Op.CREATE, 7L, "one");

        assertThat(findings()).contains(Kind.TOPIC_DIFFERENT);
    }

    @Test
    void anAbortedTransactionThatWasToldIsFound() {
        changed("a", Op.CREATE, 7, "1");
        told("a", Op.CREATE, 7L, "1");
        told("a", Op.UPDATE, 8L, "2");

        assertThat(findings()).contains(Kind.TOPIC_UNKNOWN);
    }

    @Test
    void aSnapshotsRowStandsForTheChangesBeforeIt() {
        changed("a", Op.CREATE, 7, "1");
        changed("a", Op.UPDATE, 8, "2");
        changed("a", Op.UPDATE, 9, "3");
        told("a", Op.CREATE, 7L, "1");
        snapshot("a", 102, "2");
        told("a", Op.UPDATE, 9L, "3");

        assertThat(findings()).isEmpty();
    }

    @Test
    void aSnapshotsRowThatNeverWasIsFound() {
        changed("a", Op.CREATE, 7, "1");
        snapshot("a", 101, "0");

        assertThat(findings()).contains(Kind.TOPIC_UNKNOWN);
    }

    @Test
    void aSnapshotStandsForChangesThatLeftTheRowAsItWas() {
        changed("a", Op.CREATE, 7, "1");
        changed("a", Op.UPDATE, 8, "1");
        snapshot("a", 103, "1");

        assertThat(findings()).isEmpty();
    }

    @Test
    void aChangeThatLeavesTheRowAsItWasMayBeToldAfterTheSnapshot() {
        changed("a", Op.CREATE, 7, "1");
        changed("a", Op.UPDATE, 8, "1");
        snapshot("a", 102, "1");
        told("a", Op.UPDATE, 8L, "1");

        assertThat(findings()).isEmpty();
    }

    @Test
    void aSnapshotsSilenceStandsForARowThatCameAndWent() {
        changed("a", Op.CREATE, 7, "1");
        changed("a", Op.DELETE, 8, null);
        changed("b", Op.CREATE, 8, "x");
        snapshot("b", 103, "x");

        assertThat(findings()).isEmpty();
    }

    @Test
    void aSnapshotStandsForNothingThatCameAfterIt() {
        changed("b", Op.CREATE, 7, "x");
        changed("a", Op.CREATE, 8, "1");
        changed("a", Op.DELETE, 9, null);
        snapshot("b", 101, "x");

        assertThat(findings()).contains(Kind.TOPIC_MISSING);
    }

    @Test
    void aSnapshotsDeletionOfAKeyThatOnlyAStrangersRecordGaveTheTopicIsRight() {
        changed("b", Op.CREATE, 7, "x");
        told("b", Op.CREATE, 7L, "x");
        stranger("s");
        snapshotsDeletion("s", 103);

        assertThat(findings()).isEmpty();
    }

    @Test
    void aSnapshotsDeletionOfAKeyThatNobodyGaveTheTopicIsFound() {
        changed("b", Op.CREATE, 7, "x");
        told("b", Op.CREATE, 7L, "x");
        snapshotsDeletion("s", 103);
        stranger("s");

        assertThat(findings()).contains(Kind.TOPIC_UNKNOWN);
    }

    @Test
    void aStrangersRecordOnAnotherPartitionMayBeReadAfterTheSnapshotsDeletionOfItsKey() {
        changed("b", Op.CREATE, 7, "x");
        told("b", Op.CREATE, 7L, "x");
        snapshotsDeletion("s", 103);
        strangerOn(1, "s");

        assertThat(findings()).isEmpty();
    }

    @Test
    void aSnapshotsDeletionOfARowThatLivesIsFoundThoughAStrangersRecordHasItsKeyToo() {
        changed("a", Op.CREATE, 7, "1");
        told("a", Op.CREATE, 7L, "1");
        stranger("a");
        snapshotsDeletion("a", 103);

        assertThat(findings()).contains(Kind.TOPIC_UNKNOWN);
    }

    private void stranger(String key) {
        strangerOn(0, key);
    }

    private void strangerOn(int partition, String key) {
        topic.add(new Headed(new Event(partition, topic.size(), null, null, null, Nature.UNREADABLE), null, null, key));
    }

    private void snapshotsDeletion(String key, long atLsn) {
        topic.add(headed(key, Op.DELETE, null, null, new Version(atLsn, 0, 0)));
    }

    private void snapshot(String key, long atLsn, String state) {
        topic.add(headed(key, Op.READ, null, state, new Version(atLsn, 0, 0)));
    }

    private void changed(String key, Op op, long transaction, @Nullable String state) {
        oplog.add(new Oplog.Change(key, op, transaction, 100L + oplog.size(), state));
    }

    private void told(String key, Op op, @Nullable Long transaction, @Nullable String state) {
        topic.add(headed(key, op, transaction, state, version(topic.size())));
    }

    private Headed headed(String key, Op op, @Nullable Long transaction, @Nullable String state, Version version) {
        return new Headed(new Event(0, topic.size(), key, state, version, Nature.STATE), op, transaction, null);
    }

    private static Version version(int number) {
        return new Version(101L + number, 1, 0);
    }

    /** The tables are as the topic is: what is found is the topic's. */
    private Set<Kind> findings() {
        List<Event> events = topic.stream().map(Headed::event).toList();
        Ledger ledger = new Ledger(
                "product",
                Alignment.of(oplog, topic, Alignment.snapshots(topic)),
                events,
                false,
                Map.of(),
                events.stream()
                        .filter(event -> event.nature() == Nature.UNREADABLE)
                        .map(event -> new Ledger.Rejected(event.partition(), event.offset(), null, null))
                        .toList(),
                events.stream()
                        .filter(event -> event.key() != null)
                        .map(event -> new Ledger.Row(
                                String.valueOf(event.key()),
                                event.state(),
                                java.util.Objects.requireNonNull(event.version()),
                                0,
                                event.offset(),
                                "file"))
                        .toList(),
                List.of(),
                List.of(),
                List.of());
        return LedgerOracle.check(ledger).stream()
                .map(Finding::kind)
                .filter(kind -> !kind.name().startsWith("LATEST"))
                .collect(java.util.stream.Collectors.toSet());
    }
}
