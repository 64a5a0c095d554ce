package io.fedmesh.govern.internal.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.audit.AuditEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An audit event as CloudEvents 1.0 JSON; its data is described by {@code audit-event.v1.json} beside this class. Whatever
 * is not plain ASCII is escaped, so that no text of a stranger can look like something else, wherever it is shown.
 */
final class EventJson {
    static final String CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8";
    static final String TYPE = "io.fedmesh.audit.v1";
    static final String SCHEMA = "urn:fedmesh:schema:audit-event:1";

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final ObjectMapper READER = new ObjectMapper();

    private EventJson() {}

    /**
     * Writes it.
     *
     * @param source the process that tells it, as a URI reference
     */
    static byte[] bytes(AuditEvent event, String source) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("specversion", "1.0");
            json.writeStringField("id", whole(event.id()));
            json.writeStringField("source", source);
            json.writeStringField("type", TYPE);
            json.writeStringField("subject", whole(event.resource()));
            json.writeStringField("time", event.time().toString());
            json.writeStringField("datacontenttype", "application/json");
            json.writeStringField("dataschema", SCHEMA);
            json.writeObjectFieldStart("data");
            json.writeStringField("who", whole(event.who().name()));
            json.writeStringField("action", event.action());
            json.writeStringField("resource", whole(event.resource()));
            json.writeStringField("purpose", whole(event.purpose()));
            json.writeStringField("outcome", event.outcome().name().toLowerCase(Locale.ROOT));
            json.writeArrayFieldStart("reasons");
            for (String reason : event.reasons()) {
                json.writeString(whole(reason));
            }
            json.writeEndArray();
            optional(json, "policyHash", event.policyHash());
            if (!event.agreementIds().isEmpty()) {
                json.writeArrayFieldStart("agreementIds");
                for (String agreement : event.agreementIds()) {
                    json.writeString(whole(agreement));
                }
                json.writeEndArray();
            }
            json.writeStringField("correlationId", whole(event.correlationId()));
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Reads what {@link #bytes} gave; empty where it is anything else. */
    static Optional<AuditEvent> read(byte[] value) {
        try {
            JsonNode event = READER.readTree(value);
            if (event == null || !TYPE.equals(event.path("type").textValue())) {
                return Optional.empty();
            }
            JsonNode data = event.path("data");
            return Optional.of(new AuditEvent(
                    text(event, "id"),
                    Instant.parse(text(event, "time")),
                    new Principal(text(data, "who")),
                    text(data, "action"),
                    text(data, "resource"),
                    text(data, "purpose"),
                    AuditEvent.Outcome.valueOf(text(data, "outcome").toUpperCase(Locale.ROOT)),
                    texts(data, "reasons"),
                    data.has("policyHash") ? text(data, "policyHash") : null,
                    texts(data, "agreementIds"),
                    text(data, "correlationId")));
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty(); // whoever verifies the log learns why; here it is no event
        }
    }

    private static String text(JsonNode node, String name) {
        return textOf(node.path(name), name);
    }

    private static String textOf(JsonNode value, String name) {
        if (!value.isTextual()) {
            throw new IllegalArgumentException("'" + name + "' must be text but was not");
        }
        return value.textValue();
    }

    private static List<String> texts(JsonNode node, String name) {
        List<String> texts = new ArrayList<>();
        node.path(name).forEach(value -> texts.add(textOf(value, name)));
        return texts;
    }

    private static void optional(JsonGenerator json, String name, @Nullable String text) throws IOException {
        if (text != null) {
            json.writeStringField(name, whole(text));
        }
    }

    /** The text with a replacement for each half of a character: what JSON cannot carry must not keep an event out. */
    private static String whole(String text) {
        return text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? '\uFFFD' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
