package io.fedmesh.govern.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.InvalidContractsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Agreements as files of the Data Usage Agreement Specification. */
class AgreementDocumentTest {
    private static final Path FILE = Path.of("agreements", "a-1.yaml");

    private static final String ASKING = """
            dataUsageAgreementSpecification: 0.0.1
            id: a-1
            info:
              purpose: to plan berths
              status: requested
              startDate: 2026-11-26
              endDate: 2026-12-26
            provider:
              teamId: yard
              dataProductId: crate
              outputPortId: yard.public.crate.state.v1
            consumer:
              userId: u-ada
            custom:
              fields: [id]
            """;

    private final Desk desk = new Desk();

    @Test
    void aFileThatAsksBecomesARequest() throws Exception {
        assertThat(AgreementDocument.parse(FILE, ASKING).ask(People.directory()))
                .isEqualTo(new Action.Ask("a-1", People.CRATE, new Consumer.User("u-ada"), People.terms("id")));
    }

    @Test
    void everyStateIsReadAsItWasWritten() throws Exception {
        desk.askVault("ada", "a-1");
        same("a-1", "requested", "requested", false);
        desk.done("cem", desk.approval("a-1"));
        desk.done("dan", desk.approval("a-1"));
        same("a-1", "approved", "approved", true);
        desk.done("bea", new Action.Revoke("a-1", "no more"));
        same("a-1", "approved", "revoked", false);
        desk.done("eva", new Action.Ask("a-2", People.CRATE, new Consumer.Team("harbour"), People.terms("id")));
        desk.done("cem", new Action.Deny("a-2", desk.hash("a-2"), "no"));
        same("a-2", "rejected", "denied", false);
        desk.done(
                "ove",
                new Action.BreakGlass(
                        "g-1", People.VAULT, "a \\ \"leak\": #1", desk.now.plus(Duration.ofHours(1)), Set.of("id")));
        same("g-1", "approved", "broken_glass", true);
        desk.pass(Duration.ofHours(1));
        same("g-1", "approved", "over", false);
    }

    private void same(String id, String status, String state, boolean active) throws Exception {
        GovernanceImage image = desk.agreements.image();
        AgreementDocument document =
                AgreementDocument.of(image, image.agreement(id).orElseThrow(), desk.now);
        String yaml = document.yaml();
        assertThat(AgreementDocument.parse(FILE, yaml)).isEqualTo(document);
        // Another reader sees the specification's words.
        Map<String, Map<String, Object>> other = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        assertThat(other.get("info")).containsEntry("status", status).containsEntry("active", active);
        assertThat(other.get("custom")).containsEntry("state", state);
        assertThat(other)
                .containsOnlyKeys("dataUsageAgreementSpecification", "id", "info", "provider", "consumer", "custom");
    }

    @Test
    void aRenewalThatIsAskedForHasADocumentOfItsOwn() throws Exception {
        desk.ask("ada", "a-1", "id");
        desk.done("cem", desk.approval("a-1"));
        desk.done("ada", new Action.Renew("a-1", People.terms("label")));
        GovernanceImage image = desk.agreements.image();

        AgreementDocument open = Objects.requireNonNull(
                AgreementDocument.ofOpen(image, image.agreement("a-1").orElseThrow()));

        assertThat(open.status()).isEqualTo(AgreementDocument.Status.REQUESTED);
        assertThat(open.terms().fields()).containsExactly("label");
        assertThat(open.requestHash()).isEqualTo(desk.hash("a-1"));
    }

    @Test
    void anEditedFileNoLongerHasItsHash() {
        desk.ask("ada", "a-1", "id");
        GovernanceImage image = desk.agreements.image();
        String yaml = AgreementDocument.of(image, image.agreement("a-1").orElseThrow(), desk.now)
                .yaml();

        assertThat(refusal(yaml.replace("2026-12-26", "2027-01-26"))).endsWith("the file was edited");
    }

    @Test
    void eachMistakeIsNamed() {
        Map<String, List<String>> mistakes = Map.of(
                "'info.status' must be one of [requested, approved, rejected] but was 'granted'",
                List.of("status: requested", "status: granted"),
                "'info.endDate' must be given but was absent",
                List.of("  endDate: 2026-12-26\n", ""),
                "'info.endDate' must be a date such as 2026-11-26 but was '2026-02-30'",
                List.of("2026-12-26", "2026-02-30"),
                "'end' must not be before 2026-11-26 but was '2026-11-25'",
                List.of("2026-12-26", "2026-11-25"),
                "'consumer' must have 'userId' or 'teamId' but had both or none",
                List.of("  userId: u-ada", "  userId: u-ada\n  teamId: harbour"),
                "'info.owner' must not be given, there is no such key, but was",
                List.of("  status:", "  owner: x\n  status:"),
                "'dataUsageAgreementSpecification' must be 0.0.1 but was '0.0.2'",
                List.of("0.0.1", "0.0.2"),
                "'fields' must name 1 to 500 but were 0",
                List.of("fields: [id]", "fields: []"),
                "'custom.fields' must list each once but held 'id' again",
                List.of("fields: [id]", "fields: [id, id]"),
                "'purpose' must be one line of printable characters but was not",
                List.of("purpose: to plan berths", "purpose: \"to\\nplan\""));
        mistakes.forEach((message, edit) -> assertThat(refusal(ASKING.replace(edit.get(0), edit.get(1))))
                .isEqualTo("[agreements/a-1.yaml:1] agreement: " + message));
    }

    private static String refusal(String yaml) {
        try {
            AgreementDocument.parse(FILE, yaml);
            return "none";
        } catch (InvalidContractsException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void aFileOfWhatIsDecidedDoesNotAsk() throws Exception {
        AgreementDocument approved =
                AgreementDocument.parse(FILE, ASKING.replace("status: requested", "status: approved"));

        assertThatThrownBy(() -> approved.ask(People.directory()))
                .hasMessage("'info.status' of what asks must be requested but was approved");
    }

    @Test
    void aFileForAnotherTopicDoesNotAsk() throws Exception {
        AgreementDocument other = AgreementDocument.parse(FILE, ASKING.replace("state.v1", "state.v2"));

        assertThatThrownBy(() -> other.ask(People.directory()))
                .hasMessage(
                        "'provider.outputPortId' must be the topic of yard.crate, yard.public.crate.state.v1, but was"
                                + " 'yard.public.crate.state.v2'");
    }
}
