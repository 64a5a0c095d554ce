package io.fedmesh.govern.internal.audit;

import io.fedmesh.govern.audit.AuditFinding.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sequences that did not come when they should have: if they come later the records were moved, if they never come they
 * were dropped. Bounded; not thread-safe.
 */
final class Gaps {
    private static final int MAX = 100_000;

    private static final class Gap {
        private final long from;
        private final long until;
        private boolean isMoved;

        Gap(long from, long until) {
            this.from = from;
            this.until = until;
        }
    }

    private record Missing(long to, Gap of) {}

    private final List<Gap> gaps = new ArrayList<>();
    private final TreeMap<Long, Missing> missing = new TreeMap<>();
    private final Findings findings;

    Gaps(Findings findings) {
        this.findings = findings;
    }

    /** Notes that these were skipped: from the first, up to the one that came instead. */
    void open(long from, long until) {
        if (missing.size() >= MAX) {
            findings.add(Kind.DROPPED, from, until - 1, "records are missing here");
            return;
        }
        Gap gap = new Gap(from, until);
        gaps.add(gap);
        missing.put(from, new Missing(until - 1, gap));
    }

    /** Notes that this one came after all; false when it was not missing. */
    boolean fill(long sequence) {
        Map.Entry<Long, Missing> entry = missing.floorEntry(sequence);
        if (entry == null || entry.getValue().to() < sequence) {
            return false;
        }
        long from = entry.getKey();
        Missing range = entry.getValue();
        missing.remove(from);
        if (from < sequence) {
            missing.put(from, new Missing(sequence - 1, range.of()));
        }
        if (sequence < range.to()) {
            missing.put(sequence + 1, range);
        }
        range.of().isMoved = true;
        return true;
    }

    /**
     * Tells what was moved and what is missing.
     *
     * @param expired sequences below this may be missing, their retention is over
     */
    void finish(long expired) {
        for (Gap gap : gaps) {
            if (gap.isMoved) {
                findings.add(Kind.SWAPPED, gap.from, gap.until, "records here stand in another order");
            }
        }
        missing.forEach((from, range) -> {
            if (range.to() >= expired) {
                findings.add(Kind.DROPPED, from, range.to(), "records are missing here");
            }
        });
    }
}
