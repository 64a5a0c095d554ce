package io.fedmesh.wire.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.avro.Schema;

/** Avro's code generator adds {@code avro.java.string} to the schema of a class; it says nothing about the data. */
public final class JavaStrings {
    private static final String PROPERTY = "avro.java.string";
    private static final ObjectMapper JSON = new ObjectMapper();

    private JavaStrings() {}

    /** The schema without the property, as the contract wrote it. */
    public static Schema without(Schema schema) {
        String text = schema.toString();
        if (!text.contains(PROPERTY)) {
            return schema;
        }
        try {
            return new Schema.Parser().parse(JSON.writeValueAsString(cleaned(JSON.readTree(text))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a schema's own text must be JSON", e);
        }
    }

    private static JsonNode cleaned(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(PROPERTY);
            if (object.size() == 1 && object.path("type").isTextual()) {
                return object.get("type"); // {"type": "string"} and "string" are one schema, but not one text
            }
            object.properties().forEach(entry -> entry.setValue(cleaned(entry.getValue())));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                ((com.fasterxml.jackson.databind.node.ArrayNode) node).set(i, cleaned(node.get(i)));
            }
        }
        return node;
    }
}
