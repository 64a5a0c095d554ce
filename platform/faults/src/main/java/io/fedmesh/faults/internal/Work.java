package io.fedmesh.faults.internal;

import io.fedmesh.local.SampleStory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The story's workload at a steady pace until so many row changes are committed, whatever happens to the database
 * meanwhile: after a failure it begins a new chapter. What became of a commit without an answer, the oplog knows. Any
 * thread may look at it.
 */
final class Work implements AutoCloseable {
    private static final long PAUSE_AFTER_FAILURE_MS = 300;
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final FaultyMesh mesh;
    private final long rows;
    private final long seed;
    private final long lengthNanos;
    private final long startNanos = System.nanoTime();
    private final Thread thread;
    private volatile SampleStory.@Nullable Workload chapter;
    private volatile long before;
    private volatile int failures;
    private volatile boolean stopped;

    /**
     * @param rows row changes to commit, about
     * @param length how long it should take: after each commit it waits for its time, so that faults meet it
     */
    private Work(FaultyMesh mesh, long rows, long seed, Duration length) {
        this.mesh = mesh;
        this.rows = rows;
        this.seed = seed;
        this.lengthNanos = length.toNanos();
        this.thread = new Thread(this::run, "campaign-work");
        thread.setDaemon(true);
    }

    static Work start(FaultyMesh mesh, long rows, long seed, Duration length) {
        Work work = new Work(mesh, rows, seed, length);
        work.thread.start();
        return work;
    }

    long committedRows() {
        SampleStory.Workload now = chapter;
        return before + (now == null ? 0 : now.committedRows());
    }

    boolean isDone() {
        return !thread.isAlive();
    }

    /** How often the database failed the workload; what it had under way is unknown to it. */
    int failures() {
        return failures;
    }

    private void run() {
        long end = System.nanoTime() + LONGEST.toNanos();
        for (int number = 0; !stopped && before < rows && System.nanoTime() < end; number++) {
            SampleStory.Workload now = mesh.story()
                    .start(new SampleStory.WorkloadOptions(
                            rows - before, LONGEST, seed * 31 + number, this::pacedConnection));
            chapter = now;
            try {
                now.await();
            } catch (IllegalStateException e) {
                failures++;
                pause(PAUSE_AFTER_FAILURE_MS);
            } catch (InterruptedException e) {
                now.close();
                return;
            } finally {
                before += now.committedRows();
                chapter = null;
            }
        }
    }

    private Connection pacedConnection() {
        Connection real = mesh.connect();
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    try {
                        Object answer = method.invoke(real, arguments);
                        if (method.getName().equals("commit")) {
                            keepPace();
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void keepPace() {
        long dueNanos = (long) (lengthNanos * Math.min(1, (double) committedRows() / rows));
        pause(Math.max(0, TimeUnit.NANOSECONDS.toMillis(startNanos + dueNanos - System.nanoTime())));
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stopped = true;
        SampleStory.Workload now = chapter;
        if (now != null) {
            now.close();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
