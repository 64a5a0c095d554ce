package io.fedmesh.sample;

import io.fedmesh.local.SampleStory.Workload;
import io.fedmesh.local.SampleStory.WorkloadOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The work: one thread drives two lanes. The first commits, rolls back and returns to savepoints in short transactions; the
 * second holds one long transaction open across many of them. All that is random comes from the seed.
 */
final class ConstructionWorkload implements Workload {
    private static final int MAX_BATCH = 2_000;
    private static final int LANES = 2;

    private final WorkloadOptions options;
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean stopping;
    private volatile long committedRows;
    private volatile long rolledBackRows;
    private volatile long transactions;
    private volatile @Nullable Exception failure;

    private ConstructionWorkload(WorkloadOptions options) {
        this.options = options;
        this.thread = new Thread(this::run, "sample-workload");
        thread.setDaemon(true);
    }

    static ConstructionWorkload start(WorkloadOptions options) {
        ConstructionWorkload workload = new ConstructionWorkload(options);
        workload.thread.start();
        return workload;
    }

    /** Rows of a step: small for a short story, so that it has many transactions. */
    static int batch(long rows) {
        return (int) Math.max(1, Math.min(MAX_BATCH, rows / 400));
    }

    /** Projects at the beginning. */
    static int projects(long rows) {
        return (int) Math.max(2, Math.min(5_000, rows / 200));
    }

    private void run() {
        try (Connection first = options.connections().get();
                Connection second = options.connections().get()) {
            int batch = batch(options.rows());
            Random random = new Random(options.seed());
            begin(first);
            begin(second);
            Lane[] lanes = {
                new Lane(0, first, new Random(random.nextLong()), batch),
                new Lane(1, second, new Random(random.nextLong()), batch)
            };
            populate(lanes);
            play(lanes[0], lanes[1], random);
        } catch (SQLException | RuntimeException e) {
            failure = e;
        } finally {
            done.countDown();
        }
    }

    static void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            // The lanes never wait for each other; if they did, an error is better than a standstill.
            statement.execute("set lock_timeout = '30s'");
            statement.execute("set time zone 'UTC'");
            // Fresh tables have no statistics: without them the planner reads a whole table for a batch of keys.
            statement.execute("set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off");
        }
        connection.commit();
    }

    /** The projects and contractors that everything refers to; three quarters belong to the first lane. */
    private void populate(Lane[] lanes) throws SQLException {
        int projects = projects(options.rows());
        int contractors = Math.max(LANES, projects / 5);
        Block[] firsts = new Block[LANES];
        Block[] firstContractors = new Block[LANES];
        for (Lane lane : lanes) {
            int share = lane.number == 0 ? 3 : 1;
            long mine = lane.number == 0 ? projects - projects / 4 : projects / 4;
            long rows = 0;
            if (mine > 0) {
                rows += ProjectSteps.insertProjects(lane, mine);
            }
            rows += ProjectSteps.insertContractors(lane, Math.max(1, contractors * share / 4));
            commit(lane, rows);
            firsts[lane.number] = lane.projects.isEmpty() ? firsts[0] : lane.projects.any(lane.random);
            firstContractors[lane.number] = lane.contractors.any(lane.random);
        }
        for (Lane lane : lanes) {
            lane.allProjects = new Block(firsts[0].from(), firsts[1].to());
            lane.allContractors = new Block(firstContractors[0].from(), firstContractors[1].to());
        }
    }

    private void play(Lane quick, Lane slow, Random random) throws SQLException {
        long deadline = System.nanoTime() + options.duration().toNanos();
        long slowRows = 0;
        int slowSteps = 0;
        while (!stopping && committedRows + slowRows < options.rows() && System.nanoTime() < deadline) {
            quickTransaction(quick, random);
            if (random.nextInt(3) == 0) {
                slowRows += Script.draw(slow.random).run(slow);
                slowSteps++;
            }
            if (slowSteps >= 6) {
                if (random.nextInt(6) == 0) {
                    rollback(slow, slowRows);
                } else {
                    commit(slow, slowRows);
                }
                slowRows = 0;
                slowSteps = 0;
            }
        }
        commit(slow, slowRows);
    }

    private void quickTransaction(Lane lane, Random random) throws SQLException {
        int kind = random.nextInt(12);
        if (kind == 0) {
            rollback(lane, steps(lane, 1 + random.nextInt(2)));
        } else if (kind <= 2) {
            withSavepoint(lane);
        } else {
            commit(lane, steps(lane, 1 + random.nextInt(3)));
        }
    }

    /** Some work, some work that is taken back, some more work. */
    private void withSavepoint(Lane lane) throws SQLException {
        long rows = steps(lane, 1);
        lane.committed();
        Savepoint before = lane.connection.setSavepoint();
        long undone = steps(lane, 1);
        lane.connection.rollback(before);
        lane.rolledBack();
        rolledBackRows += undone;
        rows += steps(lane, 1);
        commit(lane, rows);
    }

    private static long steps(Lane lane, int count) throws SQLException {
        long rows = 0;
        for (int i = 0; i < count; i++) {
            rows += Script.draw(lane.random).run(lane);
        }
        return rows;
    }

    private void commit(Lane lane, long rows) throws SQLException {
        lane.connection.commit();
        lane.committed();
        committedRows += rows;
        transactions++;
    }

    private void rollback(Lane lane, long rows) throws SQLException {
        lane.connection.rollback();
        lane.rolledBack();
        rolledBackRows += rows;
    }

    @Override
    public long committedRows() {
        return committedRows;
    }

    @Override
    public long rolledBackRows() {
        return rolledBackRows;
    }

    @Override
    public long transactions() {
        return transactions;
    }

    @Override
    public long targetRows() {
        return options.rows();
    }

    @Override
    public boolean isDone() {
        return done.getCount() == 0;
    }

    @Override
    public void await() throws InterruptedException {
        done.await();
        Exception cause = failure;
        if (cause != null) {
            throw new IllegalStateException(
                    "[sample workload] every transaction must end well but one failed after " + committedRows + " rows",
                    cause);
        }
    }

    @Override
    public void close() {
        stopping = true;
        boolean interrupted = false;
        while (!isDone()) {
            try {
                done.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
