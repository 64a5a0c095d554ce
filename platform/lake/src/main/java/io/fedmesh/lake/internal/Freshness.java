package io.fedmesh.lake.internal;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long records took from the source's commit to the table: counts in buckets that grow by an eighth, so that a
 * percentile is right to 13 percent. Bounded, thread-safe; a few counts may be missing from a percentile taken meanwhile.
 */
final class Freshness {
    private static final double GROWTH = Math.log(1.125);
    /** The last bucket begins at about 20 days. */
    private static final int BUCKETS = 182;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

    void add(long millis) {
        counts.incrementAndGet(bucket(millis));
    }

    /** Upper bound of the bucket in milliseconds; -1 when nothing was counted. */
    long percentile(double percent) {
        long total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            total += counts.get(i);
        }
        if (total == 0) {
            return -1;
        }
        long rank = (long) Math.ceil(total * percent / 100.0);
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts.get(i);
            if (seen >= rank) {
                return Math.round(Math.exp((i + 1) * GROWTH));
            }
        }
        return Math.round(Math.exp(BUCKETS * GROWTH));
    }

    private static int bucket(long millis) {
        return millis <= 1 ? 0 : (int) Math.min(BUCKETS - 1, Math.log(millis) / GROWTH);
    }
}
