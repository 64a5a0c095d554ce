package io.fedmesh.lake.internal;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs what it gets at once. Iceberg looks every 10 milliseconds whether its own pool is done, several times a commit, and a
 * sink's commit touches few manifests: upkeep keeps their number low. Thread-safe.
 */
final class SameThread extends AbstractExecutorService {
    static final SameThread POOL = new SameThread();

    private SameThread() {}

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
