package io.fedmesh.lake.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.lake.Watermark;
import io.fedmesh.wire.Version;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What every snapshot of ours says about its source, as text in the snapshot's summary. */
final class Summary {
    static final String OFFSETS = "mesh.offsets";
    static final String COMMIT_ID = "mesh.commit-id";
    static final String EPOCH = "mesh.epoch";
    static final String COUNTS = "mesh.counts";
    static final String WATERMARKS = "mesh.watermarks";

    private static final ObjectMapper JSON = new ObjectMapper();

    private Summary() {}

    static String write(Map<?, Long> numbers) {
        return json(numbers);
    }

    /** Partition to the version's digits, {@code @} and microseconds of the epoch. */
    static String writeWatermarks(Map<Integer, Watermark> watermarks) {
        Map<Integer, String> texts = new HashMap<>();
        watermarks.forEach((partition, watermark) -> texts.put(
                partition,
                watermark.version().hex() + "@" + ChronoUnit.MICROS.between(Instant.EPOCH, watermark.time())));
        return json(texts);
    }

    /** Partition to next offset; empty when the text is null. */
    static Map<Integer, Long> offsets(@Nullable String text) {
        return text == null ? Map.of() : Map.copyOf(read(text, new TypeReference<Map<Integer, Long>>() {}));
    }

    /** Name to count; empty when the text is null. */
    static Map<String, Long> counts(@Nullable String text) {
        return text == null ? Map.of() : Map.copyOf(read(text, new TypeReference<Map<String, Long>>() {}));
    }

    /** Partition to watermark; empty when the text is null. */
    static Map<Integer, Watermark> watermarks(@Nullable String text) {
        if (text == null) {
            return Map.of();
        }
        Map<Integer, Watermark> watermarks = new HashMap<>();
        read(text, new TypeReference<Map<Integer, String>>() {})
                .forEach((partition, mark) -> watermarks.put(partition, watermark(mark)));
        return Map.copyOf(watermarks);
    }

    private static Watermark watermark(String text) {
        try {
            return new Watermark(
                    Version.parse(text.substring(0, Version.HEX_LENGTH)),
                    Instant.EPOCH.plus(Long.parseLong(text.substring(Version.HEX_LENGTH + 1)), ChronoUnit.MICROS));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new TableRefusedException("[snapshot summary] a watermark must be a version, '@' and a time", e);
        }
    }

    private static String json(Map<?, ?> map) {
        try {
            return JSON.writeValueAsString(new TreeMap<>(map));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of numbers or texts can be written as JSON", e);
        }
    }

    private static <T> T read(String text, TypeReference<T> type) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new TableRefusedException("[snapshot summary] must hold a JSON map of numbers but did not", e);
        }
    }
}
