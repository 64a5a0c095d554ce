package io.fedmesh.access.reconcile;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Waits for others, within bounds. */
final class Waiting {
    /** A part that is at rest has come as far as it will: it is looked at closely at once, one on its way now and then. */
    private static final int CLOSE_LOOKS = 3;

    private static final int LOOKS_BETWEEN_CLOSE_ONES = 5;

    private final LongSupplier nanoTime;
    private final Consumer<Duration> pauses;
    private final ReconcileSettings settings;

    Waiting(ReconcileSettings settings, LongSupplier nanoTime, Consumer<Duration> pauses) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.pauses = pauses;
    }

    static Waiting real(ReconcileSettings settings) {
        return new Waiting(settings, System::nanoTime, pause -> LockSupport.parkNanos(pause.toNanos()));
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    void pause() {
        if (Thread.currentThread().isInterrupted()) {
            throw new ReconcileException("the comparison was interrupted");
        }
        pauses.accept(settings.pause());
    }

    /** Looks until it holds. */
    void until(String what, BooleanSupplier holds) {
        until(what, holds, () -> false);
    }

    /**
     * Looks until it holds.
     *
     * @param what completes "must ... within", for the message
     * @param closer a costlier look that may hold where the first does not: taken at once, and then now and then
     */
    void until(String what, BooleanSupplier holds, BooleanSupplier closer) {
        long end = nanoTime.getAsLong() + settings.passTimeout().toNanos();
        for (int look = 1; !holds.getAsBoolean(); look++) {
            if ((look <= CLOSE_LOOKS || look % LOOKS_BETWEEN_CLOSE_ONES == 0) && closer.getAsBoolean()) {
                return;
            }
            if (nanoTime.getAsLong() - end >= 0) {
                throw new ReconcileException(what + " within "
                        + settings.passTimeout().toMillis() + " ms but did not: is every process of the mesh running?");
            }
            pause();
        }
    }
}
