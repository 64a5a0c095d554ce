package io.fedmesh.access;

import java.time.Duration;

/**
 * What one query may use.
 *
 * @param maxRows rows of the result, 1 or more; further ones are cut off and the result says so
 * @param maxResultBytes about how large the result may become before the query is refused
 * @param memoryBytes memory of the engine for loaded tables and work, 64 MiB or more
 * @param threads threads of the engine, 1 or more
 * @param timeout from the question to the last row
 */
public record QueryLimits(int maxRows, long maxResultBytes, long memoryBytes, int threads, Duration timeout) {
    /** For one person at a terminal. */
    public static final QueryLimits DEFAULT = new QueryLimits(10_000, 64L << 20, 1L << 30, 2, Duration.ofSeconds(60));

    public QueryLimits {
        if (maxRows < 1) {
            throw new IllegalArgumentException("'maxRows' must be 1 or more but was " + maxRows);
        }
        if (maxResultBytes < 1) {
            throw new IllegalArgumentException("'maxResultBytes' must be 1 or more but was " + maxResultBytes);
        }
        if (memoryBytes < 64L << 20) {
            throw new IllegalArgumentException("'memoryBytes' must be 67108864 or more but was " + memoryBytes);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("'threads' must be 1 or more but was " + threads);
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("'timeout' must be above zero but was " + timeout);
        }
    }
}
