package io.fedmesh.govern.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.Decision;
import io.fedmesh.govern.Grant;
import io.fedmesh.govern.Principal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an agreement lets somebody read, from tables and from topics. */
class AgreementAccessPolicyTest {
    private static final Set<Grant.Operation> READ = EnumSet.of(Grant.Operation.READ, Grant.Operation.DESCRIBE);

    private final Desk desk = new Desk();
    private final AgreementAccessPolicy policy = new AgreementAccessPolicy(desk.agreements::image, () -> desk.now);

    @Test
    void anAgreementLetsItsConsumerReadItsFieldsForItsPurpose() {
        desk.ask("ada", "a-1", "id");
        desk.done("cem", desk.approval("a-1"));

        AgreementAccessPolicy.Permission permission =
                policy.permission(new Principal("svc-ada"), People.CRATE, "to plan berths");

        assertThat(permission.decision()).isEqualTo(Decision.allow("by agreement a-1"));
        assertThat(permission.fields()).containsExactly("id");
        assertThat(permission.agreements()).containsExactly("a-1");
    }

    @Test
    void whoeverElseAndWhateverElseIsDenied() {
        desk.ask("ada", "a-1", "id");
        desk.done("cem", desk.approval("a-1"));

        assertDenied("eva", People.CRATE, "to plan berths", "no agreement lets u-eva read yard.crate");
        assertDenied("ada", People.VAULT, "to plan berths", "no agreement lets u-ada read yard.vault");
        assertDenied("ada", People.CRATE, "to look", "no agreement lets u-ada read yard.crate for that purpose");
        assertDenied("ada", People.CRATE, " ", "a purpose must be given");
        assertDenied("mallory", People.CRATE, "x", "'mallory' must be a person of the directory but was nobody's");
        assertDenied("ada", ProductName.parse("yard.nothing"), "x", "no contract offers yard.nothing");
        desk.pass(Duration.ofDays(31));
        assertDenied("ada", People.CRATE, "to plan berths", "no agreement lets u-ada read yard.crate");
    }

    private void assertDenied(String who, ProductName what, String purpose, String reason) {
        AgreementAccessPolicy.Permission permission = policy.permission(new Principal(who), what, purpose);
        assertThat(permission.decision()).isEqualTo(Decision.deny(reason));
        assertThat(permission.fields()).isEmpty();
        assertThat(permission.agreements()).isEmpty();
    }

    @Test
    void wholeRowsNeedEveryField() {
        desk.ask("ada", "a-1", "id");
        desk.done("cem", desk.approval("a-1"));
        assertThat(policy.decide(new Principal("ada"), People.CRATE, "to plan berths"))
                .isEqualTo(Decision.deny("the agreement lets ada read some fields of yard.crate, not whole rows"));
        desk.ask("ada", "a-2", "label");
        desk.done("cem", desk.approval("a-2"));

        assertThat(policy.decide(new Principal("ada"), People.CRATE, "to plan berths"))
                .isEqualTo(Decision.allow("by agreement a-1, a-2"));
    }

    @Test
    void anAgreementOfATeamServesWhoeverWorksThere() {
        desk.done("ada", new Action.Ask("a-1", People.CRATE, new Consumer.Team("harbour"), People.terms("id")));
        desk.done("cem", desk.approval("a-1"));

        assertThat(policy.permission(new Principal("eva"), People.CRATE, "to plan berths")
                        .fields())
                .containsExactly("id");
        assertDenied("bea", People.CRATE, "to plan berths", "no agreement lets u-bea read yard.crate");
    }

    @Test
    void whereTheRecordCannotBeReadNobodyReads() {
        AgreementAccessPolicy blind = new AgreementAccessPolicy(
                () -> {
                    throw new GovernanceLogException("[log] a test", null);
                },
                () -> desk.now);

        assertThatThrownBy(() -> blind.decide(new Principal("ada"), People.CRATE, "x"))
                .isInstanceOf(GovernanceLogException.class);
    }

    @Test
    void aLiveAgreementAboutEveryFieldBecomesGrants() {
        desk.ask("ada", "a-1", "id", "label");
        assertThat(AgreementGrants.of(desk.agreements.image(), desk.now)).isEmpty();
        desk.done("cem", desk.approval("a-1"));

        assertThat(AgreementGrants.of(desk.agreements.image(), desk.now))
                .containsExactly(
                        new Grant(
                                "mesh.user.u-ada",
                                READ,
                                Grant.Resource.TOPIC,
                                "yard.public.crate.state.v1",
                                Grant.Match.LITERAL),
                        new Grant(
                                "mesh.user.u-ada", READ, Grant.Resource.GROUP, "mesh.user.u-ada", Grant.Match.LITERAL));
        desk.pass(Duration.ofDays(31));
        assertThat(AgreementGrants.of(desk.agreements.image(), desk.now)).isEmpty();
    }

    @Test
    void anAgreementAboutSomeFieldsGivesNoTopic() {
        desk.ask("ada", "a-1", "id");
        desk.done("cem", desk.approval("a-1"));

        assertThat(AgreementGrants.of(desk.agreements.image(), desk.now)).isEmpty();
    }

    @Test
    void anAgreementIsNoGrantOnceItsConsumerIsGone() {
        desk.ask("ada", "a-1", "id", "label");
        desk.done("cem", desk.approval("a-1"));
        List<Directory.Person> rest =
                People.all().stream().filter(p -> !p.subject().equals("u-ada")).toList();

        desk.done("ove", new Action.Install(People.directory(rest, Set.of("u-cem"), Classification.INTERNAL)));

        assertThat(AgreementGrants.of(desk.agreements.image(), desk.now)).isEmpty();
    }

    @Test
    void onlyPrincipalsOfAgreementsAreItsOwn() {
        assertThat(AgreementGrants.owns("mesh.user.u-ada")).isTrue();
        assertThat(AgreementGrants.owns("mesh.team.harbour")).isTrue();
        for (String other : List.of(
                "mesh.sink",
                "mesh.operator",
                "mesh.user.",
                "mesh.users.a",
                "yard.cdc",
                "u-ada",
                "mesh.user.a.b",
                "mesh.team.*")) {
            assertThat(AgreementGrants.owns(other)).as(other).isFalse();
        }
    }
}
