package io.fedmesh.app.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.app.internal.config.ConfigFile;
import io.fedmesh.app.internal.config.MeshConfig;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.AccessPolicy;
import io.fedmesh.govern.Decision;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.ProvisioningException;
import io.fedmesh.govern.ProvisioningReport;
import io.fedmesh.govern.audit.AuditEvent;
import io.fedmesh.govern.audit.AuditLog;
import io.fedmesh.govern.audit.AuditReceipt;
import io.fedmesh.govern.audit.AuditUnavailableException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is decided stands on the record or is not decided. */
class EvidenceTest {
    private static final ProductName CRATE = new ProductName("yard", "crate");
    private static final Principal OVE = new Principal("ove");
    private static final Plan NOTHING = plan();

    private final Source source = new Source();
    private final Evidence evidence =
            new Evidence(source, Clock.fixed(Instant.parse("2026-02-03T04:05:06Z"), ZoneOffset.UTC));
    private final AccessPolicy policy = evidence.audited((who, what, why) -> Decision.allow("all may"));
    private final AtomicInteger applied = new AtomicInteger();

    @Test
    void theRecordIsOpenedAtTheFirstDecisionAndClosedOnce() {
        assertThat(source.opened).isZero();

        assertThat(policy.decide(OVE, CRATE, "to count").allowed()).isTrue();
        assertThat(policy.decide(OVE, CRATE, "to count").allowed()).isTrue();
        evidence.close();

        assertThat(source.opened).isOne();
        assertThat(source.closed).isEqualTo(2);
        assertThat(source.said()).containsExactly("product.read ALLOWED", "product.read ALLOWED");
        assertThat(source.events).extracting(AuditEvent::id).doesNotHaveDuplicates();
    }

    @Test
    void whereTheRecordCannotBeOpenedEveryReadIsRefusedAndOnlyTheFirstWaits() {
        source.isDown = true;

        for (int i = 0; i < 3; i++) {
            Decision decision = policy.decide(OVE, CRATE, "to count");
            assertThat(decision.allowed()).isFalse();
            assertThat(decision.reasons())
                    .containsExactly("the decision could not be recorded, and what is not recorded is not allowed: the"
                            + " brokers are away");
        }
        assertThat(source.opened).isOne();
    }

    @Test
    void aConfigurationThatDoesNotSayWhereRefusesWithWords(@TempDir Path folder) throws Exception {
        MeshConfig config = config(folder);

        Decision decision = Evidence.open(new Connections(config, Map.of()), "test")
                .audited((who, what, why) -> Decision.allow("all may"))
                .decide(OVE, CRATE, "to count");

        assertThat(decision)
                .isEqualTo(Decision.deny("the decision could not be recorded, and what is not recorded is not allowed:"
                        + " [audit] must be configured where decisions are made but is not; mesh.example.yaml shows"
                        + " how"));
    }

    @Test
    void aPlanIsCarriedOutBetweenItsAttemptAndItsEnd() {
        Plan plan = plan(Plan.Change.add(Plan.Thing.TOPIC, "yard.public.crate.state.v1", "partitions=3"));

        apply(plan, Set.of("old"));

        assertThat(applied).hasValue(1);
        assertThat(source.said()).containsExactly("mesh.apply ATTEMPTED", "mesh.apply DONE");
        assertThat(source.events.get(0).reasons())
                .containsExactly(
                        "plan " + plan.fingerprint(),
                        "data may be deleted: old",
                        "+ topic yard.public.crate.state.v1  partitions=3");
        assertThat(source.events.get(1).reasons()).containsExactly("0 done, 0 withheld, 0 failed");
    }

    @Test
    void whereTheRecordIsDownNothingIsApplied() {
        source.isDown = true;

        assertThatThrownBy(() -> apply(NOTHING, Set.of())).isInstanceOf(AuditUnavailableException.class);

        assertThat(applied).hasValue(0);
    }

    @Test
    void thePlanThatMakesTheRecordIsRecordedOnItUnlessSomethingStoodThereOnce() {
        Plan first = plan(Plan.Change.add(Plan.Thing.TOPIC, "mesh.private.audit.audit.v1", null));
        Plan rest = plan(Plan.Change.add(Plan.Thing.GRANT, "mesh.audit WRITE TOPIC mesh.private.audit.audit.v1", null));

        apply(first, Set.of());
        apply(rest, Set.of());
        assertThat(source.said()).containsExactly("mesh.apply DONE", "mesh.apply DONE");

        source.hasBegun = true;
        source.isDown = true;
        evidence.close();
        assertThatThrownBy(() -> apply(first, Set.of()))
                .isInstanceOf(AuditUnavailableException.class)
                .hasMessageContaining("nothing was done");
        assertThat(applied).hasValue(2);
    }

    @Test
    void aPlanThatIsRefusedOrFailsIsRecordedAsSuch() {
        AuditedApply audited = new AuditedApply(evidence, OVE);
        assertThatThrownBy(() -> audited.apply(NOTHING, Set.of(), () -> {
                    throw new ProvisioningException("[plan] stale");
                }))
                .isInstanceOf(ProvisioningException.class);
        audited.apply(
                NOTHING,
                Set.of(),
                () -> new ProvisioningReport(List.of(), List.of(), List.of("[topic t] refused"), List.of()));

        assertThat(source.said())
                .containsExactly(
                        "mesh.apply ATTEMPTED", "mesh.apply FAILED", "mesh.apply ATTEMPTED", "mesh.apply FAILED");
        assertThat(source.events.get(1).reasons()).containsExactly("[plan] stale");
        assertThat(source.events.get(3).reasons()).containsExactly("0 done, 0 withheld, 1 failed", "[topic t] refused");
    }

    @Test
    void aLongPlanSaysHowMuchOfItIsNotListed() {
        Plan plan = plan(IntStream.range(10, 60)
                .mapToObj(i -> Plan.Change.add(Plan.Thing.USER, "u" + i, null))
                .toArray(Plan.Change[]::new));

        apply(plan, Set.of());

        assertThat(source.events.get(0).reasons()).hasSize(20).endsWith("+ user u27", "and 32 more");
    }

    private void apply(Plan plan, Set<String> allowed) {
        new AuditedApply(evidence, OVE).apply(plan, allowed, () -> {
            applied.incrementAndGet();
            return new ProvisioningReport(List.of(), List.of(), List.of(), List.of());
        });
    }

    private static Plan plan(Plan.Change... changes) {
        return new Plan("0".repeat(64), List.of(changes), List.of(), List.of(), List.of());
    }

    /** The example without its record of decisions. */
    private static MeshConfig config(Path folder) throws Exception {
        try (InputStream in = Objects.requireNonNull(MeshConfig.class.getResourceAsStream("mesh.example.yaml"))) {
            String example = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Path file = folder.resolve("mesh.yaml");
            Files.writeString(file, example.replaceFirst("(?ms)^audit:$.*?^(?=[a-z])", ""));
            return ConfigFile.read(file);
        }
    }

    /** A record in memory. */
    private static final class Source implements Evidence.Source, AuditLog {
        final List<AuditEvent> events = new ArrayList<>();
        boolean isDown;
        boolean hasBegun;
        int opened;
        int closed;

        List<String> said() {
            return events.stream().map(e -> e.action() + " " + e.outcome()).toList();
        }

        @Override
        public AuditLog open() {
            opened++;
            if (isDown) {
                throw new AuditUnavailableException("the brokers are away");
            }
            return this;
        }

        @Override
        public boolean hasBegun() {
            return hasBegun;
        }

        @Override
        public AuditReceipt record(AuditEvent event) {
            events.add(event);
            return new AuditReceipt(0, events.size() - 1L, "hash");
        }

        @Override
        public AuditReceipt recordSealed(AuditEvent event) {
            return record(event);
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
