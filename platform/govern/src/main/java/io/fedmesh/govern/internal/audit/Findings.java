package io.fedmesh.govern.internal.audit;

import io.fedmesh.govern.audit.AuditFinding;
import io.fedmesh.govern.audit.AuditFinding.Kind;
import java.util.ArrayList;
import java.util.List;

/** What was found so far: the first ones are kept, of the rest that there are more. Not thread-safe. */
final class Findings {
    private static final int MAX = 1_000;

    private final int partition;
    private final List<AuditFinding> kept = new ArrayList<>();
    private boolean more;

    Findings(int partition) {
        this.partition = partition;
    }

    void add(Kind kind, long from, long to, String detail) {
        if (kept.size() < MAX) {
            kept.add(new AuditFinding(kind, partition, from, to, detail));
        } else {
            more = true;
        }
    }

    List<AuditFinding> kept() {
        return kept;
    }

    boolean more() {
        return more;
    }
}
