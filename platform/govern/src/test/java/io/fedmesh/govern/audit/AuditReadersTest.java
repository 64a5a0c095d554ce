package io.fedmesh.govern.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.Decision;
import io.fedmesh.govern.Obligations;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.Role;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuditReadersTest {
    private static final ProductName CRATE = ProductName.parse("yard.crate");

    private final Directory directory = new Directory(
            List.of(person("u-ivan", Role.AUDITOR), person("u-hana", Role.OPERATOR), person("u-ada", Role.CONSUMER)),
            List.of(),
            List.of());
    private final AuditReaders policy =
            new AuditReaders(directory, (who, what, purpose) -> Decision.allow("of " + what));

    private static Directory.Person person(String subject, Role role) {
        return new Directory.Person(subject, Set.of(), Set.of(role), Set.of(), Set.of());
    }

    @Test
    void auditorsReadTheCopyAndNobodyElse() {
        Decision auditor = policy.decide(new Principal("u-ivan"), AuditSettings.COPY, "yearly audit");
        assertThat(auditor.allowed()).isTrue();
        assertThat(auditor.obligations()).isEqualTo(Obligations.NONE);
        for (String other : List.of("u-hana", "u-ada", "operator", "root")) {
            assertThat(policy.decide(new Principal(other), AuditSettings.COPY, "to look")
                            .allowed())
                    .as(other)
                    .isFalse();
        }
        assertThat(policy.decide(new Principal("u-hana"), AuditSettings.COPY, "to look")
                        .reasons())
                .containsExactly("who may read audit must be auditor but u-hana is not");
        assertThat(policy.decide(new Principal("u-ivan"), AuditSettings.COPY, " ")
                        .allowed())
                .as("without a purpose")
                .isFalse();
        assertThat(new AuditReaders(Directory.EMPTY, policy)
                        .decide(new Principal("u-ivan"), AuditSettings.COPY, "to look")
                        .allowed())
                .as("where nobody is known")
                .isFalse();
    }

    @Test
    void aboutEverythingElseTheOthersDecide() {
        assertThat(policy.decide(new Principal("u-ada"), CRATE, "to count")).isEqualTo(Decision.allow("of yard.crate"));
    }

    @Test
    void readsAndRefusalsOfTheCopyAreRecordedAsAnyOther() {
        RecordingLog log = new RecordingLog();
        AuditedAccessPolicy audited = new AuditedAccessPolicy(
                policy, log, Clock.fixed(Instant.parse("2026-11-26T08:00:00Z"), ZoneOffset.UTC), () -> "id");

        audited.decide(new Principal("u-ivan"), AuditSettings.COPY, "yearly audit");
        audited.decide(new Principal("u-hana"), AuditSettings.COPY, "to look");

        assertThat(log.events)
                .extracting(
                        event -> event.who() + " " + event.action() + " " + event.resource() + " " + event.outcome())
                .containsExactly("u-ivan product.read mesh.audit ALLOWED", "u-hana product.read mesh.audit DENIED");
    }
}
