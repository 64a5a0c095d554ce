package io.fedmesh.lake;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the audit of a product stands in this process; see {@link io.fedmesh.contract.Quality}.
 *
 * @param state what readers see
 * @param message why nothing newer is published: rules with what they demand and what was counted, or what failed; null
 *     otherwise
 * @param brokenRules rules that did not hold in the last audit
 * @param lastPublished when this process published last; null before the first
 */
public record AuditStatus(
        State state,
        @Nullable String message,
        int brokenRules,
        @Nullable Instant lastPublished) {
    /** What readers see. */
    public enum State {
        /** Nothing was audited yet. */
        PENDING,
        /** What was audited last, whoever published it. */
        PUBLISHED,
        /** What was published before rules ceased to hold. */
        HELD,
        /** What was published before it could no longer be audited. */
        FAILING
    }

    /** Before the first audit. */
    public static final AuditStatus PENDING = new AuditStatus(State.PENDING, null, 0, null);
}
