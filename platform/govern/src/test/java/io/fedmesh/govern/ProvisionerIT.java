package io.fedmesh.govern;

import static io.fedmesh.govern.ProvisionedBroker.CRATE;
import static io.fedmesh.govern.ProvisionedBroker.PALLET;
import static io.fedmesh.govern.ProvisionedBroker.POSITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.TopicName;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands on the real broker against what is wanted: what is made, set back, revoked, and left alone. */
class ProvisionerIT {
    @TempDir
    static Path home;

    private static ProvisionedBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = new ProvisionedBroker(home);
        broker.provision(broker.state);
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void applyingTwiceChangesNothing() {
        assertThat(broker.provisioner().plan(broker.state).changes()).isEmpty();
        assertThat(broker.provision(broker.state))
                .isEqualTo(new ProvisioningReport(List.of(), List.of(), List.of(), List.of()));
        assertThat(broker.registry.levels).containsEntry(CRATE + "-value", "BACKWARD");
    }

    @Test
    void aConfigurationThatDriftedIsSetBack() throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, PALLET);
        broker.admin
                .incrementalAlterConfigs(Map.of(
                        topic,
                        List.of(new AlterConfigOp(
                                new ConfigEntry("delete.retention.ms", "1000"), AlterConfigOp.OpType.SET))))
                .all()
                .get();

        Plan plan = broker.provisioner().plan(broker.state);
        ProvisioningReport report = broker.provisioner().apply(broker.state, plan, Set.of());

        assertThat(report.done())
                .extracting(Plan.Change::toString)
                .containsExactly("~ topic " + PALLET + "  delete.retention.ms: 1000 -> 604800000");
        assertThatThrownBy(() -> broker.provisioner().apply(broker.state, plan, Set.of()))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageStartingWith("[plan] what stands must be what the plan was made from but has moved since");
    }

    @Test
    void aTopicThatNoContractHasGoesWhenItIsAllowedByNameAndOthersStay() throws Exception {
        String gone = "yard.public.barrel.state.v1";
        String outside = "somebody-elses";
        String platform = "mesh.private.agreement.internal.v1";
        for (String name : List.of(gone, outside, platform)) {
            broker.make(name);
        }
        broker.kafka.addPrincipal("closed.stream");

        ProvisioningReport first = broker.provision(broker.state);

        assertThat(first.done()).containsExactly(Plan.Change.remove(Plan.Thing.USER, "closed.stream"));
        assertThat(first.withheld()).containsExactly(Plan.Change.remove(Plan.Thing.TOPIC, gone));
        Plan plan = broker.provisioner().plan(broker.state);
        assertThat(broker.provisioner().apply(broker.state, plan, Set.of(gone)).isWhole())
                .isTrue();
        assertThat(broker.admin.listTopics().names().get())
                .contains(outside, platform, CRATE)
                .doesNotContain(gone);
        assertThat(broker.admin.describeUserScramCredentials().users().get())
                .contains("mesh.operator", "yard.cdc")
                .doesNotContain("closed.stream");
        broker.admin.deleteTopics(List.of(outside, platform)).all().get();
    }

    @Test
    void halfOfWhatIsMissingIsThereAndTheRestIsMade() throws Exception {
        broker.admin.deleteTopics(List.of(POSITION)).all().get();
        broker.admin
                .deleteAcls(List.of(
                        entry("User:mesh.sink", CRATE, AclPermissionType.ALLOW).toFilter()))
                .all()
                .get();

        ProvisioningReport report = broker.provision(broker.state);

        assertThat(report.done())
                .extracting(change -> change.action().sign() + " " + change.name())
                .containsExactly("+ " + POSITION, "+ mesh.sink READ TOPIC " + CRATE);
    }

    @Test
    void anotherNumberOfPartitionsIsRefusedBeforeAnythingIsChanged() throws Exception {
        Contracts other = new Contracts(
                List.of(Fixtures.domain("quay")),
                List.of(Fixtures.source("quay", "db")),
                List.of(Fixtures.captured("quay", "bollard", "db", TopicName.Visibility.PUBLIC, 2)));
        broker.make("quay.public.bollard.state.v1");
        DesiredState wanted = DesiredState.of(other, new ProvisioningSettings((short) 1, 1));

        assertThatThrownBy(() -> broker.provision(wanted))
                .isInstanceOf(ProvisioningException.class)
                .hasMessage(
                        "[topic quay.public.bollard.state.v1] 'partitions' must be 2 as its contract says but was 1:"
                                + " a change would move keys to other partitions; give the product a new major version, or put"
                                + " the contract right");
        assertThat(broker.admin.listTopics().names().get()).doesNotContain("quay.private.bollard.rejected.v1");
        broker.admin.deleteTopics(List.of("quay.public.bollard.state.v1")).all().get();
    }

    @Test
    void rightsThatAreNotDesiredAreRevokedButNobodyElsesAreTouched() throws Exception {
        AclBinding stale = entry("User:yard.cdc", PALLET + "x", AclPermissionType.ALLOW);
        AclBinding gone = entry("User:closed.stream", CRATE, AclPermissionType.ALLOW);
        AclBinding stranger = entry("User:auditor", CRATE, AclPermissionType.ALLOW);
        AclBinding operator = entry("User:mesh.operator", CRATE, AclPermissionType.ALLOW);
        AclBinding denied = entry("User:yard.cdc", "somewhere", AclPermissionType.DENY);
        broker.admin
                .createAcls(List.of(stale, gone, stranger, operator, denied))
                .all()
                .get();

        ProvisioningReport report = broker.provision(broker.state);

        assertThat(report.done())
                .containsExactly(
                        Plan.Change.remove(Plan.Thing.GRANT, "closed.stream READ TOPIC " + CRATE),
                        Plan.Change.remove(Plan.Thing.GRANT, "yard.cdc READ TOPIC " + PALLET + "x"));
        assertThat(broker.provisioner().plan(broker.state).strays())
                .containsExactly("[grants] no contract and no agreement gives: auditor READ TOPIC " + CRATE);
        assertThat(report.notes())
                .containsExactly("[grants] an entry that denies stays: yard.cdc READ TOPIC somewhere");
        Collection<AclBinding> left =
                broker.admin.describeAcls(AclBindingFilter.ANY).values().get();
        assertThat(left).contains(stranger, operator, denied).doesNotContain(stale, gone);
        broker.admin
                .deleteAcls(List.of(stranger.toFilter(), operator.toFilter(), denied.toFilter()))
                .all()
                .get();
    }

    private static AclBinding entry(String principal, String topic, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry(principal, "*", AclOperation.READ, permission));
    }
}
