package io.fedmesh.access.reconcile;

import java.time.Duration;

/**
 * The bounds of a reconciliation.
 *
 * @param passTimeout how long the pipeline may take to pass one position of the source
 * @param pause between two looks at how far it has come
 * @param maxRounds how often keys of a derived product are looked at again, 3 or more
 * @param maxKeys how many keys a product may have; each takes about 50 bytes of memory
 */
public record ReconcileSettings(Duration passTimeout, Duration pause, int maxRounds, int maxKeys) {
    /** For an operator at a terminal. */
    public static final ReconcileSettings DEFAULT =
            new ReconcileSettings(Duration.ofSeconds(120), Duration.ofMillis(200), 20, 20_000_000);

    public ReconcileSettings {
        if (passTimeout.isNegative() || passTimeout.isZero()) {
            throw new IllegalArgumentException("'passTimeout' must be above zero but was " + passTimeout);
        }
        if (pause.isNegative() || pause.isZero()) {
            throw new IllegalArgumentException("'pause' must be above zero but was " + pause);
        }
        if (maxRounds < 3) {
            throw new IllegalArgumentException("'maxRounds' must be 3 or more but was " + maxRounds);
        }
        if (maxKeys < 1) {
            throw new IllegalArgumentException("'maxKeys' must be 1 or more but was " + maxKeys);
        }
    }
}
