package io.fedmesh.govern.identity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** JSON of strangers: one object, no key twice at any depth, nothing behind it, all of it bounded. */
final class StrictJson {
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(10)
                            .maxNumberLength(30)
                            .maxNameLength(300)
                            .maxStringLength(20_000)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private StrictJson() {}

    /** The object; empty for anything else. What is wrong is not told: it may hold what must not be shown. */
    static Optional<Map<?, ?>> object(byte[] bytes) {
        try {
            // As text: Jackson would take the bytes for UTF-16 or UTF-32 where they look so.
            Object read = JSON.readValue(new String(bytes, StandardCharsets.UTF_8), Object.class);
            return read instanceof Map<?, ?> map ? Optional.of(map) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
