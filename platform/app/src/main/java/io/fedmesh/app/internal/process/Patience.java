package io.fedmesh.app.internal.process;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Tries a start again while something that it needs is away: after pauses that double up to a bound, with jitter, for a
 * bounded time. What trying again cannot mend ({@link IllegalStateException}, {@link IllegalArgumentException}) is thrown
 * at once.
 */
final class Patience {
    private static final long FIRST_PAUSE_MS = 200;
    private static final long LONGEST_PAUSE_MS = 5_000;

    private final Duration limit;
    private final RandomGenerator random;

    Patience(Duration limit, RandomGenerator random) {
        this.limit = limit;
        this.random = random;
    }

    /**
     * What the action returns.
     *
     * @param waiting told why, each time that it has to wait
     * @throws Exception the last failure when the time is over
     */
    <T> T until(Callable<T> action, Consumer<String> waiting) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        long pauseMs = FIRST_PAUSE_MS;
        while (true) {
            try {
                return action.call();
            } catch (IllegalStateException | IllegalArgumentException | InterruptedException e) {
                throw e;
            } catch (Exception e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                waiting.accept(String.valueOf(e.getMessage()));
                TimeUnit.MILLISECONDS.sleep(pauseMs / 2 + random.nextLong(pauseMs / 2 + 1));
                pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
            }
        }
    }
}
