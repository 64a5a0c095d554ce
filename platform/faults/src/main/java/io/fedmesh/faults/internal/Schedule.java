package io.fedmesh.faults.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * What a seed draws: faults, and when each begins.
 *
 * @param seed draws all of it, and the workload
 * @param draws in the order in which they begin
 */
record Schedule(long seed, List<Draw> draws) {
    private static final int LEAST_FAULTS = 3;
    private static final int MOST_FAULTS = 6;

    /**
     * One fault.
     *
     * @param at how much of the workload is done when it begins, 0 to 1
     * @param salt seeds its own random numbers
     */
    record Draw(Fault fault, double at, long salt) {}

    /** The schedule of a seed; the same seed draws the same from the same faults. */
    static Schedule of(long seed, List<Fault> faults) {
        Random random = new Random(seed);
        List<Fault> left = new ArrayList<>(faults);
        List<Draw> draws = new ArrayList<>();
        int count = LEAST_FAULTS + random.nextInt(MOST_FAULTS - LEAST_FAULTS + 1);
        for (int i = 0; i < count && !left.isEmpty(); i++) {
            Fault fault = left.remove(random.nextInt(left.size()));
            draws.add(new Draw(fault, 0.05 + 0.85 * random.nextDouble(), random.nextLong()));
        }
        draws.sort(Comparator.comparingDouble(Draw::at));
        return new Schedule(seed, List.copyOf(draws));
    }
}
