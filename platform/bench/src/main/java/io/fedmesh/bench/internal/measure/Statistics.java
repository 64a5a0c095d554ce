package io.fedmesh.bench.internal.measure;

import java.util.Arrays;
import java.util.Collection;

/** Medians and percentiles of a few measured numbers. */
public final class Statistics {
    private Statistics() {}

    /** The middle one, or the mean of the middle two. */
    public static double median(Collection<? extends Number> numbers) {
        double[] sorted = sorted(numbers);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /**
     * The smallest number that at least this share of all numbers does not exceed (nearest rank).
     *
     * @param percent above 0, at most 100
     */
    public static double percentile(Collection<? extends Number> numbers, double percent) {
        if (!(percent > 0 && percent <= 100)) {
            throw new IllegalArgumentException("'percent' must be above 0 and at most 100 but was " + percent);
        }
        double[] sorted = sorted(numbers);
        return sorted[(int) Math.ceil(sorted.length * percent / 100) - 1];
    }

    private static double[] sorted(Collection<? extends Number> numbers) {
        if (numbers.isEmpty()) {
            throw new IllegalArgumentException("there must be a number but there was none");
        }
        double[] sorted = numbers.stream().mapToDouble(Number::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
