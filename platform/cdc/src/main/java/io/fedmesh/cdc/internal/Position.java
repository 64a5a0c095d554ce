package io.fedmesh.cdc.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fedmesh.wire.Version;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How far a source was published: stored with the events that it stands for, in one Kafka transaction.
 *
 * @param systemId PostgreSQL's system identifier, unsigned decimal digits
 * @param timeline PostgreSQL's timeline, 1 or more
 * @param snapshotComplete false from before the slot is made until the snapshot's last row is published
 * @param commitLsn end of the last transaction whose changes are all published; 0 before the first snapshot is complete
 * @param lastVersion the last version published, null before the first; changes up to it are not published again
 * @param sequence number of the commit, from 1
 * @param writer the instance that stored it; with the number, it tells two commits apart: another instance that went on
 *     from the same position may have stored the same
 * @param products the products captured, sorted
 */
public record Position(
        String systemId,
        int timeline,
        boolean snapshotComplete,
        long commitLsn,
        @Nullable Version lastVersion,
        long sequence,
        String writer,
        List<String> products) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FORMAT = 1;

    public Position {
        products = List.copyOf(new TreeSet<>(products));
    }

    /** The JSON value of the position's record, UTF-8. {@code offset} is what Debezium resumes from. */
    public byte[] toJson(String source) {
        ObjectNode json = JSON.createObjectNode()
                .put("format", FORMAT)
                .put("source", source)
                .put("systemId", systemId)
                .put("timeline", timeline)
                .put("snapshotComplete", snapshotComplete)
                .put("commitLsn", commitLsn)
                .put("lastVersion", lastVersion == null ? null : lastVersion.hex())
                .put("sequence", sequence)
                .put("writer", writer);
        products.forEach(json.putArray("products")::add);
        json.putObject("offset").put("lsn", commitLsn).put("lsn_commit", commitLsn);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads {@link #toJson}; refuses anything else with {@link IllegalArgumentException}. */
    public static Position ofJson(byte[] bytes) {
        try {
            JsonNode json = JSON.readTree(bytes);
            if (json.path("format").asInt() != FORMAT) {
                throw new IllegalArgumentException(
                        "a position's 'format' must be " + FORMAT + " but was " + json.path("format"));
            }
            String version = json.path("lastVersion").textValue();
            TreeSet<String> products = new TreeSet<>();
            json.required("products").forEach(p -> products.add(p.asText()));
            return new Position(
                    json.required("systemId").asText(),
                    json.required("timeline").asInt(),
                    json.required("snapshotComplete").asBoolean(),
                    json.required("commitLsn").longValue(),
                    version == null ? null : Version.parse(version),
                    json.required("sequence").longValue(),
                    json.path("writer").asText(),
                    List.copyOf(products));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a position must be JSON", e);
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException("a position must be readable", e);
        }
    }
}
