package io.fedmesh.lake.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.lake.TableRefusedException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What every snapshot of ours says about its source, as text in the snapshot's summary. */
final class Summary {
    static final String OFFSETS = "mesh.offsets";
    static final String COMMIT_ID = "mesh.commit-id";
    static final String EPOCH = "mesh.epoch";
    static final String COUNTS = "mesh.counts";

    private static final ObjectMapper JSON = new ObjectMapper();

    private Summary() {}

    static String write(Map<?, Long> numbers) {
        try {
            return JSON.writeValueAsString(new TreeMap<>(numbers));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of numbers can be written as JSON", e);
        }
    }

    /** Partition to next offset; empty when the text is null. */
    static Map<Integer, Long> offsets(@Nullable String text) {
        return text == null ? Map.of() : Map.copyOf(read(text, new TypeReference<Map<Integer, Long>>() {}));
    }

    /** Name to count; empty when the text is null. */
    static Map<String, Long> counts(@Nullable String text) {
        return text == null ? Map.of() : Map.copyOf(read(text, new TypeReference<Map<String, Long>>() {}));
    }

    private static <T> T read(String text, TypeReference<T> type) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new TableRefusedException("[snapshot summary] must hold a JSON map of numbers but did not", e);
        }
    }
}
