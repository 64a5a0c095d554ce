package io.fedmesh.govern.agreement;

import io.fedmesh.contract.ProductName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One agreement, from its request to its end. Immutable.
 *
 * @param askers subject ids of all who asked for it: first, by an edit or by a renewal
 * @param interested the askers, those whom it serves, and all who acted for one of them or for whom one of them acted at any
 *     time since the request; none of them decides
 * @param open what is asked and not decided, or what was asked when it was closed undecided; null if nothing is
 * @param approved what was approved last; null if nothing was
 * @param closed how it ended for good; null if it did not
 * @param glass how it was taken; null if it was approved
 */
public record Agreement(
        String id,
        ProductName product,
        Consumer consumer,
        Set<String> askers,
        Set<String> interested,
        @Nullable Request open,
        @Nullable Approved approved,
        @Nullable Closing closed,
        @Nullable Glass glass) {

    public Agreement {
        askers = Set.copyOf(askers);
        interested = Set.copyOf(interested);
    }

    /**
     * A request.
     *
     * @param hash what an approver approves
     * @param asker subject id
     * @param approvals in their order; of this request alone
     */
    public record Request(Terms terms, String hash, String asker, Instant at, List<Approval> approvals) {
        public Request {
            approvals = List.copyOf(approvals);
        }

        Request plus(Approval approval) {
            List<Approval> more = new ArrayList<>(approvals);
            more.add(approval);
            return new Request(terms, hash, asker, at, more);
        }

        @Nullable
        Approval of(String subject) {
            return approvals.stream()
                    .filter(a -> a.subject().equals(subject))
                    .findFirst()
                    .orElse(null);
        }
    }

    /** Somebody's yes to the request of this hash. */
    public record Approval(String subject, Instant at, String requestHash) {}

    /**
     * An approved request.
     *
     * @param approvers how many persons who are independent of each other and of the consumer approved it
     */
    public record Approved(Request request, int approvers) {}

    /** How an agreement ended. */
    public record Closing(End end, String subject, Instant at, String reason) {}

    /** The ways in which it can end before its time. */
    public enum End {
        DENIED,
        REVOKED
    }

    /** An emergency: who took what, and what a review said; null before it. */
    public record Glass(
            Terms terms,
            String subject,
            Instant at,
            @Nullable Reviewed review) {}

    /** A review of an emergency. */
    public record Reviewed(String subject, Instant at, Action.Finding finding, String remark) {}

    /** The terms that hold or held: what was approved or taken; null where nothing was. */
    public @Nullable Terms terms() {
        if (glass != null) {
            return glass.terms();
        }
        return approved == null ? null : approved.request().terms();
    }

    /** When the terms begin to hold; null where there are none. */
    public @Nullable Instant from() {
        if (glass != null) {
            return glass.at();
        }
        return approved == null ? null : approved.request().terms().from();
    }

    /** When the terms hold no more, exclusive; null where there are none. */
    public @Nullable Instant until() {
        Terms terms = terms();
        return terms == null ? null : terms.until();
    }

    Agreement with(@Nullable Request nextOpen, @Nullable Approved nextApproved, @Nullable Closing nextClosed) {
        return new Agreement(id, product, consumer, askers, interested, nextOpen, nextApproved, nextClosed, glass);
    }

    Agreement asked(String asker, Request request) {
        return new Agreement(
                id, product, consumer, union(askers, Set.of(asker)), interested, request, approved, closed, glass);
    }

    Agreement with(Glass next) {
        return new Agreement(id, product, consumer, askers, interested, open, approved, closed, next);
    }

    Agreement interesting(Set<String> next) {
        return new Agreement(id, product, consumer, askers, next, open, approved, closed, glass);
    }

    static Set<String> union(Set<String> one, Set<String> other) {
        return Stream.concat(one.stream(), other.stream())
                .collect(java.util.stream.Collectors.toCollection(TreeSet::new));
    }
}
