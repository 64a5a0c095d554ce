package io.fedmesh.govern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.TopicName;
import io.fedmesh.govern.Grant.Resource;
import io.fedmesh.govern.audit.AuditSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DesiredStateTest {
    private static final ProvisioningSettings SETTINGS = new ProvisioningSettings((short) 3, 2);

    private final DesiredState state = state(Fixtures.contracts());

    @Test
    void everyProductHasItsTopicAndOneForRejectedRecordsAndEverySourceItsPosition() {
        assertThat(state.topics())
                .extracting(DesiredState.Topic::name)
                .containsExactly(
                        "harbour.private.load.rejected.v1",
                        "harbour.public.load.derived.v1",
                        "mesh.private.audit.audit.v1",
                        "mesh.private.governance.internal.v1",
                        "yard.private.crate.rejected.v1",
                        "yard.private.db.internal.v1",
                        "yard.private.pallet.rejected.v1",
                        "yard.private.stock.rejected.v1",
                        "yard.protected.pallet.state.v1",
                        "yard.public.crate.state.v1",
                        "yard.public.stock.derived.v1");
    }

    @Test
    void aStateTopicIsCompactedAndKeepsTombstonesAsLongAsItsContractSays() {
        DesiredState.Topic topic = topic("yard.public.crate.state.v1");

        assertThat(topic.partitions()).isEqualTo(3);
        assertThat(topic.replicationFactor()).isEqualTo((short) 3);
        assertThat(topic.configs())
                .containsOnly(
                        java.util.Map.entry("cleanup.policy", "compact"),
                        java.util.Map.entry("max.compaction.lag.ms", "86400000"),
                        java.util.Map.entry("delete.retention.ms", "604800000"),
                        java.util.Map.entry("min.cleanable.dirty.ratio", "0.2"),
                        java.util.Map.entry("compression.type", "producer"),
                        java.util.Map.entry("max.message.bytes", "10485760"),
                        java.util.Map.entry("message.timestamp.type", "CreateTime"),
                        java.util.Map.entry("min.insync.replicas", "2"),
                        java.util.Map.entry("unclean.leader.election.enable", "false"));
    }

    @Test
    void aRejectedTopicHoldsTheLargestRecordWithItsHeadersAndAgesByTheTimeOfTheRefusal() {
        assertThat(topic("yard.private.crate.rejected.v1").configs())
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("retention.ms", "2592000000")
                .containsEntry("message.timestamp.type", "LogAppendTime")
                .containsEntry("max.message.bytes", "10551296");
    }

    @Test
    void aPositionTopicIsCompactedAndHasOnePartition() {
        DesiredState.Topic topic = topic("yard.private.db.internal.v1");

        assertThat(topic.partitions()).isOne();
        assertThat(topic.configs()).containsEntry("cleanup.policy", "compact");
    }

    @Test
    void theRecordOfAgreementsIsNeverCompactedAndKeepsEverything() {
        DesiredState.Topic topic = topic("mesh.private.governance.internal.v1");

        assertThat(topic.partitions()).isOne();
        assertThat(topic.replicationFactor()).isEqualTo((short) 3);
        assertThat(topic.configs())
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("retention.ms", "-1")
                .containsEntry("retention.bytes", "-1")
                .containsEntry("min.insync.replicas", "2");
    }

    @Test
    void decisionsAreKeptForEverOnATopicThatIsNeverCompactedOrForAsLongAsIsConfigured() {
        DesiredState.Topic topic = topic("mesh.private.audit.audit.v1");

        assertThat(topic.partitions()).isEqualTo(4);
        assertThat(topic.replicationFactor()).isEqualTo((short) 3);
        assertThat(topic.configs())
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("retention.ms", "-1")
                .containsEntry("retention.bytes", "-1")
                .containsEntry("min.insync.replicas", "2")
                .containsEntry("message.timestamp.type", "LogAppendTime");
        assertThat(AuditSettings.ofMesh(Duration.ofDays(913)).topicConfigs(2))
                .containsEntry("retention.ms", "78883200000");
    }

    @Test
    void everyProductHasASubjectThatIsCheckedBackward() {
        assertThat(state.subjects())
                .extracting(s -> s.name() + " " + s.compatibility())
                .containsExactly(
                        "harbour.public.load.derived.v1-value BACKWARD",
                        "yard.protected.pallet.state.v1-value BACKWARD",
                        "yard.public.crate.state.v1-value BACKWARD",
                        "yard.public.stock.derived.v1-value BACKWARD");
    }

    @Test
    void eachPrincipalHoldsExactlyWhatItsComponentNeeds() {
        assertThat(state.grants())
                .extracting(g ->
                        g.principal() + " " + g.resource() + " " + g.match() + " " + g.name() + " " + g.operations())
                .containsExactly("""
                        harbour.stream TOPIC LITERAL harbour.private.load.rejected.v1 [WRITE, DESCRIBE]
                        harbour.stream TOPIC LITERAL harbour.public.load.derived.v1 [WRITE, DESCRIBE]
                        harbour.stream TOPIC LITERAL yard.public.crate.state.v1 [READ, DESCRIBE]
                        harbour.stream TOPIC LITERAL yard.public.stock.derived.v1 [READ, DESCRIBE]
                        harbour.stream TOPIC PREFIX harbour.loading- [READ, WRITE, CREATE, DELETE, DESCRIBE, DESCRIBE_CONFIGS]
                        harbour.stream GROUP LITERAL harbour.loading [READ, DESCRIBE]
                        harbour.stream TRANSACTIONAL_ID PREFIX harbour.loading- [WRITE, DESCRIBE]
                        mesh.audit TOPIC LITERAL mesh.private.audit.audit.v1 [READ, WRITE, DESCRIBE]
                        mesh.audit TRANSACTIONAL_ID LITERAL mesh.audit.p0 [WRITE, DESCRIBE]
                        mesh.audit TRANSACTIONAL_ID LITERAL mesh.audit.p1 [WRITE, DESCRIBE]
                        mesh.audit TRANSACTIONAL_ID LITERAL mesh.audit.p2 [WRITE, DESCRIBE]
                        mesh.audit TRANSACTIONAL_ID LITERAL mesh.audit.p3 [WRITE, DESCRIBE]
                        mesh.auditor TOPIC LITERAL mesh.private.audit.audit.v1 [READ, DESCRIBE]
                        mesh.desk TOPIC LITERAL mesh.private.governance.internal.v1 [READ, WRITE, DESCRIBE]
                        mesh.governor TOPIC LITERAL mesh.private.governance.internal.v1 [READ, DESCRIBE]
                        mesh.reader TOPIC LITERAL harbour.private.load.rejected.v1 [DESCRIBE]
                        mesh.reader TOPIC LITERAL harbour.public.load.derived.v1 [DESCRIBE, DESCRIBE_CONFIGS]
                        mesh.reader TOPIC LITERAL mesh.private.governance.internal.v1 [READ, DESCRIBE]
                        mesh.reader TOPIC LITERAL yard.private.crate.rejected.v1 [DESCRIBE]
                        mesh.reader TOPIC LITERAL yard.private.db.internal.v1 [READ, DESCRIBE]
                        mesh.reader TOPIC LITERAL yard.private.pallet.rejected.v1 [DESCRIBE]
                        mesh.reader TOPIC LITERAL yard.private.stock.rejected.v1 [DESCRIBE]
                        mesh.reader TOPIC LITERAL yard.protected.pallet.state.v1 [DESCRIBE, DESCRIBE_CONFIGS]
                        mesh.reader TOPIC LITERAL yard.public.crate.state.v1 [DESCRIBE, DESCRIBE_CONFIGS]
                        mesh.reader TOPIC LITERAL yard.public.stock.derived.v1 [DESCRIBE, DESCRIBE_CONFIGS]
                        mesh.reader TOPIC PREFIX harbour.loading- [DESCRIBE]
                        mesh.reader TOPIC PREFIX yard.stocktaking- [DESCRIBE]
                        mesh.reader GROUP LITERAL harbour.loading [DESCRIBE]
                        mesh.reader GROUP LITERAL mesh.sink.harbour.load [DESCRIBE]
                        mesh.reader GROUP LITERAL mesh.sink.yard.crate [DESCRIBE]
                        mesh.reader GROUP LITERAL mesh.sink.yard.pallet [DESCRIBE]
                        mesh.reader GROUP LITERAL mesh.sink.yard.stock [DESCRIBE]
                        mesh.reader GROUP LITERAL yard.stocktaking [DESCRIBE]
                        mesh.replayer TOPIC LITERAL harbour.private.load.rejected.v1 [READ, WRITE, DESCRIBE]
                        mesh.replayer TOPIC LITERAL harbour.public.load.derived.v1 [READ, WRITE, DESCRIBE]
                        mesh.replayer TOPIC LITERAL yard.private.crate.rejected.v1 [READ, WRITE, DESCRIBE]
                        mesh.replayer TOPIC LITERAL yard.private.pallet.rejected.v1 [READ, WRITE, DESCRIBE]
                        mesh.replayer TOPIC LITERAL yard.private.stock.rejected.v1 [READ, WRITE, DESCRIBE]
                        mesh.replayer TOPIC LITERAL yard.protected.pallet.state.v1 [READ, WRITE, DESCRIBE]
                        mesh.replayer TOPIC LITERAL yard.public.crate.state.v1 [READ, WRITE, DESCRIBE]
                        mesh.replayer TOPIC LITERAL yard.public.stock.derived.v1 [READ, WRITE, DESCRIBE]
                        mesh.replayer TRANSACTIONAL_ID LITERAL harbour.replay.load [WRITE, DESCRIBE]
                        mesh.replayer TRANSACTIONAL_ID LITERAL yard.replay.crate [WRITE, DESCRIBE]
                        mesh.replayer TRANSACTIONAL_ID LITERAL yard.replay.pallet [WRITE, DESCRIBE]
                        mesh.replayer TRANSACTIONAL_ID LITERAL yard.replay.stock [WRITE, DESCRIBE]
                        mesh.sink TOPIC LITERAL harbour.private.load.rejected.v1 [WRITE, DESCRIBE]
                        mesh.sink TOPIC LITERAL harbour.public.load.derived.v1 [READ, DESCRIBE]
                        mesh.sink TOPIC LITERAL yard.private.crate.rejected.v1 [WRITE, DESCRIBE]
                        mesh.sink TOPIC LITERAL yard.private.pallet.rejected.v1 [WRITE, DESCRIBE]
                        mesh.sink TOPIC LITERAL yard.private.stock.rejected.v1 [WRITE, DESCRIBE]
                        mesh.sink TOPIC LITERAL yard.protected.pallet.state.v1 [READ, DESCRIBE]
                        mesh.sink TOPIC LITERAL yard.public.crate.state.v1 [READ, DESCRIBE]
                        mesh.sink TOPIC LITERAL yard.public.stock.derived.v1 [READ, DESCRIBE]
                        mesh.sink GROUP LITERAL mesh.sink.harbour.load [READ, DESCRIBE]
                        mesh.sink GROUP LITERAL mesh.sink.yard.crate [READ, DESCRIBE]
                        mesh.sink GROUP LITERAL mesh.sink.yard.pallet [READ, DESCRIBE]
                        mesh.sink GROUP LITERAL mesh.sink.yard.stock [READ, DESCRIBE]
                        yard.cdc TOPIC LITERAL yard.private.crate.rejected.v1 [WRITE, DESCRIBE]
                        yard.cdc TOPIC LITERAL yard.private.db.internal.v1 [READ, WRITE, DESCRIBE]
                        yard.cdc TOPIC LITERAL yard.private.pallet.rejected.v1 [WRITE, DESCRIBE]
                        yard.cdc TOPIC LITERAL yard.protected.pallet.state.v1 [READ, WRITE, DESCRIBE]
                        yard.cdc TOPIC LITERAL yard.public.crate.state.v1 [READ, WRITE, DESCRIBE]
                        yard.cdc TRANSACTIONAL_ID LITERAL yard.cdc.db [WRITE, DESCRIBE]
                        yard.stream TOPIC LITERAL yard.private.stock.rejected.v1 [WRITE, DESCRIBE]
                        yard.stream TOPIC LITERAL yard.protected.pallet.state.v1 [READ, DESCRIBE]
                        yard.stream TOPIC LITERAL yard.public.stock.derived.v1 [WRITE, DESCRIBE]
                        yard.stream TOPIC PREFIX yard.stocktaking- [READ, WRITE, CREATE, DELETE, DESCRIBE, DESCRIBE_CONFIGS]
                        yard.stream GROUP LITERAL yard.stocktaking [READ, DESCRIBE]
                        yard.stream TRANSACTIONAL_ID PREFIX yard.stocktaking- [WRITE, DESCRIBE]
                        """.split("\n"));
    }

    @Test
    void theUsersThatMustExistAreThoseWhoHoldAGrant() {
        assertThat(state.principals())
                .containsExactly(
                        "harbour.stream",
                        "mesh.audit",
                        "mesh.auditor",
                        "mesh.desk",
                        "mesh.governor",
                        "mesh.reader",
                        "mesh.replayer",
                        "mesh.sink",
                        "yard.cdc",
                        "yard.stream");
    }

    @Test
    void equalContractsGiveEqualStates() {
        assertThat(state(Fixtures.contracts())).isEqualTo(state);
    }

    @Test
    void noGrantLetsTheSinkOrTheReaderWriteAProduct() {
        assertThat(state.grants())
                .filteredOn(g ->
                        g.principal().equals(DesiredState.SINK) || g.principal().equals(DesiredState.READER))
                .filteredOn(g -> !g.name().contains(".rejected."))
                .allSatisfy(g -> assertThat(g.operations()).doesNotContain(Grant.Operation.WRITE));
    }

    @Test
    void aTopologyThatReadsAProtectedProductOfAnotherDomainIsRefused() {
        Contracts contracts = new Contracts(
                List.of(Fixtures.domain("yard"), Fixtures.domain("harbour")),
                List.of(Fixtures.source("yard", "db")),
                List.of(
                        Fixtures.captured("yard", "pallet", "db", TopicName.Visibility.PROTECTED, 1),
                        Fixtures.derived("harbour", "load", "loading", "yard.pallet", "yard.nothing")));

        assertThatThrownBy(() -> DesiredState.of(contracts, SETTINGS))
                .isInstanceOf(InvalidContractsException.class)
                .hasMessage("[domains/harbour/products/load.odcs.yaml:1] input: 'inputs' across domains must have"
                        + " visibility 'public' but 'yard.pallet' has 'protected'\n"
                        + "[domains/harbour/products/load.odcs.yaml:1] input: 'inputs' must name products of the mesh"
                        + " but was 'yard.nothing'");
    }

    @Test
    void aDomainNamedAsThePlatformIsRefused() {
        Contracts contracts = new Contracts(List.of(Fixtures.domain("mesh")), List.of(), List.of());

        assertThatThrownBy(() -> DesiredState.of(contracts, SETTINGS))
                .hasMessage("[domains/mesh/domain.yaml:1] reserved-name: 'name' must not be 'mesh', which is the"
                        + " platform's own");
    }

    @Test
    void aPrefixMustEndInTheSeparator() {
        assertThatThrownBy(() -> new Grant(
                        "yard.stream",
                        java.util.Set.of(Grant.Operation.READ),
                        Resource.TOPIC,
                        "yard.stocktaking",
                        Grant.Match.PREFIX))
                .hasMessage("a prefix must be <domain>.<topology> and the separator '-' but was 'yard.stocktaking'");
    }

    @Test
    void whatAgreementsGiveIsBesideWhatContractsGive() throws Exception {
        Grant agreed = new Grant(
                "u-7",
                java.util.Set.of(Grant.Operation.READ),
                Resource.TOPIC,
                "yard.public.crate.state.v1",
                Grant.Match.LITERAL);

        DesiredState with = DesiredState.of(
                Fixtures.contracts(),
                SETTINGS,
                new DesiredState.Agreed(java.util.List.of(agreed), java.util.Set.of("u-7", "u-8")));

        assertThat(with.grants()).contains(agreed).containsAll(state.grants()).isSorted();
        assertThat(with.grants()).hasSize(state.grants().size() + 1);
        assertThat(with.consumers()).containsExactlyInAnyOrder("u-7", "u-8");
        assertThat(with.principals()).contains("u-7").doesNotContain("u-8");
    }

    @Test
    void anAgreementCanNeitherWidenAComponentNorLetAnybodyWrite() {
        assertThatThrownBy(() -> new DesiredState.Agreed(java.util.List.of(), java.util.Set.of("yard.cdc")))
                .hasMessage("a consumer must not be a component of the mesh but was 'yard.cdc'");
        assertThatThrownBy(() -> new DesiredState.Agreed(java.util.List.of(), java.util.Set.of("mesh.operator")))
                .hasMessage("a consumer must not be a component of the mesh but was 'mesh.operator'");
        assertThatThrownBy(() -> new DesiredState.Agreed(
                        java.util.List.of(consumer(Grant.Operation.READ)), java.util.Set.of("u-8")))
                .hasMessage("an agreed grant must be a consumer's but was of 'u-7'");
        assertThatThrownBy(() -> new DesiredState.Agreed(
                        java.util.List.of(consumer(Grant.Operation.WRITE)), java.util.Set.of("u-7")))
                .hasMessage("an agreed grant must be of [READ, DESCRIBE, DESCRIBE_CONFIGS] but was of [WRITE]");
    }

    private static Grant consumer(Grant.Operation operation) {
        return new Grant("u-7", java.util.Set.of(operation), Resource.TOPIC, "t", Grant.Match.LITERAL);
    }

    private DesiredState.Topic topic(String name) {
        return state.topics().stream()
                .filter(t -> t.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static DesiredState state(Contracts contracts) {
        try {
            return DesiredState.of(contracts, SETTINGS);
        } catch (InvalidContractsException e) {
            throw new AssertionError(e);
        }
    }
}
