package io.fedmesh.govern.audit;

import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.AccessPolicy;
import io.fedmesh.govern.Decision;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.audit.AuditEvent.Outcome;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/**
 * Records every decision of another policy before anybody hears of it. A decision that cannot be made or recorded is a
 * deny. Thread-safe when the policy and the suppliers are.
 */
public final class AuditedAccessPolicy implements AccessPolicy {
    private final AccessPolicy policy;
    private final AuditLog log;
    private final Clock clock;
    private final Supplier<String> ids;

    /**
     * @param policy decides
     * @param log stays the caller's to close
     * @param clock tells the time of decisions
     * @param ids gives an id that no other event of the mesh has
     */
    public AuditedAccessPolicy(AccessPolicy policy, AuditLog log, Clock clock, Supplier<String> ids) {
        this.policy = policy;
        this.log = log;
        this.clock = clock;
        this.ids = ids;
    }

    @Override
    public Decision decide(Principal who, ProductName what, String purpose) {
        Decision decision = decided(who, what, purpose);
        try {
            String id = ids.get();
            log.record(new AuditEvent(
                    id,
                    clock.instant(),
                    who,
                    "product.read",
                    what.toString(),
                    purpose,
                    decision.allowed() ? Outcome.ALLOWED : Outcome.DENIED,
                    decision.reasons(),
                    decision.policyHash(),
                    List.copyOf(decision.agreements()),
                    id));
            return decision;
        } catch (RuntimeException e) {
            return Decision.deny("the decision could not be recorded, and what is not recorded is not allowed"
                    + (e instanceof AuditUnavailableException ? ": " + e.getMessage() : ""));
        }
    }

    private Decision decided(Principal who, ProductName what, String purpose) {
        try {
            return policy.decide(who, what, purpose);
        } catch (RuntimeException e) {
            return Decision.deny("the decision could not be made");
        }
    }
}
