package io.fedmesh.govern.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Disclosure;
import io.fedmesh.contract.Mask;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.RowFilter;
import io.fedmesh.govern.Decision;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Grant;
import io.fedmesh.govern.Obligations;
import io.fedmesh.govern.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an agreement lets somebody read, from tables and from topics. */
class AgreementAccessPolicyTest {
    private static final Set<Grant.Operation> READ = EnumSet.of(Grant.Operation.READ, Grant.Operation.DESCRIBE);

    private final Desk desk = new Desk();
    private final AgreementAccessPolicy policy = policy(People.contracts());

    private AgreementAccessPolicy policy(Contracts contracts) {
        return new AgreementAccessPolicy(contracts, desk.agreements::image, () -> desk.now);
    }

    @Test
    void anAgreementLetsItsConsumerReadItsFieldsForItsPurpose() {
        desk.ask("ada", "a-1", "id");
        desk.done("cem", desk.approval("a-1"));

        Decision decision = policy.decide(new Principal("svc-ada"), People.CRATE, "to plan berths");

        assertThat(decision.allowed()).isTrue();
        assertThat(decision.reasons()).containsExactly("by agreement a-1");
        assertThat(decision.agreements()).containsExactly("a-1");
        assertThat(decision.policyHash()).matches("[0-9a-f]{64}");
        assertThat(decision.obligations()).isEqualTo(new Obligations(Set.of("id"), Map.of(), null));
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
        assertThat(policy.decide(new Principal(who), what, purpose)).isEqualTo(Decision.deny(reason));
    }

    @Test
    void severalAgreementsForOnePurposeShowTheirFieldsTogether() {
        desk.ask("ada", "a-1", "id");
        desk.done("cem", desk.approval("a-1"));
        desk.ask("ada", "a-2", "label");
        desk.done("cem", desk.approval("a-2"));

        Decision decision = policy.decide(new Principal("ada"), People.CRATE, "to plan berths");

        assertThat(decision.agreements()).containsExactly("a-1", "a-2");
        assertThat(decision.obligations()).isEqualTo(Obligations.NONE);
    }

    @Test
    void anAgreementOfATeamServesWhoeverWorksThere() {
        desk.done("ada", new Action.Ask("a-1", People.CRATE, new Consumer.Team("harbour"), People.terms("id")));
        desk.done("cem", desk.approval("a-1"));

        assertThat(policy.decide(new Principal("eva"), People.CRATE, "to plan berths")
                        .allowed())
                .isTrue();
        assertDenied("bea", People.CRATE, "to plan berths", "no agreement lets u-bea read yard.crate");
    }

    @Test
    void whatTheContractMasksAndFiltersIsMaskedAndFilteredForOtherDomainsAndGivesNoTopic() {
        RowFilter rows = new RowFilter.Comparison("id", RowFilter.Operator.NOT_EQUALS, List.of("C-0"));
        Contracts contracts = disclosing(new Disclosure(Map.of("label", Mask.HASH_TOKEN), rows));
        install(contracts);
        desk.ask("ada", "a-1", "id", "label");
        desk.done("cem", desk.approval("a-1"));

        assertThat(policy(contracts)
                        .decide(new Principal("ada"), People.CRATE, "to plan berths")
                        .obligations())
                .isEqualTo(new Obligations(Set.of("id", "label"), Map.of("label", Mask.HASH_TOKEN), rows));
        assertThat(AgreementGrants.of(desk.agreements.image(), desk.now)).isEmpty();
    }

    @Test
    void theProductsOwnDomainIsShownAllOfItAsItStandsAndReadsTheTopic() {
        Contracts contracts = disclosing(new Disclosure(Map.of("label", Mask.REDACT), null));
        install(contracts);
        desk.done("bea", new Action.Ask("a-1", People.CRATE, new Consumer.Team("yard"), People.terms("id", "label")));
        desk.done("cem", desk.approval("a-1"));

        assertThat(policy(contracts)
                        .decide(new Principal("dan"), People.CRATE, "to plan berths")
                        .obligations())
                .isEqualTo(Obligations.NONE);
        assertThat(AgreementGrants.of(desk.agreements.image(), desk.now))
                .extracting(Grant::principal)
                .containsOnly("mesh.team.yard");
    }

    @Test
    void whoReadsForTwoDomainsAtOnceIsShownWhatTheOtherOneIs() {
        Contracts contracts = disclosing(new Disclosure(Map.of("label", Mask.REDACT), null));
        List<Directory.Person> people = new ArrayList<>(People.all());
        people.replaceAll(person -> person.subject().equals("u-eva")
                ? People.person("u-eva", Set.of("eva"), Set.of(Role.CONSUMER), Set.of("harbour", "yard"))
                : person);
        install(contracts, people);
        desk.done("bea", new Action.Ask("a-1", People.CRATE, new Consumer.Team("yard"), People.terms("id", "label")));
        desk.done("cem", desk.approval("a-1"));
        desk.done(
                "ada", new Action.Ask("a-2", People.CRATE, new Consumer.Team("harbour"), People.terms("id", "label")));
        desk.done("cem", desk.approval("a-2"));

        assertThat(policy(contracts)
                        .decide(new Principal("eva"), People.CRATE, "to plan berths")
                        .obligations()
                        .masks())
                .containsExactly(Map.entry("label", Mask.REDACT));
    }

    @Test
    void aContractThatShowsOtherThanWhatWasAppliedLetsNobodyRead() {
        install(disclosing(new Disclosure(Map.of("label", Mask.REDACT), null)));
        desk.ask("ada", "a-1", "id", "label");
        desk.done("cem", desk.approval("a-1"));

        assertThat(policy.decide(new Principal("ada"), People.CRATE, "to plan berths"))
                .isEqualTo(
                        Decision.deny("masks and filter of yard.crate must be those that were applied but are others"));
    }

    @Test
    void whatTheApproversKnewToBeRestrictedIsHiddenWhateverTheContractSays() {
        desk.done(
                "ove",
                new Action.Install(
                        People.directory(People.all(), Set.of("u-cem", "u-dan"), Classification.RESTRICTED)));
        desk.ask("ada", "a-1", "id", "label");
        desk.done("cem", desk.approval("a-1"));
        desk.done("dan", desk.approval("a-1"));

        assertThat(policy.decide(new Principal("ada"), People.CRATE, "to plan berths")
                        .obligations()
                        .masks())
                .containsExactly(Map.entry("label", Mask.REDACT));
        assertThat(AgreementGrants.of(desk.agreements.image(), desk.now)).isEmpty();
    }

    @Test
    void thePolicysHashChangesWithWhateverDecides() {
        desk.ask("ada", "a-1", "id");
        desk.done("cem", desk.approval("a-1"));
        Principal ada = new Principal("ada");
        String one = policy.decide(ada, People.CRATE, "to plan berths").policyHash();
        assertThat(policy.decide(ada, People.CRATE, "to plan berths").policyHash())
                .isEqualTo(one);
        desk.ask("ada", "a-2", "label");
        desk.done("cem", desk.approval("a-2"));
        String two = policy.decide(ada, People.CRATE, "to plan berths").policyHash();
        Contracts masked = disclosing(new Disclosure(Map.of("label", Mask.REDACT), null));
        install(masked);
        String three =
                policy(masked).decide(ada, People.CRATE, "to plan berths").policyHash();

        assertThat(List.of(one, two, three)).doesNotHaveDuplicates();
    }

    private void install(Contracts contracts) {
        install(contracts, People.all());
    }

    private void install(Contracts contracts, List<Directory.Person> people) {
        Directory usual = People.directory(people);
        List<Directory.Product> products = contracts.products().stream()
                .map(contract -> new Directory.Product(
                        contract.name(),
                        contract.topic().toString(),
                        java.util.Objects.requireNonNull(usual.products().get(contract.name()))
                                .fields(),
                        contract.disclosure().digest()))
                .toList();
        desk.done(
                "ove", new Action.Install(new Directory(people, usual.domains().values(), products)));
    }

    private static Contracts disclosing(Disclosure disclosure) {
        Contracts of = People.contracts();
        return new Contracts(
                of.domains(),
                of.sources(),
                of.products().stream()
                        .map(contract ->
                                contract.name().equals(People.CRATE) ? contract.disclosing(disclosure) : contract)
                        .toList());
    }

    @Test
    void whereTheRecordCannotBeReadNobodyReads() {
        AgreementAccessPolicy blind = new AgreementAccessPolicy(
                People.contracts(),
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
    void whoEverHadAnAgreementIsRememberedWhenNothingIsLiveAnyMore() {
        desk.ask("ada", "a-1", "id", "label");
        desk.done("cem", desk.approval("a-1"));
        assertThat(AgreementGrants.agreed(desk.agreements.image(), desk.now).grants())
                .hasSize(2);
        desk.done("cem", new Action.Revoke("a-1", "no more"));

        DesiredState.Agreed agreed = AgreementGrants.agreed(desk.agreements.image(), desk.now);

        assertThat(agreed.grants()).isEmpty();
        assertThat(agreed.consumers()).containsExactly("mesh.user.u-ada");
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
