package io.fedmesh.contract;

import java.nio.file.Path;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a policy says of a product.
 *
 * @param policy the policy
 * @param product the product
 * @param outcome what it comes to
 * @param detail what must hold and does not; empty where it holds
 * @param file the product's contract, relative to the repository's root
 * @param waiver what lets the product go on nevertheless; null where nothing does
 */
public record Verdict(
        Policy policy,
        ProductName product,
        Outcome outcome,
        String detail,
        Path file,
        @Nullable Waiver waiver) {

    /** What a verdict comes to. */
    public enum Outcome {
        /** The policy holds. */
        PASSED,
        /** It does not hold, and is a warning only. */
        WARNED,
        /** It does not hold, and a waiver lets the product go on until its end. */
        WAIVED,
        /** It does not hold. */
        FAILED,
        /** Its expression could not be evaluated; no waiver helps. */
        UNDECIDED;

        /** Whether the product may go on. */
        public boolean isAllowed() {
            return this == PASSED || this == WARNED || this == WAIVED;
        }
    }

    /**
     * An exception of one product from one policy, in {@code domains/<domain>/waivers.yaml}.
     *
     * @param policy id of the policy
     * @param product a product of the domain
     * @param owner stable subject id of who answers for it
     * @param reason why, for people
     * @param until last day on which it holds, in UTC
     * @param file its file, relative to the repository's root
     * @param line 1-based
     */
    public record Waiver(
            String policy, ProductName product, String owner, String reason, LocalDate until, Path file, int line) {}

    /** The verdict as something that is wrong with the product's contract. */
    public Problem problem() {
        return new Problem(file, 1, policy.id(), detail);
    }
}
