package io.fedmesh.govern.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.AccessPolicy;
import io.fedmesh.govern.Decision;
import io.fedmesh.govern.Obligations;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.audit.AuditEvent.Outcome;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuditedAccessPolicyTest {
    private static final ProductName CRATE = new ProductName("yard", "crate");
    private static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");

    private final RecordingLog log = new RecordingLog();

    private Decision ask(AccessPolicy policy, String who) {
        return new AuditedAccessPolicy(policy, log, Clock.fixed(NOW, ZoneOffset.UTC), () -> "id-1")
                .decide(new Principal(who), CRATE, "to count");
    }

    @Test
    void aDecisionIsRecordedWithWhoWhatWhyAndItsReasons() {
        assertThat(ask((who, what, why) -> Decision.allow("an agreement"), "ann")
                        .allowed())
                .isTrue();
        assertThat(ask((who, what, why) -> Decision.deny("no agreement"), "bob").allowed())
                .isFalse();

        assertThat(log.events)
                .containsExactly(
                        event("ann", Outcome.ALLOWED, "an agreement"), event("bob", Outcome.DENIED, "no agreement"));
    }

    @Test
    void whatADecisionRestsOnIsRecorded() {
        ask(
                (who, what, why) -> new Decision(
                        true, List.of("by agreement a-1, a-2"), Set.of("a-2", "a-1"), "digest", Obligations.NONE),
                "ann");

        assertThat(log.events.get(0).agreementIds()).containsExactly("a-1", "a-2");
        assertThat(log.events.get(0).policyHash()).isEqualTo("digest");
    }

    @Test
    void whereTheLogIsDownEverybodyIsDenied() {
        log.downAfter = 0;

        assertThat(ask((who, what, why) -> Decision.allow("an agreement"), "ann"))
                .isEqualTo(Decision.deny(
                        "the decision could not be recorded, and what is not recorded is not allowed: down"));
    }

    @Test
    void aPolicyThatFailsDeniesAndThatIsRecorded() {
        Decision decision = ask(
                (who, what, why) -> {
                    throw new IllegalStateException("secret");
                },
                "ann");

        assertThat(decision).isEqualTo(Decision.deny("the decision could not be made"));
        assertThat(log.events).containsExactly(event("ann", Outcome.DENIED, "the decision could not be made"));
    }

    @Test
    void whoHasNoNameThatCanBeRecordedIsDenied() {
        assertThat(ask((who, what, why) -> Decision.allow("an agreement"), "a".repeat(301))
                        .allowed())
                .isFalse();
    }

    private static AuditEvent event(String who, Outcome outcome, String reason) {
        return new AuditEvent(
                "id-1",
                NOW,
                new Principal(who),
                "product.read",
                CRATE.toString(),
                "to count",
                outcome,
                List.of(reason),
                null,
                List.of(),
                "id-1");
    }
}
