package io.fedmesh.contract;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A product's contract after every check: what {@link Contracts#load} read from {@code domains/} and {@code schemas/}.
 * Immutable and thread-safe.
 *
 * @param name the product
 * @param version the contract's own version, {@code major.minor.patch}
 * @param status ODCS status, for example {@code active}
 * @param description what the product is, for people
 * @param owner who answers for it
 * @param costCentre who pays for it
 * @param topic where its events are published; its kind is STATE or DERIVED
 * @param schema the Avro record of one entity
 * @param keyFields the fields of the schema whose texts form the key, in order; not empty
 * @param fields per field of the schema, in the schema's order: classification and tags
 * @param origin where the data comes from
 * @param sla what the owner promises
 * @param retention how long history is kept
 * @param partitions number of partitions of the topic, 1 or more
 * @param file the contract's file, relative to the repository's root
 */
public record Contract(
        ProductName name,
        String version,
        String status,
        String description,
        String owner,
        String costCentre,
        TopicName topic,
        Schema schema,
        List<String> keyFields,
        Map<String, Field> fields,
        Origin origin,
        Sla sla,
        Retention retention,
        int partitions,
        Path file) {

    /** A field's protection: its classification and its tags, for example {@code PII}. */
    public record Field(Classification classification, Set<String> tags) {}

    /** Where a product's data comes from. */
    public sealed interface Origin permits Captured, Derived {}

    /**
     * A state product: rows of one table.
     *
     * @param source name of the source, a file in {@code domains/<domain>/sources}
     * @param table {@code schema.table} in the source database
     * @param columns per field of the Avro schema, the column that fills it; every field is named
     */
    public record Captured(String source, String table, Map<String, String> columns) implements Origin {}

    /**
     * A derived product: what a topology computes.
     *
     * @param topology name of the topology, the second part of its application.id
     * @param inputs the products it reads, of any domain
     * @param reconcileSql SQL over the source database whose rows are the product's rows, columns named as the fields;
     *     null when the contract names none: such a product cannot be reconciled
     */
    public record Derived(
            String topology,
            List<ProductName> inputs,
            @Nullable String reconcileSql) implements Origin {}

    /** What the owner promises: source commit to table within {@code freshness}; availability in percent. */
    public record Sla(Duration freshness, double availabilityPercent) {}

    /** How long {@code _history} and tombstones on the topic are kept. */
    public record Retention(Duration history, Duration tombstones) {}

    /** The highest classification of any field. */
    public Classification classification() {
        return fields.values().stream()
                .map(Field::classification)
                .max(java.util.Comparator.naturalOrder())
                .orElseThrow();
    }
}
