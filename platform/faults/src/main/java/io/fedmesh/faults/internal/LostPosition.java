package io.fedmesh.faults.internal;

import io.fedmesh.contract.Names;
import io.fedmesh.contract.Source;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The log that a capture stood at is gone: its slot was dropped or moved by hand, or the database went over to another
 * timeline. The capture must refuse to go on, and say nothing of what it cannot know, until an operator asks for a re-sync;
 * then the source is captured anew while its rows change.
 */
final class LostPosition {
    private static final Duration BOUND = Duration.ofSeconds(120);
    /** PostgreSQL's word for an object that is not there. */
    private static final String GONE = "42704";

    private static final int TRIES = 40;
    private static final long PAUSE_MS = 100;
    private static final long LONG_PAUSE_MS = 500;

    /** What happens to the log while the capture is away. */
    private interface Loss {
        /** On a thread of its own; gives up with an exception. */
        void happen(FaultyMesh mesh, Source source) throws SQLException, InterruptedException;
    }

    private enum Step {
        /** The capture is halted, its position is being lost. */
        LOSING,
        /** It was started again and must end by itself. */
        REFUSING,
        /** It did; the re-sync is being asked for. */
        ASKING,
        /** It was started again after the request for a re-sync. */
        RESYNCED,
        /** Nothing was lost, because of another fault. */
        GIVEN_UP
    }

    private final FaultyMesh mesh;
    private final Source source;
    private final String capture;
    private final String what;
    private Step step = Step.LOSING;
    private int endsBefore;
    private volatile boolean isLost;
    private volatile boolean isFailed;
    private volatile boolean isAskedFor;

    private LostPosition(FaultyMesh mesh, Source source, String what) {
        this.mesh = mesh;
        this.source = source;
        this.capture = capture(source);
        this.what = what;
    }

    /** The slot is dropped. */
    static Strike slotDropped(FaultyMesh mesh, RandomGenerator random) {
        Source source = taken(mesh, random);
        return begin(
                mesh,
                source,
                "its slot was dropped",
                (m, s) -> whenFree(m, "select pg_drop_replication_slot('" + s.slot() + "')"));
    }

    /** The slot is moved to the end of the log, beyond what is published. */
    static Strike slotAdvanced(FaultyMesh mesh, RandomGenerator random) {
        Source source = taken(mesh, random);
        return begin(mesh, source, "its slot was moved by hand", (m, s) -> {
            String slot = "'" + s.slot() + "'";
            awaitChanges(m, s);
            whenFree(m, "select pg_replication_slot_advance(" + slot + ", pg_current_wal_lsn())");
        });
    }

    /** The database is on another timeline, as after a standby was promoted. */
    static Strike failedOver(FaultyMesh mesh, RandomGenerator random) {
        List<Source> sources = mesh.contracts().sources();
        mesh.takeInHand(sources.stream().map(LostPosition::capture).toList());
        mesh.failOverPostgres();
        return Strike.all(sources.stream()
                .map(source -> begin(mesh, source, "its database is on another timeline", (m, s) -> {}))
                .toList());
    }

    /** The log grows beyond what the database keeps for slots. */
    static Strike logOutgrown(FaultyMesh mesh, RandomGenerator random) {
        List<Source> sources = mesh.contracts().sources();
        mesh.takeInHand(sources.stream().map(LostPosition::capture).toList());
        return Strike.all(sources.stream()
                .map(source -> begin(mesh, source, "the log was not kept for its slot", LostPosition::outgrow))
                .toList());
    }

    private static synchronized void outgrow(FaultyMesh mesh, Source source) throws SQLException {
        try (Connection owner = mesh.owner();
                Statement statement = owner.createStatement()) {
            statement.execute("alter system set max_slot_wal_keep_size = '1MB'");
            statement.execute("select pg_reload_conf()");
            for (int i = 1; !isLost(statement, source); i++) {
                if (i == TRIES) {
                    throw new SQLException("the log must outgrow the slot but did not");
                }
                statement.execute("select pg_logical_emit_message(false, 'campaign', 'grow')");
                statement.execute("select pg_switch_wal()");
                statement.execute("checkpoint");
            }
            statement.execute("alter system reset max_slot_wal_keep_size");
            statement.execute("select pg_reload_conf()");
        }
    }

    private static boolean isLost(Statement statement, Source source) throws SQLException {
        try (ResultSet answer = statement.executeQuery(
                "select wal_status = 'lost' from pg_replication_slots where slot_name = '" + source.slot() + "'")) {
            return answer.next() && answer.getBoolean(1);
        }
    }

    private static Strike begin(FaultyMesh mesh, Source source, String what, Loss loss) {
        LostPosition lost = new LostPosition(mesh, source, what);
        mesh.crew.halt(lost.capture);
        Thread thread = new Thread(() -> lost.lose(loss), "campaign-loss");
        thread.setDaemon(true);
        thread.start();
        return Strike.stepping(BOUND, lost::bites, lost::step, lost::heal);
    }

    private static Source taken(FaultyMesh mesh, RandomGenerator random) {
        List<Source> sources = mesh.contracts().sources();
        Source source = sources.get(random.nextInt(sources.size()));
        mesh.takeInHand(List.of(capture(source)));
        return source;
    }

    private static String capture(Source source) {
        return Names.principal(source.domain(), "cdc");
    }

    /** Again and again while the database is away: half a loss would be one that nobody mends. */
    private void lose(Loss loss) {
        try {
            for (int i = 1; !isLost; i++) {
                try {
                    loss.happen(mesh, source);
                    isLost = true;
                } catch (SQLException e) {
                    if (i == TRIES) {
                        throw e;
                    }
                    Thread.sleep(LONG_PAUSE_MS);
                }
            }
        } catch (SQLException | IllegalStateException | InterruptedException e) {
            isFailed = true;
        }
    }

    private void step() {
        switch (step) {
            case LOSING -> {
                if (isLost) {
                    endsBefore = mesh.crew.ownEnds(capture);
                    mesh.crew.resume(capture);
                    mesh.crew.expectEnd(capture);
                    step = Step.REFUSING;
                } else if (isFailed) {
                    mesh.crew.resume(capture);
                    step = Step.GIVEN_UP;
                }
            }
            case REFUSING -> {
                if (mesh.crew.ownEnds(capture) > endsBefore) {
                    mesh.crew.halt(capture);
                    Resync.ask(mesh, source, () -> isAskedFor = true);
                    step = Step.ASKING;
                }
            }
            case ASKING -> {
                if (isAskedFor) {
                    mesh.crew.resume(capture);
                    step = Step.RESYNCED;
                }
            }
            case RESYNCED, GIVEN_UP -> {}
        }
    }

    private long bites() {
        return step == Step.GIVEN_UP ? -1 : step == Step.RESYNCED ? 1 : 0;
    }

    private void heal() {
        if (step == Step.REFUSING) {
            mesh.found("[" + source.slot() + "] a capture must refuse to go on when " + what + " but did not within "
                    + BOUND.toSeconds() + " s");
        } else if (step == Step.ASKING) {
            mesh.found("[" + source.slot() + "] a re-sync must be possible when " + what + " but was not within "
                    + BOUND.toSeconds() + " s");
        }
        mesh.crew.resume(capture);
        mesh.letGo(capture);
    }

    /** Rows must come that the capture has not published: without them nothing is lost. */
    private static void awaitChanges(FaultyMesh mesh, Source source) throws SQLException, InterruptedException {
        String behind = "select pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn) > 20000"
                + " from pg_replication_slots where slot_name = '" + source.slot() + "'";
        for (int i = 0; i < TRIES; i++) {
            try (Connection owner = mesh.owner();
                    Statement statement = owner.createStatement();
                    ResultSet answer = statement.executeQuery(behind)) {
                if (answer.next() && answer.getBoolean(1)) {
                    return;
                }
            }
            Thread.sleep(PAUSE_MS);
        }
        throw new IllegalStateException("the source must change while it is not captured but did not");
    }

    /** Once the database knows that the capture is gone. */
    private static void whenFree(FaultyMesh mesh, String sql) throws SQLException, InterruptedException {
        for (int i = 1; ; i++) {
            try (Connection owner = mesh.owner();
                    Statement statement = owner.createStatement()) {
                statement.execute(sql);
                return;
            } catch (SQLException e) {
                if (GONE.equals(e.getSQLState())) {
                    return; // an earlier try did it, and its answer was lost
                }
                if (i == TRIES) {
                    throw e;
                }
                Thread.sleep(PAUSE_MS);
            }
        }
    }
}
