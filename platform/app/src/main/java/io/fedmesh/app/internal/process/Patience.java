package io.fedmesh.app.internal.process;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Tries a start again while something that it needs is away: after pauses that double up to a bound, with jitter, for a
 * bounded time. What trying again cannot mend ({@link IllegalStateException}, {@link IllegalArgumentException}) is thrown
 * at once.
 */
final class Patience {
    private static final long FIRST_PAUSE_MS = 200;
    private static final long LONGEST_PAUSE_MS = 5_000;

    /** Waits so many milliseconds. */
    interface Pause {
        void of(long ms) throws InterruptedException;
    }

    private final Duration limit;
    private final RandomGenerator random;
    private final LongSupplier nanoTime;
    private final Pause pause;

    /**
     * @param random jitter of pauses
     * @param nanoTime as {@link System#nanoTime}
     */
    Patience(Duration limit, RandomGenerator random, LongSupplier nanoTime, Pause pause) {
        this.limit = limit;
        this.random = random;
        this.nanoTime = nanoTime;
        this.pause = pause;
    }

    /**
     * What the action returns.
     *
     * @param waiting told why, each time that it has to wait
     * @throws Exception the last failure when the time is over
     */
    <T> T until(Callable<T> action, Consumer<String> waiting) throws Exception {
        long end = nanoTime.getAsLong() + limit.toNanos();
        long pauseMs = FIRST_PAUSE_MS;
        while (true) {
            try {
                return action.call();
            } catch (IllegalStateException | IllegalArgumentException | InterruptedException e) {
                throw e;
            } catch (Exception e) {
                if (nanoTime.getAsLong() - end > 0) {
                    throw e;
                }
                waiting.accept(String.valueOf(e.getMessage()));
                pause.of(pauseMs / 2 + random.nextLong(pauseMs / 2 + 1));
                pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
            }
        }
    }
}
