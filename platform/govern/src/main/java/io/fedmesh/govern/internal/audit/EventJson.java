package io.fedmesh.govern.internal.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.fedmesh.govern.audit.AuditEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
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
            optional(json, "agreementId", event.agreementId());
            json.writeStringField("correlationId", whole(event.correlationId()));
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
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
