package io.fedmesh.govern.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Grant;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.ProvisioningException;
import io.fedmesh.govern.ProvisioningReport;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final String CRATE = "yard.public.crate.state.v1";
    private static final String GONE = "yard.public.barrel.state.v1";
    private static final Schema SCHEMA = SchemaBuilder.record("Crate")
            .namespace("io.fedmesh.test")
            .fields()
            .requiredString("id")
            .endRecord();
    private static final Grant CAPTURES = grant("yard.cdc", Grant.Operation.WRITE);
    private static final Grant CONSUMES = grant("dashboard", Grant.Operation.READ);
    private static final DesiredState DESIRED = state(Set.of(), CAPTURES);

    private final FakeMesh mesh = new FakeMesh();
    private final Planner planner = mesh.planner();

    @Test
    void onNothingEverythingIsAddedAndThenNothingIsLeft() {
        Plan plan = planner.plan(DESIRED);

        assertThat(plan.changes())
                .extracting(Plan.Change::toString)
                .containsExactly(
                        "+ topic " + CRATE + "  partitions=2 replicationFactor=3 cleanup.policy=compact retention.ms=5",
                        "+ subject " + CRATE + "-value  schema=io.fedmesh.test.Crate@"
                                + Digests.of(List.of(SCHEMA.toString())).substring(0, 16) + " compatibility=BACKWARD",
                        "+ user yard.cdc",
                        "+ grant yard.cdc WRITE TOPIC " + CRATE);
        ProvisioningReport report = planner.carryOut(DESIRED, plan, Set.of());

        assertThat(report.done()).containsExactlyElementsOf(plan.changes());
        assertThat(report.isWhole()).isTrue();
        Plan second = planner.plan(DESIRED);
        assertThat(second.isEmpty()).isTrue();
        assertThat(second.isDrift()).isFalse();
        assertThat(planner.carryOut(DESIRED, second, Set.of()).done()).isEmpty();
    }

    @Test
    void whatAGuardDoesNotLetPassIsAProblemAndNothingIsDone() {
        Planner guarded = mesh.planner(() -> List.of("[yard.crate] it must stay but is gone"));
        Plan plan = guarded.plan(DESIRED);

        assertThat(plan.problems()).containsExactly("[yard.crate] it must stay but is gone");
        assertThat(plan.changes()).isNotEmpty();
        assertThatThrownBy(() -> guarded.carryOutAgreed(DESIRED, plan, Set.of()))
                .isInstanceOf(ProvisioningException.class)
                .hasMessage("[yard.crate] it must stay but is gone");
        Plan innocent = new Plan(plan.fingerprint(), plan.changes(), List.of(), List.of(), List.of());
        assertThatThrownBy(() -> guarded.carryOutAgreed(DESIRED, innocent, Set.of()))
                .as("nor because a file says that there is no problem")
                .isInstanceOf(ProvisioningException.class);
        assertThat(mesh.steps).isZero();
    }

    @Test
    void whoIsNewHasAUserBeforeAnyGrantAndKeepsItWhenNobodyAsksForIt() {
        reach(DESIRED);
        mesh.others.add("mesh.user.u-new");

        Plan plan = mesh.planner().plan(DESIRED);
        assertThat(plan.changes()).extracting(Plan.Change::toString).containsExactly("+ user mesh.user.u-new");
        assertThat(mesh.planner().carryOut(DESIRED, plan, Set.of()).isWhole()).isTrue();
        mesh.others.clear();

        assertThat(mesh.planner().plan(DESIRED).changes()).isEmpty();
        assertThat(mesh.users).contains("mesh.user.u-new");
    }

    @Test
    void theFingerprintIsOfWhatStandsAndMovesWithIt() {
        reach(DESIRED);
        Plan before = planner.plan(DESIRED);
        assertThat(planner.plan(DESIRED)).isEqualTo(before);

        configure(CRATE, "retention.ms", "6");
        Plan after = planner.plan(DESIRED);

        assertThat(after.fingerprint()).isNotEqualTo(before.fingerprint());
        assertThat(after.changes())
                .extracting(Plan.Change::toString)
                .containsExactly("~ topic " + CRATE + "  retention.ms: 6 -> 5");
    }

    @Test
    void aPlanIsRefusedWhenWhatStandsHasMovedAndNothingIsChanged() {
        Plan agreed = planner.plan(DESIRED);
        mesh.users.add("yard.cdc");

        assertThatThrownBy(() -> planner.carryOutAgreed(DESIRED, agreed, Set.of()))
                .isInstanceOf(ProvisioningException.class)
                .hasMessage(
                        "[plan] what stands must be what the plan was made from but has moved since; make a new plan;"
                                + " nothing was changed");
        assertThat(mesh.steps).isZero();
    }

    @Test
    void aPlanIsRefusedWhenSomethingElseIsAskedForNow() {
        Plan agreed = planner.plan(DESIRED);
        DesiredState later = state(Set.of("dashboard"), CAPTURES, CONSUMES);

        assertThatThrownBy(() -> planner.carryOutAgreed(later, agreed, Set.of()))
                .isInstanceOf(ProvisioningException.class)
                .hasMessage(
                        "[plan] contracts, agreements and clock must ask for what the plan says but ask for something"
                                + " else now; make a new plan; nothing was changed");
        assertThat(mesh.steps).isZero();
    }

    @Test
    void aPlanThatSomebodyWroteIsNotCarriedOut() {
        reach(DESIRED);
        Plan real = planner.plan(DESIRED);
        Plan forged = new Plan(
                real.fingerprint(),
                List.of(Plan.Change.add(Plan.Thing.GRANT, "mallory READ TOPIC " + CRATE, null)),
                List.of(),
                List.of(),
                List.of());
        int steps = mesh.steps;

        assertThatThrownBy(() -> planner.carryOutAgreed(DESIRED, forged, Set.of()))
                .isInstanceOf(ProvisioningException.class);
        assertThat(mesh.steps).isEqualTo(steps);
    }

    @Test
    void dataGoesOnlyWhereItIsAllowedByName() {
        reach(DESIRED);
        mesh.topics.put(GONE, new Topics.Standing(List.of(1), Map.of()));
        mesh.registry.register(GONE + "-value", SCHEMA);
        mesh.tables.put("yard.barrel_latest", Map.of());
        Plan plan = planner.plan(DESIRED);
        assertThat(plan.changes())
                .extracting(Plan.Change::toString)
                .containsExactly("- topic " + GONE, "- subject " + GONE + "-value", "- table yard.barrel_latest");

        ProvisioningReport report = planner.carryOut(DESIRED, plan, Set.of("yard.barrel_latest"));

        assertThat(report.done()).containsExactly(Plan.Change.remove(Plan.Thing.TABLE, "yard.barrel_latest"));
        assertThat(report.withheld()).extracting(Plan.Change::name).containsExactly(GONE, GONE + "-value");
        assertThat(report.isWhole()).isFalse();
        assertThat(mesh.topics).containsKey(GONE);
        assertThat(mesh.tables).isEmpty();
    }

    @Test
    void whatIsAllowedToGoMustBeWhatThePlanDeletes() {
        reach(DESIRED);
        Plan plan = planner.plan(DESIRED);

        assertThatThrownBy(() -> planner.carryOut(DESIRED, plan, Set.of(CRATE)))
                .isInstanceOf(ProvisioningException.class)
                .hasMessage("[allow-delete] must name what the plan deletes, of [], but was [" + CRATE
                        + "]; nothing was changed");
    }

    @Test
    void whatIsOutsideTheMeshOrThePlatformsOwnIsNeverPlanned() {
        reach(DESIRED);
        for (String name : List.of(
                "orders",
                "__consumer_offsets",
                "mesh.private.agreement.internal.v1",
                "yard.private.crate.audit.v1",
                "yard.stocktaking-store-changelog",
                "Yard.public.crate.state.v1")) {
            mesh.topics.put(name, new Topics.Standing(List.of(1), Map.of("retention.ms", "1")));
            mesh.registry.register(name + "-value", SCHEMA);
        }
        mesh.registry.register("other", SCHEMA);
        mesh.users.addAll(Set.of("mesh.operator", "auditor"));
        mesh.entries.add(entry("User:mesh.operator", AclOperation.ALL, "*", AclPermissionType.ALLOW));
        mesh.entries.add(entry("User:auditor", AclOperation.READ, "orders", AclPermissionType.ALLOW));

        Plan plan = planner.plan(DESIRED);

        assertThat(plan.changes()).isEmpty();
        assertThat(plan.isDrift()).isFalse();
    }

    @Test
    void aGrantWithoutAReasonIsDriftAndOnlyTheMeshsOwnIsTakenAway() {
        reach(DESIRED);
        AclBinding ours = entry("User:closed.stream", AclOperation.READ, CRATE, AclPermissionType.ALLOW);
        AclBinding theirs = entry("User:auditor", AclOperation.READ, CRATE, AclPermissionType.ALLOW);
        AclBinding everybody = entry("User:*", AclOperation.DESCRIBE, "*", AclPermissionType.ALLOW);
        AclBinding denied = entry("User:yard.cdc", AclOperation.READ, "x", AclPermissionType.DENY);
        mesh.entries.addAll(List.of(ours, theirs, everybody, denied));

        Plan plan = planner.plan(DESIRED);

        assertThat(plan.changes())
                .extracting(Plan.Change::toString)
                .containsExactly("- grant closed.stream READ TOPIC " + CRATE);
        assertThat(plan.strays())
                .containsExactly(
                        "[grants] no contract and no agreement gives: * DESCRIBE TOPIC *",
                        "[grants] no contract and no agreement gives: auditor READ TOPIC " + CRATE);
        assertThat(plan.notes()).containsExactly("[grants] an entry that denies stays: yard.cdc READ TOPIC x");
        planner.carryOut(DESIRED, plan, Set.of());
        assertThat(mesh.entries).contains(theirs, everybody, denied).doesNotContain(ours);
        Plan left = planner.plan(DESIRED);
        assertThat(left.isEmpty()).isTrue();
        assertThat(left.isDrift()).isTrue();
    }

    @Test
    void aPrefixThatReachesATopicOfTheMeshIsAStray() {
        reach(DESIRED);
        mesh.entries.add(new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, "yard.pub", PatternType.PREFIXED),
                new AccessControlEntry("User:tool", "10.0.0.1", AclOperation.ALL, AclPermissionType.ALLOW)));

        assertThat(planner.plan(DESIRED).strays())
                .containsExactly(
                        "[grants] no contract and no agreement gives: tool ALL TOPIC PREFIX yard.pub from 10.0.0.1");
    }

    @Test
    void aConsumerWhoseAgreementEndedLosesWhatItHeld() {
        reach(state(Set.of("dashboard"), CAPTURES, CONSUMES));
        assertThat(mesh.entries).hasSize(2);

        reach(state(Set.of("dashboard"), CAPTURES));

        assertThat(mesh.entries).extracting(e -> e.entry().principal()).containsExactly("User:yard.cdc");
        assertThat(mesh.users).as("it may come back").contains("dashboard");
    }

    @Test
    void aGrantOfAConsumerThatNoAgreementEverNamedIsTakenAway() {
        Grant planted = grant("mesh.team.quay", Grant.Operation.READ);
        reach(DESIRED);
        AclEntries.of(planted).forEach(mesh.entries::add);

        Plan plan = planner.plan(DESIRED);

        assertThat(plan.changes())
                .extracting(Plan.Change::toString)
                .containsExactly("- grant mesh.team.quay READ TOPIC " + CRATE);
        assertThat(plan.strays()).isEmpty();
        assertThat(planner.carryOut(DESIRED, plan, Set.of()).isWhole()).isTrue();
    }

    @Test
    void anEntryWhoseNameLooksLikeAnotherEntryIsNotTakenForIt() {
        reach(DESIRED);
        mesh.entries.clear();
        mesh.entries.add(new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, CRATE, PatternType.LITERAL),
                new AccessControlEntry(
                        "User:yard.cdc WRITE TOPIC " + CRATE, "*", AclOperation.ALL, AclPermissionType.ALLOW)));

        assertThat(planner.plan(DESIRED).changes())
                .extracting(Plan.Change::toString)
                .containsExactly("+ grant yard.cdc WRITE TOPIC " + CRATE);
    }

    @Test
    void anotherNumberOfPartitionsIsRefusedBeforeAnythingIsChanged() {
        mesh.topics.put(CRATE, new Topics.Standing(List.of(3), Map.of()));
        Plan plan = planner.plan(DESIRED);

        assertThat(plan.isEmpty()).isFalse();
        assertThatThrownBy(() -> planner.carryOut(DESIRED, plan, Set.of()))
                .isInstanceOf(ProvisioningException.class)
                .hasMessage(
                        "[topic " + CRATE + "] 'partitions' must be 2 as its contract says but was 1: a change would"
                                + " move keys to other partitions; give the product a new major version, or put the contract"
                                + " right");
        assertThat(mesh.steps).isZero();
    }

    @Test
    void aRefusedSchemaHoldsGrantsBackButNotRevocations() {
        mesh.registry.refused.add(CRATE + "-value");
        AclBinding stale = entry("User:closed.stream", AclOperation.READ, CRATE, AclPermissionType.ALLOW);
        mesh.entries.add(stale);

        ProvisioningReport report = planner.carryOut(DESIRED, planner.plan(DESIRED), Set.of());

        assertThat(report.done())
                .extracting(Plan.Change::name)
                .containsExactly(CRATE, "closed.stream READ TOPIC " + CRATE);
        assertThat(report.failed())
                .hasSize(3)
                .satisfiesExactly(
                        refused -> assertThat(refused)
                                .startsWith("+ subject " + CRATE + "-value")
                                .endsWith(CRATE + "-value is told to be refused"),
                        user -> assertThat(user).isEqualTo("+ user yard.cdc: not tried, because of what failed before"),
                        grant -> assertThat(grant)
                                .isEqualTo("+ grant yard.cdc WRITE TOPIC " + CRATE
                                        + ": not tried, because of what failed before"));
        assertThat(mesh.entries).isEmpty();
    }

    @Test
    void oneOfTwoUsersThatIsRefusedIsSaidAndTheOtherIsMade() {
        DesiredState two = state(Set.of("dashboard"), CAPTURES, CONSUMES);
        mesh.foreign.add("dashboard");

        ProvisioningReport report = planner.carryOut(two, planner.plan(two), Set.of());

        assertThat(mesh.users).containsExactly("yard.cdc");
        assertThat(report.failed().get(0)).isEqualTo("+ user dashboard: [user dashboard] must be made elsewhere");
        assertThat(report.done()).extracting(Plan.Change::name).contains("yard.cdc");
    }

    @Test
    void aChangeThatIsAcceptedAndCannotBeSeenIsNotDone() {
        reach(DESIRED);
        configure(CRATE, "retention.ms", "6");
        mesh.deaf.add(CRATE);

        ProvisioningReport report = planner.carryOut(DESIRED, planner.plan(DESIRED), Set.of());

        assertThat(report.done()).isEmpty();
        assertThat(report.failed())
                .containsExactly(
                        "~ topic " + CRATE + "  retention.ms: 6 -> 5: [brokers] topics must be visible within 30"
                                + " ms of being accepted but was not");
    }

    @Test
    void aConfigurationThatNoContractSaysIsForAPerson() {
        reach(DESIRED);
        configure(CRATE, "segment.ms", "1");
        configure(CRATE, "leader.replication.throttled.replicas", "0:1");

        Plan plan = planner.plan(DESIRED);

        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.strays())
                .containsExactly(
                        "[topic " + CRATE + "] 'segment.ms' must not be set, as no contract says so, but was 1");
    }

    @Test
    void aSubjectsLevelThatDriftedIsSetBackBeforeASchemaIsJudged() {
        reach(DESIRED);
        mesh.registry.levels.put(CRATE + "-value", "NONE");
        assertThat(planner.plan(DESIRED).changes())
                .extracting(Plan.Change::toString)
                .containsExactly("~ subject " + CRATE + "-value  compatibility: NONE -> BACKWARD");
        mesh.registry.delete(CRATE + "-value");
        mesh.registry.register(
                CRATE + "-value", SchemaBuilder.record("Other").fields().endRecord());
        mesh.registry.levels.put(CRATE + "-value", "NONE");
        mesh.registry.refused.add(CRATE + "-value");

        ProvisioningReport report = planner.carryOut(DESIRED, planner.plan(DESIRED), Set.of());

        assertThat(report.failed()).hasSize(1).allMatch(failure -> failure.contains("schema: nothing -> "));
        assertThat(mesh.registry.levels).containsEntry(CRATE + "-value", "BACKWARD");
    }

    @Test
    void aTablesPropertyIsSetBackAndATableThatIsNotMadeIsItsSinksToMake() {
        reach(DESIRED);
        mesh.desiredTables.put("yard.crate_latest", Map.of("bounds", "none"));
        mesh.desiredTables.put("yard.crate_history", Map.of("bounds", "none"));
        mesh.tables.put("yard.crate_latest", Map.of("bounds", "full", "mine", "1"));

        Plan plan = planner.plan(DESIRED);
        planner.carryOut(DESIRED, plan, Set.of());

        assertThat(plan.changes())
                .extracting(Plan.Change::toString)
                .containsExactly("~ table yard.crate_latest  bounds: full -> none");
        assertThat(plan.notes())
                .containsExactly("[table yard.crate_history] is not made yet; its product's sink makes it");
        assertThat(mesh.tables.get("yard.crate_latest")).isEqualTo(Map.of("bounds", "none", "mine", "1"));
    }

    @Test
    void killedAtAnyStepTheNextRunDoesTheRest() {
        int whole = brokenMesh().steps(Integer.MAX_VALUE);
        assertThat(whole).isGreaterThan(8);
        for (int steps = 0; steps < whole; steps++) {
            Broken broken = brokenMesh();
            assertThat(broken.steps(steps)).as("killed after %d steps", steps).isEqualTo(steps);

            broken.steps(Integer.MAX_VALUE);

            Plan left = broken.mesh.planner().plan(DESIRED);
            assertThat(left.isEmpty()).as("after %d steps: %s", steps, left).isTrue();
        }
    }

    /** A mesh with something of everything to do. */
    private record Broken(FakeMesh mesh) {
        /** Applies until killed; the steps that were made. */
        int steps(int until) {
            mesh.steps = 0;
            mesh.stepsUntilKilled = until;
            try {
                Planner planner = mesh.planner();
                Plan plan = planner.plan(DESIRED);
                Set<String> allowed = new HashSet<>();
                plan.changes().stream().filter(Plan.Change::deletesData).forEach(c -> allowed.add(c.name()));
                assertThat(planner.carryOut(DESIRED, plan, allowed).isWhole()).isTrue();
            } catch (FakeMesh.Killed e) {
                assertThat(mesh.steps).isEqualTo(until);
            }
            return mesh.steps;
        }
    }

    private static Broken brokenMesh() {
        FakeMesh mesh = new FakeMesh();
        mesh.topics.put(CRATE, new Topics.Standing(List.of(3, 3), Map.of("retention.ms", "6")));
        mesh.topics.put(GONE, new Topics.Standing(List.of(1), Map.of()));
        mesh.registry.register(GONE + "-value", SCHEMA);
        mesh.users.add("closed.stream");
        mesh.entries.add(entry("User:closed.stream", AclOperation.READ, CRATE, AclPermissionType.ALLOW));
        mesh.desiredTables.put("yard.crate_latest", Map.of("bounds", "none"));
        mesh.tables.put("yard.crate_latest", Map.of());
        mesh.tables.put("yard.barrel_latest", Map.of());
        return new Broken(mesh);
    }

    private void reach(DesiredState desired) {
        assertThat(planner.carryOut(desired, planner.plan(desired), Set.of()).isWhole())
                .isTrue();
    }

    private void configure(String topic, String key, String value) {
        Topics.Standing standing = Objects.requireNonNull(mesh.topics.get(topic));
        Map<String, String> configs = new HashMap<>(standing.configs());
        configs.put(key, value);
        mesh.topics.put(topic, new Topics.Standing(standing.replicas(), configs));
    }

    private static DesiredState state(Set<String> consumers, Grant... grants) {
        return new DesiredState(
                List.of(new DesiredState.Topic(
                        CRATE, 2, (short) 3, Map.of("cleanup.policy", "compact", "retention.ms", "5"))),
                List.of(new DesiredState.Subject(CRATE + "-value", SCHEMA, "BACKWARD")),
                List.of(grants),
                consumers);
    }

    private static Grant grant(String principal, Grant.Operation operation) {
        return new Grant(principal, Set.of(operation), Grant.Resource.TOPIC, CRATE, Grant.Match.LITERAL);
    }

    private static AclBinding entry(
            String principal, AclOperation operation, String topic, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry(principal, "*", operation, permission));
    }
}
