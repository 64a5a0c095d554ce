package io.fedmesh.contract.internal;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.TopicName;
import io.fedmesh.contract.internal.ContractReader.Located;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A contract file after its own checks; a null is a part that was wrong and is reported.
 *
 * @param custom our own facts by name, each reported where its form is wrong
 */
record ContractDraft(
        ProductName name,
        Mapping file,
        FileReport report,
        @Nullable Scalar version,
        @Nullable Scalar status,
        @Nullable Scalar purpose,
        @Nullable String owner,
        @Nullable Located<TopicName> topic,
        Map<String, Node> custom,
        Contract.@Nullable Sla sla) {

    /** The texts of a custom property that is a list of texts; empty where it is absent or something else. */
    List<Located<String>> texts(String property) {
        List<Located<String>> texts = new ArrayList<>();
        if (custom.get(property) instanceof Sequence list) {
            for (Node item : list.items()) {
                if (item instanceof Scalar scalar) {
                    texts.add(new Located<>(scalar.text(), scalar.line()));
                }
            }
        }
        return texts;
    }

    @Nullable
    Scalar scalar(String property) {
        return custom.get(property) instanceof Scalar scalar ? scalar : null;
    }

    @Nullable
    Mapping map(String property) {
        return custom.get(property) instanceof Mapping mapping ? mapping : null;
    }

    /** The text of a key of a custom property that is a map. */
    @Nullable
    Scalar scalar(String property, String key) {
        Mapping map = map(property);
        return map != null && map.at(key) instanceof Scalar scalar ? scalar : null;
    }

    /** Line of a custom property, or of their list. */
    int lineOf(String property) {
        Node node = custom.get(property);
        return node == null ? file.lineOf("customProperties") : node.line();
    }

    /** Classification of the fields that have none of their own, if the contract says so. */
    @Nullable
    Classification defaultClassification() {
        return classification(scalar("classification"));
    }

    /** The classification that a text names; null where it names none. */
    static @Nullable Classification classification(@Nullable Node node) {
        return node instanceof Scalar text && Rules.CLASSIFICATION.fits(text)
                ? Classification.valueOf(text.text().toUpperCase(Locale.ROOT))
                : null;
    }

    /** The contract; only after a run of all checks that found nothing. */
    Contract contract(SchemaReader.Draft schema, @Nullable String reconcileSql) {
        Map<String, Contract.Field> fields = new LinkedHashMap<>();
        schema.fields().forEach((field, facts) -> {
            Classification own = facts.classification();
            fields.put(
                    field,
                    new Contract.Field(
                            own != null ? own : must(defaultClassification()),
                            Set.copyOf(facts.tags()),
                            facts.protection()));
        });
        return new Contract(
                name,
                must(version).text(),
                must(status).text(),
                must(purpose).text(),
                must(owner),
                must(scalar("costCentre")).text(),
                must(topic).value(),
                schema.schema(),
                texts("key").stream().map(Located::value).toList(),
                Collections.unmodifiableMap(fields),
                origin(reconcileSql),
                must(sla),
                new Contract.Retention(period("history"), period("tombstones")),
                must(scalar("partitions")).number().intValueExact(),
                LayoutRules.layout(this),
                upkeep(),
                QualityRules.quality(this, schema),
                erasureSubject(),
                DisclosureRules.disclosure(this, schema, fields),
                LifetimeRules.lifetime(this),
                report.file());
    }

    private @Nullable String erasureSubject() {
        Scalar subject = scalar("erasureSubject");
        return subject == null ? null : subject.text();
    }

    /** What the contract says of upkeep; the usual for what it does not say. */
    private Contract.Upkeep upkeep() {
        Contract.Upkeep usual = Contract.Upkeep.DEFAULT;
        Scalar target = scalar("upkeep", "targetFileBytes");
        Scalar files = scalar("upkeep", "minInputFiles");
        Scalar snapshots = scalar("upkeep", "snapshotRetention");
        Scalar orphans = scalar("upkeep", "orphanAge");
        Mapping map = map("upkeep");
        Set<String> holds = new LinkedHashSet<>();
        if (map != null && map.at("holds") instanceof Sequence list) {
            list.items().forEach(item -> holds.add(((Scalar) item).text()));
        }
        return new Contract.Upkeep(
                target == null ? usual.targetFileBytes() : target.number().longValueExact(),
                files == null ? usual.minInputFiles() : files.number().intValueExact(),
                snapshots == null ? usual.snapshotRetention() : Duration.parse(snapshots.text()),
                orphans == null ? usual.orphanAge() : Duration.parse(orphans.text()),
                holds);
    }

    private Contract.Origin origin(@Nullable String reconcileSql) {
        Mapping source = map("source");
        if (source == null) {
            return new Contract.Derived(
                    must(scalar("topology")).text(),
                    texts("inputs").stream()
                            .map(input -> ProductName.parse(input.value()))
                            .toList(),
                    reconcileSql,
                    Inheritance.derivedFrom(this),
                    Inheritance.declassifications(this));
        }
        Map<String, String> columns = new LinkedHashMap<>();
        ((Mapping) must(source.at("columns")))
                .entries()
                .forEach((field, entry) -> columns.put(field, ((Scalar) entry.value()).text()));
        return new Contract.Captured(
                must(scalar("source", "name")).text(),
                must(scalar("source", "table")).text(),
                Collections.unmodifiableMap(columns));
    }

    private Duration period(String key) {
        return Duration.parse(must(scalar("retention", key)).text());
    }

    private static <T> T must(@Nullable T part) {
        return Objects.requireNonNull(part, "a part of a contract that passed every check");
    }
}
