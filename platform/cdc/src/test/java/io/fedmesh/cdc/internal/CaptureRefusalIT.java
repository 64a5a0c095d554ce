package io.fedmesh.cdc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fedmesh.cdc.Capture.State;
import io.fedmesh.cdc.CaptureConfig;
import io.fedmesh.cdc.CaptureRefusedException;
import io.fedmesh.contract.Contract;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** What capture refuses, and that the message says what to do. */
@NullUnmarked
class CaptureRefusalIT {

    private static void assertRefused(Rig rig, CaptureConfig config, String... words) {
        CaptureWorker capture = rig.capture(config, UnaryOperator.identity());
        assertThatThrownBy(capture::start)
                .isInstanceOf(CaptureRefusedException.class)
                .message()
                .startsWith("[" + rig.domain + ".registry] ")
                .contains(words);
        assertThat(capture.health().state()).isEqualTo(State.FAILED);
    }

    private static void assertRefused(Rig rig, String... words) {
        assertRefused(rig, rig.config(), words);
    }

    private static void captured(Rig rig) {
        rig.sql("insert into port.vessel (id, title) values (1, 'a')");
        CaptureWorker capture = rig.started();
        Rig.awaitState(capture, State.STREAMING);
        capture.close();
    }

    @Test
    void aTableThatDoesNotFitIsRefusedWithEveryProblem() {
        try (Rig rig = new Rig()) {
            rig.sql("alter table port.vessel replica identity default; alter table port.vessel drop column notes;"
                    + "alter table port.vessel alter column crew type text; alter table port.vessel alter column"
                    + " registered drop not null; alter table port.berth drop constraint berth_pkey;"
                    + "drop table port.beat");
            assertRefused(
                    rig,
                    "port.vessel must have the replica identity FULL: alter table port.vessel replica identity full",
                    "the column port.vessel.notes must exist, because " + rig.domain
                            + ".vessel fills the field 'notes'",
                    "the column port.vessel.crew must have a type that fills an Avro int but has text",
                    "the column port.vessel.registered must be not null",
                    "the key of " + rig.domain + ".berth must be the primary key of port.berth, [], but was"
                            + " [number, quay]",
                    "the heartbeat table must exist: create table port.beat (source text primary key");
            assertThat(rig.slots()).isEmpty();
        }
    }

    @Test
    void aSlotThatIsGoneIsNotMadeAnew() {
        try (Rig rig = new Rig()) {
            captured(rig);
            rig.dropSlot();
            assertRefused(rig, "the replication slot " + rig.source.slot() + " must exist", "re-sync the source");
            assertThat(rig.slots()).isEmpty();
        }
    }

    @Test
    void aSlotThatSomebodyAdvancedIsRefused() {
        try (Rig rig = new Rig()) {
            captured(rig);
            rig.sql("insert into port.vessel (id, title) values (2, 'b')");
            rig.whenFree("select pg_replication_slot_advance('" + rig.source.slot() + "', pg_current_wal_lsn())");
            assertRefused(rig, "must not be ahead of the stored position", "re-sync the source");
        }
    }

    @Test
    void eventsWithoutAPositionAreRefused() throws Exception {
        try (Rig rig = new Rig()) {
            captured(rig);
            String topic = rig.source.positionTopic().toString();
            try (var admin = rig.admin()) {
                admin.deleteTopics(List.of(topic)).all().get();
                org.awaitility.Awaitility.await()
                        .until(() -> !admin.listTopics().names().get().contains(topic));
                admin.createTopics(List.of(new org.apache.kafka.clients.admin.NewTopic(topic, 1, (short) 1)))
                        .all()
                        .get();
            }
            assertRefused(rig, "a position must be stored in " + topic, "re-sync the source");
        }
    }

    @Test
    void aPositionOfAnotherDatabaseOrTimelineIsRefused() {
        try (Rig rig = new Rig()) {
            captured(rig);
            for (UnaryOperator<Position> change : List.<UnaryOperator<Position>>of(
                    p -> position(p, "1", p.timeline(), p.commitLsn()),
                    p -> position(p, p.systemId(), p.timeline() + 1, p.commitLsn()),
                    p -> position(p, p.systemId(), p.timeline(), Long.MAX_VALUE))) {
                KafkaEventLog log = new KafkaEventLog(
                        rig.source, rig.config().kafka(), rig.config().bounds().patience());
                Position stored = log.open().orElseThrow();
                log.commit(List.of(), change.apply(stored));
                assertRefused(rig, "the database must", "re-sync the source");
                log.open();
                log.commit(List.of(), stored);
                log.close();
            }
        }
    }

    private static Position position(Position from, String systemId, int timeline, long commitLsn) {
        return new Position(
                systemId, timeline, true, commitLsn, from.lastVersion(), from.sequence() + 1, "test", from.products());
    }

    @Test
    void aProductThatWasAddedSinceIsRefused() {
        try (Rig rig = new Rig()) {
            CaptureWorker capture = rig.capture(rig.config(List.of(rig.contract("vessel"))), UnaryOperator.identity());
            capture.start();
            Rig.awaitState(capture, State.STREAMING);
            capture.close();
            assertRefused(rig, "the products [" + rig.domain + ".berth] must have been part of a snapshot");
        }
    }

    @Test
    void aWrongPasswordHoldsUntilTheDatabaseTakesIt() {
        try (Rig rig = new Rig()) {
            CaptureConfig good = rig.config();
            CaptureConfig bad = new CaptureConfig(
                    good.source(),
                    good.contracts(),
                    new CaptureConfig.DatabaseConnection(
                            "127.0.0.1",
                            good.database().port(),
                            good.database().database(),
                            good.database().user(),
                            "wrong-pw"),
                    good.kafka(),
                    "test",
                    good.bounds());
            CaptureWorker capture = rig.capture(bad, UnaryOperator.identity());

            capture.start();

            assertThat(capture.health().state()).isEqualTo(State.HOLDING);
            assertThat(capture.health().cause())
                    .isInstanceOf(OutageException.class)
                    .hasMessage(
                            "[" + rig.domain + ".registry] the database must let capture's user in but refused: FATAL:"
                                    + " password authentication failed for user \""
                                    + good.database().user()
                                    + "\"; check the user, its password and pg_hba.conf");
            rig.sql("alter role " + good.database().user() + " password 'wrong-pw'");
            Rig.awaitState(capture, State.STREAMING);
        }
    }

    @Test
    void aTopicThatIsMissingHoldsAsARightThatIsMissing() throws Exception {
        try (Rig rig = new Rig()) {
            Contract vessel = rig.contract("vessel");
            Map<String, String> columns = new LinkedHashMap<>(((Contract.Captured) vessel.origin()).columns());
            Contract unknown =
                    Harbour.contract(rig.domain, "yacht", vessel.schema(), List.of("id"), "port.vessel", columns);
            CaptureWorker capture = rig.capture(rig.config(List.of(unknown)), UnaryOperator.identity());

            capture.start(); // brokers do not tell a topic that is not there from one that must not be seen

            Rig.awaitState(capture, State.HOLDING);
            assertThat(capture.health().cause())
                    .isInstanceOf(MissingRightException.class)
                    .message()
                    .startsWith("[" + rig.domain + ".registry] ")
                    .contains(unknown.topic().toString())
                    .endsWith("; apply the contracts' grants: the capture then goes on by itself");
            capture.close();
        }
    }

    @Test
    void aSchemaThatIsNotRegisteredIsRefused() throws Exception {
        try (Rig rig = new Rig()) {
            Contract unregistered = Harbour.contract(
                    rig.domain,
                    "berth",
                    new Schema.Parser().parse(rig.contract("berth").schema().toString()),
                    List.of("quay", "number"),
                    "port.berth",
                    Map.of("quay", "quay", "number", "number", "label", "label"));
            MapRegistry empty = new MapRegistry();
            CaptureWorker capture =
                    new CaptureWorker(rig.config(List.of(unregistered)), empty, new java.util.Random(1));
            assertThatThrownBy(capture::start)
                    .isInstanceOf(CaptureRefusedException.class)
                    .hasMessageContaining("the contract's schema must be registered under "
                            + unregistered.topic().subject());
            capture.close();
        }
    }

    @Test
    void aColumnThatGoesWhileCapturingStopsItWithoutANull() {
        try (Rig rig = new Rig()) {
            CaptureWorker capture = rig.started();
            Rig.awaitState(capture, State.STREAMING);
            rig.sql("insert into port.vessel (id, title, notes) values (1, 'a', 'n')");
            await().untilAsserted(() -> assertThat(rig.state("vessel", "notes")).isEqualTo(Map.of("1", "n")));
            rig.sql("insert into port.vessel (id, title, notes) values (2, 'b', 'm');"
                    + "alter table port.vessel drop column notes; insert into port.vessel (id, title) values (3, 'c')");
            Rig.awaitState(capture, State.FAILED);

            assertThat(capture.health().cause())
                    .isInstanceOf(CaptureRefusedException.class)
                    .hasMessageContaining("column port.vessel.notes must exist");
            // Whether the row before in the same transaction was looked at with the one after is a matter of time.
            assertThat(rig.state("vessel", "notes")).isIn(Map.of("1", "n"), Map.of("1", "n", "2", "m"));
        }
    }

    @Test
    void aReplicaIdentityThatChangesWhileCapturingStopsItBeforeAPlaceholder() {
        try (Rig rig = new Rig()) {
            CaptureWorker capture = rig.started();
            Rig.awaitState(capture, State.STREAMING);
            rig.sql("alter table port.vessel alter column notes set storage external;"
                    + "insert into port.vessel (id, title, notes) values (1, 'a', repeat(md5('x'), 1000))");
            rig.sql("alter table port.vessel replica identity default; update port.vessel set title = 'b'");
            Rig.awaitState(capture, State.FAILED);

            assertThat(capture.health().cause()).hasMessageContaining("replica identity must be FULL");
            assertThat(rig.state("vessel", "name")).isEqualTo(Map.of("1", "a"));
        }
    }
}
