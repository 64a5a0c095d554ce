package io.fedmesh.govern.internal.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.audit.AuditEvent;
import io.fedmesh.govern.audit.AuditEvent.Outcome;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventJsonTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static AuditEvent event(String who, String purpose, List<String> reasons) {
        return new AuditEvent(
                "01",
                Instant.parse("2026-02-03T04:05:06Z"),
                new Principal(who),
                "product.read",
                "yard.crate",
                purpose,
                Outcome.DENIED,
                reasons,
                null,
                List.of("agreement-7"),
                "request-1");
    }

    private static Schema schema() throws Exception {
        try (InputStream in = Objects.requireNonNull(EventJson.class.getResourceAsStream("audit-event.v1.json"))) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void anEventIsACloudEventInJson() {
        assertThat(new String(
                        EventJson.bytes(event("ann", "to count", List.of("no agreement")), "/mesh/access"),
                        StandardCharsets.UTF_8))
                .isEqualTo("{\"specversion\":\"1.0\",\"id\":\"01\",\"source\":\"/mesh/access\","
                        + "\"type\":\"io.fedmesh.audit.v1\",\"subject\":\"yard.crate\",\"time\":\"2026-02-03T04:05:06Z\","
                        + "\"datacontenttype\":\"application/json\",\"dataschema\":\"urn:fedmesh:schema:audit-event:1\","
                        + "\"data\":{\"who\":\"ann\",\"action\":\"product.read\",\"resource\":\"yard.crate\","
                        + "\"purpose\":\"to count\",\"outcome\":\"denied\",\"reasons\":[\"no agreement\"],"
                        + "\"agreementIds\":[\"agreement-7\"],\"correlationId\":\"request-1\"}}");
    }

    @Test
    void whateverATextHoldsIsDataAndFitsTheSchema() throws Exception {
        Schema schema = schema();
        Random random = new Random(20_261_126L);
        List<String> bad = List.of(
                "a\r\nb: c",
                "${jndi:ldap://x/y}",
                "\u0000\u001b[2J",
                "\",\"outcome\":\"allowed",
                "\u202e\u200b\u2028",
                "\ud83d",
                "\ude00\ud83d",
                "\ud83d\ude00".repeat(700));
        for (int round = 0; round < 500; round++) {
            StringBuilder text = new StringBuilder(bad.get(round % bad.size()));
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append((char) random.nextInt(0x10000));
            }
            byte[] bytes =
                    EventJson.bytes(event("x" + text.substring(0, 1), text.toString(), List.of(text.toString())), "/t");

            for (byte b : bytes) {
                assertThat(b).as("plain ASCII alone, round %d", round).isBetween((byte) 0x20, (byte) 0x7e);
            }
            JsonNode read = JSON.readTree(bytes);
            assertThat(schema.validate(read)).as("round %d", round).isEmpty();
            assertThat(read.at("/data/outcome").textValue()).isEqualTo("denied");
            assertThat(read.at("/data").size()).isEqualTo(8);
            assertThat(EventJson.read(bytes).orElseThrow().who().name())
                    .as("round %d", round)
                    .isEqualTo(read.at("/data/who").textValue());
            if (round % bad.size() < 5 && text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
                assertThat(read.at("/data/purpose").textValue()).isEqualTo(text.toString());
            }
        }
    }

    @Test
    void whatIsReadIsWhatWasWrittenAndAnythingElseIsNoEvent() {
        AuditEvent event = new AuditEvent(
                "01",
                Instant.parse("2026-02-03T04:05:06.000000789Z"),
                new Principal("ann"),
                "agreement.approve",
                "yard.crate",
                "",
                Outcome.UNKNOWN,
                List.of("one", "two\r\n"),
                "policy",
                List.of("a-1", "a-2"),
                "request-1");
        String json = new String(EventJson.bytes(event, "/t"), StandardCharsets.UTF_8);

        assertThat(EventJson.read(json.getBytes(StandardCharsets.UTF_8))).contains(event);
        for (String other : List.of(
                "",
                "[]",
                "null",
                "{",
                json.replace("audit.v1", "audit.v2"),
                json.replace("\"unknown\"", "\"maybe\""),
                json.replace("\"ann\"", "7"),
                json.replace("\"ann\"", "\" \""),
                json.replace("2026-02", "2026-22"),
                json.replace("[\"one\"", "[null"))) {
            assertThat(EventJson.read(other.getBytes(StandardCharsets.UTF_8)))
                    .as(other)
                    .isEmpty();
        }
    }

    @Test
    void anEventIsBoundedHoweverMuchIsSaid() {
        String longText = "\u20ac".repeat(1_000_000);
        byte[] bytes = EventJson.bytes(event("x", longText, Collections.nCopies(10_000, longText)), "/t");

        assertThat(bytes.length).isLessThan(200_000);
        assertThat(event("x", longText, List.of()).purpose()).hasSize(1_000).endsWith("… (cut)");
    }

    @Test
    void aNameThatIsNoneIsRefusedWithoutItsText() {
        assertThatThrownBy(() -> event("s".repeat(301), "", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("[audit event] 'who' must have 1 to 300 characters that are not all blank but had 301");
        assertThatThrownBy(() -> new AuditEvent(
                        "01",
                        Instant.EPOCH,
                        new Principal("x"),
                        "Read it",
                        "r",
                        "",
                        Outcome.DONE,
                        List.of(),
                        null,
                        List.of(),
                        "c"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("[audit event] 'action' must match [a-z][a-z0-9]{0,30}([.-][a-z0-9]{1,31}){0,5} but was a"
                        + " text of 7 characters that does not");
    }
}
