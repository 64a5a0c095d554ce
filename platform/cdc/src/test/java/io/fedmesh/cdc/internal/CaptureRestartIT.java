package io.fedmesh.cdc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.cdc.Capture.State;
import io.fedmesh.cdc.internal.KillingLog.Point;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

/** Nothing is lost and nothing twice, wherever capture ends and begins again. */
@NullUnmarked
class CaptureRestartIT {

    private static void killedAt(Rig rig, Point point, int commit) {
        CaptureWorker capture = rig.capture(rig.config(), log -> new KillingLog(log, point, commit));
        capture.start();
        Rig.awaitState(capture, State.FAILED);
        assertThat(capture.health().cause()).isInstanceOf(KillingLog.Killed.class);
        capture.close();
    }

    private static void copy(Rig rig, int from, int rows) throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < from + rows; i++) {
            text.append(i).append('\t').append("copied ").append(i).append('\n');
        }
        try (Connection connection = Parts.postgres().connect(rig.database)) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy port.vessel (id, title) from stdin", new StringReader(text.toString()));
        }
    }

    /** Debezium lost rows here before 3.7.0: many events on one log position, and a restart among them. */
    @ParameterizedTest
    @EnumSource(Point.class)
    void aCopyWithManyRowsOnOnePositionSurvivesARestartInside(Point point) throws Exception {
        try (Rig rig = new Rig()) {
            CaptureWorker first = rig.started();
            Rig.awaitState(first, State.STREAMING);
            first.close();
            copy(rig, 1, 3_000);

            killedAt(rig, point, 2);
            killedAt(rig, point, 2);
            CaptureWorker last = rig.started();
            rig.awaitCaughtUp(last);

            rig.assertVesselsAreRight();
            List<Rig.Event> events = rig.events("vessel");
            assertThat(events).hasSize(3_000);
            assertThat(events.stream().map(e -> e.headers().version()).distinct())
                    .hasSize(3_000);
            assertThat(events.stream().filter(e -> e.headers().version().index() > 0))
                    .as("rows that share a position")
                    .isNotEmpty();
        }
    }

    /** Debezium lost rows here on PostgreSQL 17 before 3.7.0: the stored commit's end is the next change's position. */
    @Test
    void aTransactionThatBeginsWhereTheStoredOneEndedIsNotLost() throws Exception {
        try (Rig rig = new Rig()) {
            rig.started().close();
            int adjacent = 0;
            for (int round = 0; round < 4; round++) {
                CaptureWorker capture = rig.started();
                Rig.awaitState(capture, State.STREAMING);
                int id = round * 10;
                try (Connection late = Parts.postgres().connect(rig.database);
                        Statement statement = late.createStatement()) {
                    late.setAutoCommit(false);
                    if (round % 2 == 1) {
                        insert(statement, id);
                    }
                    rig.sql("insert into port.vessel (id, title) values (" + (id + 1) + ", 'between')");
                    rig.awaitCaughtUp(capture);
                    capture.close();
                    insert(statement, id + 2);
                    insert(statement, id + 3);
                    late.commit();
                }
            }
            CaptureWorker capture = rig.started();
            rig.awaitCaughtUp(capture);

            rig.assertVesselsAreRight();
            for (Rig.Event event : rig.events("vessel")) {
                Version version = event.headers().version();
                adjacent += version.lsn() == version.commitLsn() ? 1 : 0;
            }
            assertThat(adjacent).as("changes right behind the last commit").isPositive();
        }
    }

    private static void insert(Statement statement, int id) throws Exception {
        statement.execute("insert into port.vessel (id, title) values (" + id + ", 'late')");
    }

    @Test
    void aWorkloadWithKillsAtRandomEndsAsTheDatabase() throws Exception {
        long seed = 20_261_122;
        Random random = new Random(seed);
        try (Rig rig = new Rig()) {
            rig.sql("insert into port.vessel (id, title) select n, 'v' || n from generate_series(1, 700) n");
            killedAt(rig, random.nextBoolean() ? Point.BEFORE : Point.AFTER, 1 + random.nextInt(2));
            for (int round = 0; round < 4; round++) {
                work(rig, random, 60);
                killedAt(rig, random.nextBoolean() ? Point.BEFORE : Point.AFTER, 1);
            }
            CaptureWorker capture = rig.started();
            Rig.awaitState(capture, State.STREAMING);
            work(rig, random, 60);
            rig.awaitCaughtUp(capture);

            rig.assertVesselsAreRight();
        }
    }

    private static void work(Rig rig, Random random, int transactions) throws Exception {
        try (Connection one = Parts.postgres().connect(rig.database);
                Connection two = Parts.postgres().connect(rig.database);
                Statement first = one.createStatement();
                Statement second = two.createStatement()) {
            one.setAutoCommit(false);
            two.setAutoCommit(false);
            for (int i = 0; i < transactions; i++) {
                // even keys for one connection, odd for the other: interleaved, never waiting for each other
                step(first, random, 0);
                step(second, random, 1);
                step(first, random, 0);
                end(two, random);
                end(one, random);
            }
        }
    }

    private static void step(Statement statement, Random random, int parity) throws Exception {
        int id = random.nextInt(400) * 2 + parity;
        switch (random.nextInt(5)) {
            case 0 -> statement.execute("delete from port.vessel where id = " + id);
            case 1 ->
                statement.execute("update port.vessel set id = " + (id + 2_000) + " where id = " + id
                        + " and not exists (select 1 from port.vessel where id = " + (id + 2_000) + ")");
            default ->
                statement.execute("insert into port.vessel (id, title) values (" + id + ", 't" + random.nextInt()
                        + "') on conflict (id) do update set title = excluded.title");
        }
    }

    private static void end(Connection connection, Random random) throws Exception {
        if (random.nextInt(5) == 0) {
            connection.rollback();
        } else {
            connection.commit();
        }
    }

    @Test
    void anInterruptedSnapshotBeginsAgainAndDeletesWhatWentMeanwhile() {
        try (Rig rig = new Rig()) {
            rig.sql("insert into port.vessel (id, title) select n, 'v' || n from generate_series(1, 2000) n");
            killedAt(rig, Point.AFTER, 2);
            assertThat(rig.state("vessel", "name")).isNotEmpty();
            rig.sql("delete from port.vessel where id % 2 = 0");
            CaptureWorker capture = rig.started();
            Rig.awaitState(capture, State.STREAMING);

            rig.assertVesselsAreRight();
            assertThat(rig.state("vessel", "name")).hasSize(1_000);
            assertThat(rig.events("vessel").stream().filter(e -> e.headers().op() == Op.DELETE))
                    .isNotEmpty();
        }
    }

    @Test
    void aRequestedResyncPublishesEveryRowAgainAndDeletesWhatIsGone() {
        try (Rig rig = new Rig()) {
            rig.sql("insert into port.vessel (id, title) values (1, 'a'), (2, 'b')");
            CaptureWorker first = rig.started();
            Rig.awaitState(first, State.STREAMING);
            first.close();
            rig.dropSlot();
            rig.sql("delete from port.vessel where id = 1");
            rig.capture().requestResync();
            CaptureWorker second = rig.started();
            Rig.awaitState(second, State.STREAMING);

            assertThat(rig.state("vessel", "name")).isEqualTo(Map.of("2", "b"));
            rig.assertVesselsAreRight();
        }
    }

    @Test
    void aSecondInstanceFencesTheFirst() {
        try (Rig rig = new Rig()) {
            CaptureWorker first = rig.started();
            Rig.awaitState(first, State.STREAMING);
            CaptureWorker second = rig.started();
            Rig.awaitState(first, State.FAILED);
            assertThat(first.health().cause()).isInstanceOf(FencedException.class);
            Rig.awaitState(second, State.STREAMING);
            rig.sql("insert into port.vessel (id, title) values (1, 'a')");
            rig.awaitCaughtUp(second);

            rig.assertVesselsAreRight();
        }
    }
}
