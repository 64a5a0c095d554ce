package io.fedmesh.bench.internal.sink;

import java.util.Map;
import java.util.TreeMap;

/** When each offset of a partition became visible in a table. */
final class Visibility {
    /** First offset that a commit does not hold, to when the commit was in force. */
    private final TreeMap<Long, Double> commits = new TreeMap<>();

    /**
     * A commit.
     *
     * @param nextOffset the first offset that it does not hold
     */
    void committed(long nextOffset, double atMs) {
        commits.merge(nextOffset, atMs, Math::min);
    }

    /** Up to, not including, which offset all is visible. */
    long nextOffset() {
        return commits.isEmpty() ? 0 : commits.lastKey();
    }

    /** @throws IllegalStateException when it is not visible yet */
    double visibleAtMs(long offset) {
        Map.Entry<Long, Double> commit = commits.higherEntry(offset);
        if (commit == null) {
            throw new IllegalStateException(
                    "[bench] offset " + offset + " must be in the table but that ends at " + nextOffset());
        }
        return commit.getValue();
    }
}
