package io.fedmesh.app.simulation;

import java.util.SplittableRandom;

/**
 * How often things go wrong in one run, each a probability.
 *
 * @param death of a process, at each call of a port
 * @param outage of a call
 * @param lost response of a commit: it took place, or not, or takes place later
 * @param interleaving of other processes' steps, at each call of a port
 * @param takeover a second instance is started though the first one lives
 */
record Faults(double death, double outage, double lost, double interleaving, double takeover) {
    static final Faults NONE = new Faults(0, 0, 0, 0, 0);

    /** Calm seeds, seeds with one kind of fault and seeds with all of them. */
    static Faults draw(SplittableRandom random) {
        return new Faults(
                random.nextInt(3) == 0 ? 0 : random.nextDouble(0.02),
                random.nextInt(3) == 0 ? 0 : random.nextDouble(0.04),
                random.nextInt(4) == 0 ? 0 : random.nextDouble(0.25),
                random.nextInt(3) == 0 ? 0 : random.nextDouble(0.15),
                random.nextInt(3) == 0 ? 0 : random.nextDouble(0.6));
    }
}
