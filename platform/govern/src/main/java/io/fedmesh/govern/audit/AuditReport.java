package io.fedmesh.govern.audit;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a verification of one partition found.
 *
 * @param records that were read
 * @param covered sequences below this are under a checkpoint that holds
 * @param uncovered records after it, which only their chain speaks for
 * @param coveredAt when the newest checkpoint that holds was made; null when there is none
 * @param newest the newest checkpoint that holds, to be kept elsewhere and handed in next time; null when there is none
 * @param findings empty when everything is as it was written
 * @param more whether there were more findings than are listed
 */
public record AuditReport(
        int partition,
        long records,
        long covered,
        long uncovered,
        @Nullable Instant coveredAt,
        @Nullable KnownHead newest,
        List<AuditFinding> findings,
        boolean more) {

    /**
     * A checkpoint as it was seen once.
     *
     * @param ordinal of the checkpoint
     * @param hash of its signed text, in base64
     */
    public record KnownHead(long ordinal, String hash) {}

    public AuditReport {
        findings = List.copyOf(findings);
    }

    /** Whether nothing was found. */
    public boolean isClean() {
        return findings.isEmpty();
    }
}
