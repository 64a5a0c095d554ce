package io.fedmesh.govern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.govern.internal.plan.Acls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConsumerGrantsTest {
    private static final String ADA = "mesh.user.u-ada";
    private static final String EVA = "mesh.user.u-eva";
    private static final AclBinding ADAS = entry(ADA, "crates");
    private static final AclBinding EVAS = entry(EVA, "crates");

    private final FakeAcls acls = new FakeAcls();
    private final ConsumerGrants grants = new ConsumerGrants(acls, Duration.ofMillis(30));

    @Test
    void whatAgreementsGiveIsGivenAndWhatTheyDoNotIsTakenAwayFirst() {
        acls.entries.add(EVAS);

        ProvisioningReport report = grants.bring(agreed(ADA));

        assertThat(report.done())
                .extracting(Plan.Change::toString)
                .containsExactly(
                        "- grant mesh.user.u-eva READ TOPIC crates", "+ grant mesh.user.u-ada READ TOPIC crates");
        assertThat(acls.entries).containsExactly(ADAS);
        assertThat(grants.bring(agreed(ADA)).done()).isEmpty();
    }

    @Test
    void whatIsGivenWaitsForLeaveAndWhatIsTakenAwayDoesNot() {
        acls.entries.add(EVAS);
        List<String> asked = new ArrayList<>();

        ProvisioningReport report = grants.bring(agreed(ADA), (changes, act) -> {
            changes.forEach(change -> asked.add(change.toString()));
            return new ProvisioningReport(List.of(), List.of(), List.of("no leave"), List.of());
        });

        assertThat(asked).containsExactly("+ grant mesh.user.u-ada READ TOPIC crates");
        assertThat(report.done())
                .extracting(Plan.Change::toString)
                .containsExactly("- grant mesh.user.u-eva READ TOPIC crates");
        assertThat(report.failed()).containsExactly("no leave");
        assertThat(acls.entries).isEmpty();

        grants.bring(agreed(ADA), (changes, act) -> act.get());
        assertThat(acls.entries).containsExactly(ADAS);
        grants.bring(agreed(ADA), (changes, act) -> {
            throw new AssertionError("nothing is given");
        });
    }

    @Test
    void whatIsNotAConsumersIsNeverTouched() {
        Set<AclBinding> others = Set.of(
                entry("yard.cdc", "crates"),
                entry("mesh.sink", "crates"),
                entry("mesh.operator", "crates"),
                entry("somebody", "crates"),
                entry("mesh.users.u-ada", "crates"));
        acls.entries.addAll(others);

        assertThat(grants.bring(DesiredState.Agreed.NOTHING))
                .isEqualTo(new ProvisioningReport(List.of(), List.of(), List.of(), List.of()));
        assertThat(acls.entries).isEqualTo(others);
    }

    @Test
    void whoDoesNotKnowWhetherThereIsNewsClosesAndOpensNothing() {
        acls.entries.add(EVAS);

        grants.narrow(agreed(ADA));

        assertThat(acls.entries).isEmpty();
    }

    @Test
    void whatCannotBeGivenIsSaidAndWhatMustGoIsGone() {
        acls.entries.add(EVAS);
        acls.failureToAdd = new ProvisioningException("[brokers] granting was refused");

        ProvisioningReport report = grants.bring(agreed(ADA));

        assertThat(report.failed())
                .containsExactly("+ grant mesh.user.u-ada READ TOPIC crates: [brokers] granting was refused");
        assertThat(acls.entries).isEmpty();
        acls.failureToAdd = null;
        assertThat(grants.bring(agreed(ADA)).isWhole()).isTrue();
        assertThat(acls.entries).containsExactly(ADAS);
    }

    @Test
    void brokersThatCannotBeAskedAreAnOutage() {
        acls.failureToAsk = new ProvisioningException("[brokers] describing grants had no answer within 60 s");

        assertThatThrownBy(() -> grants.bring(agreed(ADA)))
                .isInstanceOf(ProvisioningException.class)
                .hasMessage("[brokers] describing grants had no answer within 60 s");
    }

    private static DesiredState.Agreed agreed(String principal) {
        return new DesiredState.Agreed(
                List.of(new Grant(
                        principal, Set.of(Grant.Operation.READ), Grant.Resource.TOPIC, "crates", Grant.Match.LITERAL)),
                Set.of(principal));
    }

    private static AclBinding entry(String principal, String topic) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:" + principal, "*", AclOperation.READ, AclPermissionType.ALLOW));
    }

    private static final class FakeAcls implements Acls {
        private final Set<AclBinding> entries = new HashSet<>();
        private @Nullable ProvisioningException failureToAsk;
        private @Nullable ProvisioningException failureToAdd;

        @Override
        public Set<AclBinding> entries() {
            if (failureToAsk != null) {
                throw failureToAsk;
            }
            return Set.copyOf(entries);
        }

        @Override
        public void add(Collection<AclBinding> added) {
            if (failureToAdd != null) {
                throw failureToAdd;
            }
            entries.addAll(added);
        }

        @Override
        public void remove(Collection<AclBinding> removed) {
            entries.removeAll(new ArrayList<>(removed));
        }
    }
}
