package io.fedmesh.faults.internal;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A fault under way. It lasts a while, and longer, up to a bound, while it has not bitten. Used by one thread.
 */
final class Strike {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final Runnable NOTHING = () -> {};

    private final long lengthNanos;
    private final long boundNanos;
    private final LongSupplier bites;
    private final Runnable step;
    private final Runnable heal;
    private final long startNanos = System.nanoTime();
    private boolean isOver;

    private Strike(Duration length, Duration bound, LongSupplier bites, Runnable step, Runnable heal) {
        this.lengthNanos = length.toNanos();
        this.boundNanos = bound.toNanos();
        this.bites = bites;
        this.step = step;
        this.heal = heal;
    }

    /**
     * A fault that lasts.
     *
     * @param lengthMs how long it lasts at least
     * @param bites how often it has bitten since its beginning
     * @param heal ends it
     */
    static Strike lasting(long lengthMs, LongSupplier bites, Runnable heal) {
        return new Strike(Duration.ofMillis(lengthMs), BOUND, bites, NOTHING, heal);
    }

    /**
     * A fault that comes step by step, until it has bitten.
     *
     * @param bound how long it waits for that at most
     * @param bites how often it has bitten since its beginning; below 0 when another fault has made it impossible
     * @param step taken again and again
     */
    static Strike stepping(Duration bound, LongSupplier bites, Runnable step, Runnable heal) {
        return new Strike(Duration.ZERO, bound, bites, step, heal);
    }

    /** Several at once: it is over when all are, and has bitten when each has. */
    static Strike all(List<Strike> strikes) {
        return new Strike(
                Duration.ZERO,
                strikes.stream()
                        .map(strike -> Duration.ofNanos(strike.boundNanos))
                        .max(Duration::compareTo)
                        .orElseThrow(),
                () -> strikes.stream().mapToLong(Strike::bites).min().orElseThrow(),
                () -> strikes.forEach(strike -> strike.ended()),
                () -> {});
    }

    /** A fault that is over when it has begun. */
    static Strike done(long bites) {
        Strike strike = new Strike(Duration.ZERO, Duration.ZERO, () -> bites, NOTHING, NOTHING);
        strike.isOver = true;
        return strike;
    }

    /** Ends it when its time has come; whether it has ended. */
    boolean ended() {
        if (!isOver) {
            step.run();
            long passed = System.nanoTime() - startNanos;
            long now = bites.getAsLong();
            if (passed > boundNanos || now < 0 || (passed >= lengthNanos && now > 0)) {
                isOver = true;
                heal.run();
            }
        }
        return isOver;
    }

    long bites() {
        return Math.max(0, bites.getAsLong());
    }
}
