package io.fedmesh.govern.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.govern.Principal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** An agreement ends at the end of a day or at an instant, and everything says the same of it. */
class EndTest {
    private static final Instant FIVE = Instant.parse("2026-11-26T17:00:00Z");
    private static final Instant MIDNIGHT = Instant.parse("2026-11-27T00:00:00Z");

    private final Desk desk = new Desk();

    private static Terms until(Instant end) {
        return new Terms("to plan berths", People.TODAY, end, Set.of("id", "label"));
    }

    private String asked(Terms terms) {
        return desk.tried("ada", new Action.Ask("a-1", People.CRATE, new Consumer.User("u-ada"), terms));
    }

    private void approved(Instant end) {
        assertThat(asked(until(end))).isEqualTo("done");
        desk.done("cem", desk.approval("a-1"));
    }

    private boolean isReadThroughTheMesh() {
        return new AgreementAccessPolicy(People.contracts(), desk.agreements::image, () -> desk.now)
                .decide(new Principal("ada"), People.CRATE, "to plan berths")
                .allowed();
    }

    @Test
    void tablesAndTopicCloseAtTheInstantAndNotAMomentBefore() {
        approved(FIVE);
        for (Instant moment : List.of(FIVE.minusNanos(1), FIVE, FIVE.plusNanos(1))) {
            desk.now = moment;
            GovernanceImage image = desk.agreements.image();
            boolean isLive = moment.isBefore(FIVE);

            assertThat(desk.live()).as("%s", moment).hasSize(isLive ? 1 : 0);
            assertThat(isReadThroughTheMesh()).as("%s", moment).isEqualTo(isLive);
            assertThat(AgreementGrants.of(image, moment)).as("%s", moment).hasSize(isLive ? 2 : 0);
            assertThat(AgreementDocument.of(image, image.agreement("a-1").orElseThrow(), moment)
                            .state())
                    .isEqualTo(isLive ? AgreementDocument.State.APPROVED : AgreementDocument.State.OVER);
        }
    }

    @Test
    void whatChangesNextAndWhenAGrantEndsIsTheInstant() {
        approved(FIVE);
        GovernanceImage image = desk.agreements.image();

        assertThat(Live.nextChange(image, desk.now)).contains(FIVE);
        assertThat(Live.nextChange(image, FIVE)).isEmpty();
        assertThat(AgreementGrants.byAgreement(image, desk.now))
                .extracting(AgreementGrants.ByAgreement::until)
                .containsOnly(FIVE);
        assertThat(Live.readers(image, People.CRATE, desk.now))
                .containsExactly("user u-ada (a-1, until 2026-11-26T17:00:00Z)");
    }

    @Test
    void aMidnightIsTheEndOfTheDayBeforeItInOneFormOnly() {
        Terms byInstant = until(MIDNIGHT);

        assertThat(byInstant)
                .isEqualTo(new Terms("to plan berths", People.TODAY, People.TODAY, Set.of("id", "label")))
                .extracting(Terms::end, Terms::lastDay, Terms::isOfWholeDays)
                .containsExactly("2026-11-26", People.TODAY, true);
        assertThat(until(FIVE))
                .extracting(Terms::end, Terms::lastDay, Terms::isOfWholeDays)
                .containsExactly("2026-11-26T17:00:00Z", People.TODAY, false);
        assertThatThrownBy(() -> EventCodec.event(eventUntil("2026-11-27T00:00:00Z")))
                .hasMessage("it must be written in the one way that events are but was not");
    }

    @Test
    void anEventWithDatesIsReadAndMeansWhatItMeant() {
        Event event = EventCodec.event(eventUntil("2026-12-26"));
        Terms terms = ((Action.Ask) event.command().action()).terms();

        assertThat(terms).isEqualTo(People.terms("id"));
        assertThat(terms.until()).isEqualTo("2026-12-27T00:00:00Z");
        assertThat(EventCodec.bytes(event)).isEqualTo(eventUntil("2026-12-26"));
        assertThat(Digest.request("a-1", People.CRATE, new Consumer.User("u-ada"), terms))
                .as("made elsewhere of 'fedmesh agreement request 1' and its parts")
                .isEqualTo("2714f144ce287eb523a807dea19e7cfe2f73f3eb2b046f0706905881b8328821");
    }

    @Test
    void anEventWithAnInstantIsReadAndItsHashHoldsIt() {
        Terms terms = ((Action.Ask) EventCodec.event(eventUntil("2026-11-26T17:00:00Z"))
                        .command()
                        .action())
                .terms();

        assertThat(terms.until()).isEqualTo(FIVE);
        assertThat(Digest.request("a-1", People.CRATE, new Consumer.User("u-ada"), terms))
                .isEqualTo("1ee0f33cc4cb4d47598739aa04126a11e46ebb7e8afddb63a82f3037edd31022");
    }

    /** As it stood on the topic before ends could be instants. */
    private static byte[] eventUntil(String end) {
        return ("{\"format\":\"fedmesh.governance/1\",\"sequence\":1,\"previous\":\"" + Event.NONE
                        + "\",\"at\":\"2026-11-26T08:00:00Z\",\"subject\":\"u-ada\",\"command\":{\"id\":\"c-1\",\"as\":\"ada\","
                        + "\"action\":{\"type\":\"ask\",\"agreement\":\"a-1\",\"product\":\"yard.crate\",\"user\":\"u-ada\","
                        + "\"terms\":{\"purpose\":\"to plan berths\",\"start\":\"2026-11-26\",\"end\":\"" + end
                        + "\",\"fields\":[\"id\"]}}}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void anEndThatIsNoneCannotBeAskedFor() {
        assertThatThrownBy(() -> until(Instant.parse("2026-11-25T23:59:59Z")))
                .hasMessage("'end' must not be before 2026-11-26 but was '2026-11-25T23:59:59Z'");
        assertThatThrownBy(() -> until(Instant.parse("2026-11-26T00:00:00Z")))
                .hasMessage("'end' must not be before 2026-11-26 but was '2026-11-25'");
        for (Instant wild : List.of(Instant.MIN, Instant.MAX, Instant.parse("9001-01-01T00:00:01Z"))) {
            assertThatThrownBy(() -> until(wild))
                    .hasMessage("'end' must lie in the years 2000 to 9000 but was '" + wild + "'");
        }
        for (LocalDate wild : List.of(LocalDate.MIN, LocalDate.MAX, LocalDate.of(9001, 1, 1))) {
            assertThatThrownBy(() -> Terms.endOf(wild))
                    .hasMessage("'end' must lie in the years 2000 to 9000 but was '" + wild + "'");
        }
        for (String wild :
                List.of("T", "2026-11-26T17:00", "2026-11-26T17:00:00", "P1D", "", "-1000000000-01-01T00:00:00Z")) {
            assertThatThrownBy(() -> EventCodec.event(eventUntil(wild)))
                    .as(wild)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("end");
        }
    }

    @Test
    void anEndMustBeAheadOfWhoAsksWithinAYearAndAWholeSecond() {
        assertThat(asked(until(desk.now)))
                .isEqualTo(
                        "[agreement a-1] 'end' must be after 2026-11-26T08:00:00Z and on 2027-11-27 at the latest but"
                                + " was 2026-11-26T08:00:00Z");
        assertThat(asked(until(Instant.parse("2027-11-28T00:00:01Z"))))
                .isEqualTo(
                        "[agreement a-1] 'end' must be after 2026-11-26T08:00:00Z and on 2027-11-27 at the latest but"
                                + " was 2027-11-28T00:00:01Z");
        assertThat(asked(until(desk.now.plusMillis(1))))
                .isEqualTo("[agreement a-1] 'end' must be a day or a whole second but was 2026-11-26T08:00:00.001Z");
        assertThat(asked(until(desk.now.plusSeconds(1)))).isEqualTo("done");
    }

    @Test
    void whatEndsBeforeItIsApprovedIsNotApproved() {
        assertThat(asked(until(FIVE))).isEqualTo("done");
        desk.now = FIVE;

        assertThat(desk.tried("cem", desk.approval("a-1")))
                .isEqualTo(
                        "[agreement a-1] a request must be approved before its end, 2026-11-26T17:00:00Z, but was not");
        desk.now = FIVE.minusMillis(1);
        assertThat(desk.tried("cem", desk.approval("a-1"))).isEqualTo("done");
    }

    @Test
    void aRenewalTakesThePlaceOfWhatHoldsWithItsApprovalBeItsEndSoonerOrLater() {
        desk.ask("ada", "a-1", "id");
        desk.done("cem", desk.approval("a-1"));
        desk.done("ada", new Action.Renew("a-1", until(FIVE)));
        desk.now = FIVE;
        assertThat(desk.live()).as("nobody approved it").containsExactly("a-1");
        desk.done("ada", new Action.Edit("a-1", until(FIVE.plusSeconds(60))));
        desk.done("cem", desk.approval("a-1"));
        assertThat(desk.live()).containsExactly("a-1");

        desk.pass(Duration.ofSeconds(60));
        assertThat(desk.live()).as("what was renewed does not hold on").isEmpty();

        desk.done("ada", new Action.Renew("a-1", until(desk.now.plusSeconds(60))));
        assertThat(desk.live()).isEmpty();
        desk.done("cem", desk.approval("a-1"));
        assertThat(desk.live()).containsExactly("a-1");
    }

    @Test
    void aFileHasItsLastDayAndTheInstantBesideIt() throws Exception {
        approved(FIVE);
        GovernanceImage image = desk.agreements.image();
        AgreementDocument document =
                AgreementDocument.of(image, image.agreement("a-1").orElseThrow(), desk.now);
        String yaml = document.yaml();

        assertThat(yaml).contains("  endDate: \"2026-11-26\"\n", "  until: \"2026-11-26T17:00:00Z\"\n");
        assertThat(AgreementDocument.parse(Path.of("a.yaml"), yaml)).isEqualTo(document);
        Map.of(
                        "T17:00:00Z",
                        "T17:00:01Z",
                        "2026-11-26T17:00:00Z",
                        "2026-11-27T17:00:00Z",
                        "  until: \"2026-11-26T17:00:00Z\"\n",
                        "")
                .forEach(
                        (written, edited) -> assertThatThrownBy(
                                        () -> AgreementDocument.parse(Path.of("a.yaml"), yaml.replace(written, edited)))
                                .as(edited)
                                .isInstanceOf(InvalidContractsException.class)
                                .hasMessageMatching(
                                        "(?s).*(the file was edited|"
                                                + "'custom.until' must lie within 'info.endDate', 2026-11-26, but was 2026-11-27T17:00:00Z)"));
    }
}
