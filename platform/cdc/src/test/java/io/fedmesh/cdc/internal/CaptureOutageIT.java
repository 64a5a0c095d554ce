package io.fedmesh.cdc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fedmesh.cdc.Capture.State;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Capture holds its position while something is away, and loses nothing. */
@NullUnmarked
class CaptureOutageIT {

    @Test
    void aDatabaseThatDiesIsWaitedFor() {
        try (Rig rig = new Rig()) {
            rig.sql("insert into port.vessel (id, title) values (1, 'a')");
            CaptureWorker capture = rig.started();
            Rig.awaitState(capture, State.STREAMING);
            rig.sql("insert into port.vessel (id, title) select n, 'v' from generate_series(10, 3000) n");
            Parts.withoutPostgres(() -> Rig.awaitState(capture, State.HOLDING));
            Rig.awaitState(capture, State.STREAMING);
            rig.sql("update port.vessel set title = 'later' where id < 100");
            rig.awaitCaughtUp(capture);

            rig.assertVesselsAreRight();
        }
    }

    @Test
    void heartbeatsShareAConnectionAndTheNextOneOpensAnotherWhereItIsCut() {
        try (Rig rig = new Rig()) {
            Rig.awaitState(rig.started(), State.STREAMING);
            long first = awaitBeat(rig, 0);
            assertThat(awaitBeat(rig, 0)).isEqualTo(first);

            assertThat(rig.number("select pg_terminate_backend(" + first + ")::int"))
                    .isOne();

            long second = awaitBeat(rig, first);
            assertThat(awaitBeat(rig, first)).isEqualTo(second);
        }
    }

    /** Waits for the next heartbeat, and tells the server process that it came by. */
    private static long awaitBeat(Rig rig, long notBy) {
        long before = rig.number("select coalesce(max(extract(epoch from beat_at) * 1000), 0)::bigint from port.beat");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> rig.number("select count(*) from port.beat where extract(epoch from beat_at) * 1000 > "
                                + before + " + 1")
                        > 0);
        String beats = " from pg_stat_activity where datname = current_database() and pid <> " + notBy
                + " and query like '%pg_current_wal_flush_lsn()::text'";
        await().atMost(Duration.ofSeconds(20)).until(() -> rig.number("select count(*)" + beats) == 1);
        return rig.number("select max(pid)" + beats);
    }

    @Test
    void aBrokerThatDiesIsWaitedFor() {
        try (Rig rig = new Rig()) {
            CaptureWorker capture = rig.started();
            Rig.awaitState(capture, State.STREAMING);
            Parts.broker().without(() -> {
                rig.sql("insert into port.vessel (id, title) select n, 'v' from generate_series(1, 3000) n");
                Rig.awaitState(capture, State.HOLDING);
            });
            Rig.awaitState(capture, State.STREAMING);
            rig.sql("update port.vessel set title = 'later' where id < 100");
            rig.awaitCaughtUp(capture);

            rig.assertVesselsAreRight();
        }
    }

    @Test
    void aRegistryThatIsAwayIsWaitedForAndRejectsNothing() {
        try (Rig rig = new Rig()) {
            rig.sql("insert into port.vessel (id, title) values (1, 'a')");
            rig.registry.isAway = true;
            CaptureWorker capture = rig.started();
            assertThat(capture.health().state()).isEqualTo(State.HOLDING);
            rig.registry.isAway = false;
            Rig.awaitState(capture, State.STREAMING);

            rig.assertVesselsAreRight();
            assertThat(rig.records(rig.contract("vessel").topic().rejected().toString()))
                    .isEmpty();
        }
    }

    @Test
    void aCaptureThatHoldsStopsWithinSeconds() {
        try (Rig rig = new Rig()) {
            CaptureWorker capture = rig.started();
            Rig.awaitState(capture, State.STREAMING);
            Parts.withoutPostgres(() -> {
                Rig.awaitState(capture, State.HOLDING);
                Instant begin = Instant.now();
                capture.close();
                assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(10));
            });
            assertThat(capture.health().state()).isEqualTo(State.STOPPED);
        }
    }
}
