package io.fedmesh.contract.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamReadException;
import io.fedmesh.contract.internal.Node.Entry;
import io.fedmesh.contract.internal.Node.Kind;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON with lines, bounded in depth and in the length of numbers and names; duplicate keys end the file. */
final class JsonReader {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(YamlReader.MAX_NESTING)
                    .maxNumberLength(40)
                    .maxNameLength(200)
                    .build())
            .build();

    private JsonReader() {}

    /** The one map that the text holds. */
    static Mapping parse(String text) throws Unreadable {
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new Unreadable(1, "json", "the file must hold a map but was empty");
            }
            Node top = node(parser);
            if (parser.nextToken() != null) {
                throw new Unreadable(line(parser), "json", "the file must hold one map but held more");
            }
            if (top instanceof Mapping mapping) {
                return mapping;
            }
            throw new Unreadable(top.line(), "json", "the file must hold a map but was " + top.shown());
        } catch (StreamReadException e) {
            throw new Unreadable(
                    Math.max(1, e.getLocation() == null ? 1 : e.getLocation().getLineNr()),
                    "json",
                    "the file must be JSON but: " + Scalar.sentence(e.getOriginalMessage()));
        } catch (IOException e) {
            throw new Unreadable(1, "json", "the file must be JSON but was not");
        }
    }

    private static Node node(JsonParser parser) throws IOException {
        int line = line(parser);
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, Entry> entries = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                int keyLine = line(parser);
                String key = parser.currentName();
                parser.nextToken();
                entries.put(key, new Entry(keyLine, node(parser)));
            }
            return new Mapping(Collections.unmodifiableMap(entries), line);
        }
        if (token == JsonToken.START_ARRAY) {
            List<Node> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(node(parser));
            }
            return new Sequence(items, line);
        }
        Kind kind = token == JsonToken.VALUE_NUMBER_INT
                ? Kind.INTEGER
                : token == JsonToken.VALUE_NUMBER_FLOAT
                        ? Kind.NUMBER
                        : token == JsonToken.VALUE_NULL
                                ? Kind.NULL
                                : token == JsonToken.VALUE_STRING ? Kind.TEXT : Kind.BOOLEAN;
        return new Scalar(parser.getText(), kind, line);
    }

    private static int line(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }
}
