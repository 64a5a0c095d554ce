package io.fedmesh.access;

import io.fedmesh.access.internal.JsonWriter;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event of a product as a reader is shown it.
 *
 * @param time when it came to the topic
 * @param key null where a part of it is hidden
 * @param headers of CloudEvents and of the mesh, those that tell nothing that is hidden
 * @param value by field, in the schema's order, values as {@link QueryResult} names them; null when the entity is gone
 */
public record ProductEvent(
        int partition,
        long offset,
        Instant time,
        @Nullable String key,
        Map<String, String> headers,
        @Nullable Map<String, @Nullable Object> value) {
    public ProductEvent {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        value = value == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(value));
    }

    /** One JSON object in one line, without a line break; exact numbers digit by digit, times as ISO-8601, bytes as Base64. */
    public String json() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("partition", partition);
        all.put("offset", offset);
        all.put("time", time);
        all.put("key", key);
        all.put("headers", headers);
        all.put("value", value);
        return JsonWriter.text(all);
    }

    /** The value alone, as {@link #json()} has it; null when the entity is gone. */
    public @Nullable String valueJson() {
        return value == null ? null : JsonWriter.text(value);
    }
}
