package io.fedmesh.govern.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Classification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How an agreement comes to be and to end. */
class WorkflowTest {
    private final Desk desk = new Desk();

    @Test
    void whatAStewardApprovesIsLiveToTheEndOfItsLastDayAndNotAMomentLonger() {
        desk.ask("ada", "a-1", "id");
        assertThat(desk.live()).isEmpty();

        desk.done("cem", desk.approval("a-1"));

        assertThat(desk.live()).containsExactly("a-1");
        desk.now = Instant.parse("2026-12-26T23:59:59.999Z");
        assertThat(desk.live()).containsExactly("a-1");
        desk.now = Instant.parse("2026-12-27T00:00:00Z");
        assertThat(desk.live()).isEmpty();
    }

    @Test
    void confidentialFieldsNeedTwoPersons() {
        desk.askVault("ada", "a-1");
        desk.done("cem", desk.approval("a-1"));
        assertThat(desk.live()).isEmpty();
        assertThat(desk.tried("cem", desk.approval("a-1")))
                .isEqualTo("[agreement a-1] u-cem must approve a request once but has approved it");

        desk.done("dan", desk.approval("a-1"));

        assertThat(desk.live()).containsExactly("a-1");
    }

    @Test
    void fieldsThatAreNotConfidentialNeedOneEvenOfAProductThatHasOthers() {
        desk.done("ada", new Action.Ask("a-1", People.VAULT, new Consumer.User("u-ada"), People.terms("id")));

        desk.done("cem", desk.approval("a-1"));

        assertThat(desk.live()).containsExactly("a-1");
    }

    @Test
    void nobodyApprovesUnderAnyNameWhatIsForItself() {
        desk.done(
                "ove",
                new Action.Install(People.directory(People.all(), Set.of("u-ada", "u-cem"), Classification.INTERNAL)));
        desk.ask("svc-ada", "a-1", "id");

        for (String name : List.of("ada", "ADA", "ada@example.org", "Svc-Ada", "u-ada")) {
            assertThat(desk.tried(name, desk.approval("a-1")))
                    .isEqualTo("[agreement a-1] u-ada must have no part in the request but has");
        }
    }

    @Test
    void whoBecomesAStewardAfterAskingDoesNotApproveIt() {
        desk.ask("ada", "a-1", "id");
        desk.done("ove", new Action.Install(People.directory(People.all(), Set.of("u-ada"), Classification.INTERNAL)));

        assertThat(desk.tried("ada", desk.approval("a-1")))
                .isEqualTo("[agreement a-1] u-ada must have no part in the request but has");
    }

    @Test
    void whoActsForTheAskerDoesNotApproveEvenAfterThatHasEnded() {
        desk.done("ove", new Action.Install(People.directory(dansDelegation())));
        desk.ask("ada", "a-1", "id");
        assertThat(desk.tried("dan", desk.approval("a-1")))
                .isEqualTo("[agreement a-1] u-dan must have no part in the request but has");
        desk.done("ove", new Action.Install(People.directory()));

        assertThat(desk.tried("dan", desk.approval("a-1")))
                .isEqualTo("[agreement a-1] u-dan must have no part in the request but has");
        assertThat(desk.tried("cem", desk.approval("a-1"))).isEqualTo("done");
    }

    private static List<Directory.Person> dansDelegation() {
        List<Directory.Person> people = new ArrayList<>(People.all());
        people.replaceAll(p -> p.subject().equals("u-dan")
                ? new Directory.Person("u-dan", p.aliases(), p.roles(), p.teams(), Set.of("u-ada"))
                : p);
        return people;
    }

    @Test
    void anApprovalOfWhatWasReadBeforeAnEditIsRefusedAndAnEditVoidsApprovals() {
        desk.askVault("ada", "a-1");
        Action stale = desk.approval("a-1");
        String before = desk.hash("a-1");
        desk.done("cem", stale);
        desk.done("ada", new Action.Edit("a-1", People.terms("secret")));

        assertThat(desk.tried("dan", stale))
                .isEqualTo("[agreement a-1] what is decided must be the request as it stands, " + desk.hash("a-1")
                        + ", but was " + before);
        desk.done("dan", desk.approval("a-1"));
        assertThat(desk.live()).isEmpty();
        desk.done("cem", desk.approval("a-1"));
        assertThat(desk.live()).containsExactly("a-1");
    }

    @Test
    void aRevokedAgreementIsClosedAtOnceAndForGood() {
        desk.ask("ada", "a-1", "id");
        desk.done("cem", desk.approval("a-1"));

        desk.done("dan", new Action.Revoke("a-1", "the project is over"));

        assertThat(desk.live()).isEmpty();
        assertThat(desk.tried("ada", new Action.Renew("a-1", People.terms("id"))))
                .isEqualTo("[agreement a-1] what is closed stays closed but was asked for 'renew'");
    }

    @Test
    void aRenewalNeedsANewApprovalAndWhatHoldsHoldsMeanwhile() {
        desk.ask("ada", "a-1", "id");
        desk.done("cem", desk.approval("a-1"));
        Terms longer = new Terms("to plan berths", People.TODAY, People.TODAY.plusDays(90), Set.of("id"));
        desk.done("ada", new Action.Renew("a-1", longer));
        assertThat(desk.live()).containsExactly("a-1");

        desk.pass(Duration.ofDays(31));
        assertThat(desk.live()).isEmpty();
        desk.done("dan", desk.approval("a-1"));
        assertThat(desk.live()).containsExactly("a-1");
    }

    @Test
    void aDeniedRenewalLeavesWhatWasApproved() {
        desk.ask("ada", "a-1", "id");
        desk.done("cem", desk.approval("a-1"));
        desk.done("ada", new Action.Renew("a-1", People.terms("id", "label")));

        desk.done("dan", new Action.Deny("a-1", desk.hash("a-1"), "not the label"));

        assertThat(desk.live()).containsExactly("a-1");
        assertThat(Live.of(desk.agreements.image(), desk.now).get(0).fields()).containsExactly("id");
    }

    @Test
    void brokenGlassIsOpenAtOnceEndsByItselfAndIsReviewedBySomebodyElse() {
        Instant until = desk.now.plus(Duration.ofHours(2));
        desk.done("bea", new Action.BreakGlass("g-1", People.VAULT, "a leak", until, Set.of("secret")));
        assertThat(desk.live()).containsExactly("g-1");
        assertThat(desk.agreements.image().unreviewed()).hasSize(1);

        desk.now = until;
        assertThat(desk.live()).isEmpty();
        assertThat(desk.tried(
                        "bea",
                        new Action.BreakGlass("g-2", People.VAULT, "again", until.plusSeconds(60), Set.of("secret"))))
                .isEqualTo("[agreement g-2] who broke glass must be reviewed before the next time but u-bea is not");
        assertThat(desk.tried("bea", new Action.Review("g-1", Action.Finding.JUSTIFIED, "it was me")))
                .isEqualTo("[agreement g-1] u-bea must have no part in what is reviewed but has");
        desk.done("cem", new Action.Review("g-1", Action.Finding.JUSTIFIED, "there was a leak"));
        assertThat(desk.agreements.image().unreviewed()).isEmpty();
    }

    @Test
    void glassThatWasBrokenForNothingIsClosedByItsReview() {
        desk.done(
                "ove",
                new Action.BreakGlass("g-1", People.CRATE, "a look", desk.now.plus(Duration.ofHours(4)), Set.of("id")));

        desk.done("cem", new Action.Review("g-1", Action.Finding.MISUSE, "there was no need"));

        assertThat(desk.live()).isEmpty();
        assertThat(desk.tried(
                        "ove",
                        new Action.BreakGlass(
                                "g-2",
                                People.CRATE,
                                "longer",
                                desk.now.plus(Duration.ofHours(4)).plusMillis(1),
                                Set.of("id"))))
                .isEqualTo("[agreement g-2] 'until' must be at most 4 h after 2026-11-26T08:00:00Z but was"
                        + " 2026-11-26T12:00:00.001Z");
    }

    @Test
    void whatBecomesConfidentialNeedsASecondPersonFromThatMomentOn() {
        desk.ask("ada", "a-1", "label");
        desk.done("cem", desk.approval("a-1"));
        assertThat(desk.live()).containsExactly("a-1");

        desk.done(
                "ove",
                new Action.Install(
                        People.directory(People.all(), Set.of("u-cem", "u-dan"), Classification.CONFIDENTIAL)));

        assertThat(desk.live()).isEmpty();
    }

    @Test
    void aClockThatGoesBackBringsNothingBack() {
        desk.ask("ada", "a-1", "id");
        desk.done("cem", desk.approval("a-1"));
        desk.pass(Duration.ofDays(40));
        desk.done("ove", new Action.Install(People.directory()));

        desk.pass(Duration.ofDays(-40));

        assertThat(desk.live()).isEmpty();
    }

    @Test
    void theNextChangeIsTheNextBeginningOrEnd() {
        desk.ask("ada", "a-1", "id");
        desk.done("cem", desk.approval("a-1"));

        assertThat(Live.nextChange(desk.agreements.image(), desk.now)).contains(Instant.parse("2026-12-27T00:00:00Z"));
        assertThat(Live.nextChange(desk.agreements.image(), Instant.parse("2026-12-27T00:00:00Z")))
                .isEmpty();
    }

    @Test
    void eachOfTheseIsRefused() {
        desk.ask("ada", "a-1", "id");
        assertThat(desk.tried("mallory", desk.approval("a-1")))
                .isEqualTo("[directory] 'mallory' must be a person of the directory but was nobody's");
        assertThat(desk.tried("аda", desk.approval("a-1")))
                .as("a Cyrillic letter")
                .isEqualTo("[directory] 'аda' must be a person of the directory but was nobody's");
        assertThat(desk.tried("ove", desk.approval("a-1")))
                .isEqualTo("[agreement a-1] who decides must be owner or steward of yard but was u-ove");
        assertThat(desk.tried(
                        "eva", new Action.Ask("a-2", People.CRATE, new Consumer.User("u-ada"), People.terms("id"))))
                .isEqualTo(
                        "[agreement a-2] who asks for user u-ada must be a consumer and it, act for it or work in it,"
                                + " but was u-eva");
        assertThat(desk.tried(
                        "ada", new Action.Ask("a-2", People.CRATE, new Consumer.User("u-ada"), People.terms("weight"))))
                .isEqualTo("[agreement a-2] 'fields' must be fields of yard.crate but 'weight' is none");
        assertThat(desk.tried(
                        "ada",
                        new Action.Ask(
                                "a-2",
                                People.CRATE,
                                new Consumer.User("u-ada"),
                                new Terms("long", People.TODAY, People.TODAY.plusDays(367), Set.of("id")))))
                .isEqualTo(
                        "[agreement a-2] 'end' must be after 2026-11-26T08:00:00Z and on 2027-11-27 at the latest but was"
                                + " 2027-11-28");
        assertThat(desk.tried("ada", new Action.Install(People.directory())))
                .isEqualTo("[directory] who tells it must be an operator but was u-ada");
        desk.pass(Duration.ofDays(31));
        assertThat(desk.tried("cem", desk.approval("a-1")))
                .isEqualTo("[agreement a-1] a request must be approved before its end, 2026-12-26, but was not");
    }

    @Test
    void anAliasNeverComesToMeanSomebodyElse() {
        List<Directory.Person> people = new ArrayList<>(People.all());
        people.set(0, People.person("u-ada", Set.of("ada"), Set.of(Role.CONSUMER), Set.of("harbour")));
        desk.done("ove", new Action.Install(People.directory(people)));
        people.set(1, People.person("u-bea", Set.of("bea", "svc-ada"), Set.of(), Set.of()));

        assertThat(desk.tried("ove", new Action.Install(People.directory(people))))
                .isEqualTo("[directory] 'svc-ada' must mean u-ada as before but meant u-bea");
    }
}
