package io.fedmesh.cdc.internal;

import io.fedmesh.cdc.CaptureConfig.Bounds;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Waits longer with each attempt, spread at random, and not at all once capture is to stop. */
final class Backoff implements Pause {
    private final Bounds bounds;
    private final RandomGenerator random;
    private final CountDownLatch stop;
    private final Consumer<@Nullable OutageException> holding;

    /**
     * @param stop open when capture is to stop
     * @param holding told of an outage, and of its end by null
     */
    Backoff(Bounds bounds, RandomGenerator random, CountDownLatch stop, Consumer<@Nullable OutageException> holding) {
        this.bounds = bounds;
        this.random = random;
        this.stop = stop;
        this.holding = holding;
    }

    @Override
    public void before(int attempt, OutageException cause) {
        holding.accept(cause);
        before(attempt);
    }

    /** As the other, without telling of an outage. */
    void before(int attempt) {
        long first = bounds.firstPause().toMillis();
        long longest = Math.min(bounds.longestPause().toMillis(), first << Math.min(attempt - 1, 20));
        try {
            if (stop.await(longest / 2 + random.nextLong(longest / 2 + 1), TimeUnit.MILLISECONDS)) {
                throw new StoppedException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }

    @Override
    public void over() {
        holding.accept(null);
    }
}
