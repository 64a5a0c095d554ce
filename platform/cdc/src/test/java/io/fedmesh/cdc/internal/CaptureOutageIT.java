package io.fedmesh.cdc.internal;

import static org.assertj.core.api.Assertions.assertThat;

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
