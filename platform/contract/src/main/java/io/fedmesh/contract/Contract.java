package io.fedmesh.contract;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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
 * @param fields per field of the schema, in the schema's order: how it is guarded
 * @param origin where the data comes from
 * @param sla what the owner promises
 * @param retention how long history is kept
 * @param partitions number of partitions of the topic, 1 or more
 * @param layout how the files of the product's tables are laid out
 * @param upkeep how its tables are kept
 * @param quality what must hold of its rows before they are published
 * @param erasureSubject the field whose value names the person that a row is about; null where rows are about nobody
 * @param disclosure what those who read by agreement are shown
 * @param lifetime until when it is offered, and what stands beside it
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
        Layout layout,
        Upkeep upkeep,
        Quality quality,
        @Nullable String erasureSubject,
        Disclosure disclosure,
        Lifetime lifetime,
        Path file) {

    /** Of a product without an announced end, that follows no other. */
    public Contract(
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
            Layout layout,
            Upkeep upkeep,
            Quality quality,
            @Nullable String erasureSubject,
            Disclosure disclosure,
            Path file) {
        this(
                name,
                version,
                status,
                description,
                owner,
                costCentre,
                topic,
                schema,
                keyFields,
                fields,
                origin,
                sla,
                retention,
                partitions,
                layout,
                upkeep,
                quality,
                erasureSubject,
                disclosure,
                Lifetime.OPEN,
                file);
    }

    /** Of rows about nobody, and of a contract that says nothing of what others are shown. */
    public Contract(
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
            Layout layout,
            Upkeep upkeep,
            Quality quality,
            Path file) {
        this(
                name,
                version,
                status,
                description,
                owner,
                costCentre,
                topic,
                schema,
                keyFields,
                fields,
                origin,
                sla,
                retention,
                partitions,
                layout,
                upkeep,
                quality,
                null,
                Disclosure.usual(fields),
                file);
    }

    /** The same, with {@link Layout#NONE}, {@link Upkeep#DEFAULT} and {@link Quality#NONE}. */
    public Contract(
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
        this(
                name,
                version,
                status,
                description,
                owner,
                costCentre,
                topic,
                schema,
                keyFields,
                fields,
                origin,
                sla,
                retention,
                partitions,
                Layout.NONE,
                Upkeep.DEFAULT,
                Quality.NONE,
                file);
    }

    /**
     * How a field is guarded.
     *
     * @param classification how much harm its disclosure does
     * @param tags for example {@code PII}
     * @param protection how its values stand in the tables
     */
    public record Field(Classification classification, Set<String> tags, Protection protection) {
        /** Of values that stand in the tables as they are. */
        public Field(Classification classification, Set<String> tags) {
            this(classification, tags, Protection.CLEAR);
        }
    }

    /** How the values of a field stand in the product's tables; on its topic they are clear. */
    public enum Protection {
        /** As they are. */
        CLEAR,
        /** As tokens of the domain's key: equal values of a domain have equal tokens, and none tells its value. */
        TOKENISE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

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
     * @param derivedFrom per field, the inputs' fields that its values are made of; a field that is not named may be made
     *     of every field of every input
     * @param declassifications the fields that are classified below what they are made of, each with who approved it
     */
    public record Derived(
            String topology,
            List<ProductName> inputs,
            @Nullable String reconcileSql,
            Map<String, List<InputField>> derivedFrom,
            List<Declassification> declassifications)
            implements Origin {
        public Derived {
            inputs = List.copyOf(inputs);
            derivedFrom = Map.copyOf(derivedFrom);
            declassifications = List.copyOf(declassifications);
        }

        /** Of a product that says no more of its fields than its inputs. */
        public Derived(String topology, List<ProductName> inputs, @Nullable String reconcileSql) {
            this(topology, inputs, reconcileSql, Map.of(), List.of());
        }
    }

    /** A field of an input, written {@code <domain>.<product>.<field>}. */
    public record InputField(ProductName product, String field) {
        @Override
        public String toString() {
            return product + "." + field;
        }
    }

    /**
     * Says that a field's values tell less than what they are made of.
     *
     * @param field the derived product's field
     * @param from the highest classification of what it is made of
     * @param to the field's own classification, which is lower
     * @param reason why, for people
     * @param approvedBy stable subject ids: of each domain whose fields are classified above {@code to}, a steward who does
     *     not own the derived product
     */
    public record Declassification(
            String field, Classification from, Classification to, String reason, List<String> approvedBy) {
        public Declassification {
            approvedBy = List.copyOf(approvedBy);
        }
    }

    /** What the owner promises: source commit to table within {@code freshness}; availability in percent. */
    public record Sla(Duration freshness, double availabilityPercent) {}

    /** How long {@code _history} and tombstones on the topic are kept. */
    public record Retention(Duration history, Duration tombstones) {}

    /**
     * Until when a product is offered. Two products of which one follows the other stand side by side until the older one's
     * end, and each names the other.
     *
     * @param end the last day, in UTC, of a product that is deprecated; null where none is announced
     * @param successor the product of the next major version that stands beside it; null where there is none
     * @param predecessor the product whose next major version it is; null where there is none
     */
    public record Lifetime(
            @Nullable LocalDate end,
            @Nullable ProductName successor,
            @Nullable ProductName predecessor) {
        /** No end is announced, and nothing is followed. */
        public static final Lifetime OPEN = new Lifetime(null, null, null);
    }

    /**
     * How a product's tables are kept.
     *
     * @param targetFileBytes size that data files grow to
     * @param minInputFiles files of about one size that become one; 2 or more
     * @param snapshotRetention how long a snapshot can be read after a newer one took its place
     * @param orphanAge age below which a file that nothing names stays
     * @param holds names of legal holds, each on both tables from when it is first seen until somebody releases it
     */
    public record Upkeep(
            long targetFileBytes,
            int minInputFiles,
            Duration snapshotRetention,
            Duration orphanAge,
            Set<String> holds) {
        /** 128 MiB from 8 files of a size; snapshots stay for 10 minutes and orphans for 3 days; no hold. */
        public static final Upkeep DEFAULT =
                new Upkeep(128L << 20, 8, Duration.ofMinutes(10), Duration.ofDays(3), Set.of());

        public Upkeep {
            holds = Set.copyOf(holds);
        }
    }

    /** The fields whose values stand in the tables as tokens: texts, none of them part of the key. */
    public Set<String> tokenised() {
        return fields.entrySet().stream()
                .filter(field -> field.getValue().protection() == Protection.TOKENISE)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The same product under another rule of what others are shown. */
    public Contract disclosing(Disclosure other) {
        return new Contract(
                name,
                version,
                status,
                description,
                owner,
                costCentre,
                topic,
                schema,
                keyFields,
                fields,
                origin,
                sla,
                retention,
                partitions,
                layout,
                upkeep,
                quality,
                erasureSubject,
                other,
                lifetime,
                file);
    }

    /** The highest classification of any field. */
    public Classification classification() {
        return fields.values().stream()
                .map(Field::classification)
                .max(java.util.Comparator.naturalOrder())
                .orElseThrow();
    }
}
