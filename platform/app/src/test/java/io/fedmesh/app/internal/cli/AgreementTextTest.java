package io.fedmesh.app.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.access.ResultFormat;
import io.fedmesh.app.internal.process.RecordInMemory;
import io.fedmesh.govern.agreement.Action;
import io.fedmesh.govern.agreement.Agreement;
import io.fedmesh.govern.agreement.GovernanceImage;
import io.fedmesh.govern.agreement.Terms;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AgreementTextTest {
    private final RecordInMemory record = new RecordInMemory();

    @Test
    void aRequestIsShownWithAllThatItsHashStandsFor() {
        record.ask("a-1", RecordInMemory.VAULT, RecordInMemory.TODAY, RecordInMemory.TODAY.plusDays(9), "secret");
        record.approve("cem", "a-1");
        GovernanceImage image = record.agreements.image();
        Agreement agreement = image.agreement("a-1").orElseThrow();
        Agreement.Request request = Objects.requireNonNull(agreement.open());

        assertThat(AgreementText.request(image, agreement, request))
                .containsExactly(
                        "request   a-1",
                        "product   yard.vault",
                        "consumer  user u-ada",
                        "purpose   to plan berths",
                        "days      2026-11-26 to 2026-12-05, both included, UTC",
                        "fields    secret (confidential)",
                        "asked by  u-ada at 2026-11-26T08:00:00Z",
                        "approved  1 of 2 u-cem at 2026-11-26T08:00:00Z",
                        "hash      " + request.hash());
    }

    @Test
    void aLiveAgreementSaysThatItsTopicIsOpen() {
        record.live("a-1", 30);

        assertThat(table("a-1")).contains("state     approved, live, topic open\n", "principal mesh.user.u-ada");
        record.now = record.now.plusSeconds(31 * 86_400L);
        assertThat(table("a-1")).contains("state     over, not live\n");
    }

    @Test
    void anAgreementAboutSomeFieldsSaysThatItsTopicIsClosed() {
        record.ask("a-1", RecordInMemory.CRATE, RecordInMemory.TODAY, RecordInMemory.TODAY, "id");
        record.approve("cem", "a-1");

        assertThat(table("a-1")).contains("state     approved, live, topic closed\n");
    }

    @Test
    void aRenewalThatIsNotDecidedIsShownBelowWhatHolds() {
        record.live("a-1", 30);
        record.submit(
                "ada",
                new Action.Renew(
                        "a-1",
                        new Terms(
                                "to plan more",
                                RecordInMemory.TODAY,
                                RecordInMemory.TODAY.plusDays(60),
                                Set.of("id", "label"))));

        String text = table("a-1");

        assertThat(text).contains("purpose   to plan berths\n", "\nrenewal   a-1\n", "purpose   to plan more\n");
        assertThat(printed("a-1", ResultFormat.JSON))
                .contains(
                        "\"state\":\"approved\"",
                        "\"undecided\":{\"purpose\":\"to plan more\"",
                        "\"approvalsNeeded\":1");
    }

    @Test
    void anEndWithinADayIsShownToTheSecond() {
        Instant until = Instant.parse("2026-12-26T17:00:00Z");
        record.ask(
                "a-1",
                RecordInMemory.CRATE,
                new Terms("to plan berths", RecordInMemory.TODAY, until, Set.of("id", "label")));
        assertThat(table("a-1")).contains("days      2026-11-26 until 2026-12-26T17:00:00Z\n");
        assertThat(printed("a-1", ResultFormat.JSON))
                .as("as a document says it, what is asked and what holds")
                .containsSubsequence(
                        "\"end\":\"2026-12-26\"",
                        "\"until\":\"2026-12-26T17:00:00Z\"",
                        "\"undecided\":{",
                        "\"until\":\"2026-12-26T17:00:00Z\"");
        record.approve("cem", "a-1");
        assertThat(printed("a-1", ResultFormat.CSV)).contains(",approved,true,2026-11-26,2026-12-26T17:00:00Z,");

        record.now = until;

        assertThat(table("a-1")).contains("state     over, not live\n");
    }

    @Test
    void whoEndedAnAgreementAndWhyIsShown() {
        record.live("a-1", 30);
        record.submit("dan", new Action.Revoke("a-1", "no more"));

        assertThat(table("a-1")).contains("closed    revoked by u-dan at 2026-11-26T08:00:00Z: no more\n");
        assertThat(printed("a-1", ResultFormat.JSON))
                .contains("\"live\":false", "\"because\":\"no more\"", "\"undecided\":null");
    }

    @Test
    void brokenGlassIsShownUntilItsInstantAndWithItsReview() {
        record.submit(
                "ove",
                new Action.BreakGlass(
                        "g-1", RecordInMemory.CRATE, "a leak", record.now.plusSeconds(60), Set.of("id", "label")));
        assertThat(table("g-1"))
                .contains(
                        "state     broken-glass, live, topic open\n",
                        "until 2026-11-26T08:01:00Z",
                        "review    none yet\n");

        record.submit("dan", new Action.Review("g-1", Action.Finding.MISUSE, "no leak"));

        assertThat(table("g-1"))
                .contains("review    misuse by u-dan at 2026-11-26T08:00:00Z: no leak\n", ", not live\n");
    }

    @Test
    void aListHasARowEach() {
        record.live("a-1", 30);
        record.ask("a-2", RecordInMemory.VAULT, RecordInMemory.TODAY, RecordInMemory.TODAY, "secret");
        GovernanceImage image = record.agreements.image();
        Rows rows = AgreementText.rows();
        image.agreements().forEach(a -> new AgreementText(image, a, record.now).row(rows));

        StringBuilder csv = new StringBuilder();
        rows.print(ResultFormat.CSV, csv);

        assertThat(csv.toString())
                .contains(
                        "a-1,yard.crate,user u-ada,approved,true,2026-11-26,2026-12-25,1,\"\",to plan berths",
                        "a-2,yard.vault,user u-ada,requested,false,2026-11-26,2026-11-26,0/2,request,to plan berths");
    }

    private String table(String id) {
        return printed(id, ResultFormat.TABLE);
    }

    private String printed(String id, ResultFormat format) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        GovernanceImage image = record.agreements.image();
        new AgreementText(image, image.agreement(id).orElseThrow(), record.now)
                .print(format, new Console(stream, stream, false));
        return out.toString(StandardCharsets.UTF_8);
    }
}
