package io.fedmesh.contract.internal;

import static io.fedmesh.contract.internal.Shape.integerWithin;
import static io.fedmesh.contract.internal.Shape.list;
import static io.fedmesh.contract.internal.Shape.notBlank;
import static io.fedmesh.contract.internal.Shape.object;
import static io.fedmesh.contract.internal.Shape.oneOf;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Layout;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import io.fedmesh.contract.internal.Shape.Uniqueness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** {@code partitioning} and {@code sortOrder}: their form, what they must agree with in the schema, and what they mean. */
final class LayoutRules {
    private static final int MAX_FIELDS = 4;
    private static final int MAX_WIDTH = 10_000;

    static final Shape PARTITIONING = list(
            object().must("field", notBlank())
                    .must(
                            "transform",
                            oneOf(Arrays.stream(Layout.Transform.values())
                                    .map(Layout.Transform::toString)
                                    .toList()))
                    .may("width", integerWithin(1, MAX_WIDTH)),
            1,
            MAX_FIELDS,
            Uniqueness.DISTINCT);

    static final Shape SORT_ORDER = list(
            object().must("field", notBlank()).may("direction", oneOf("asc", "desc")),
            1,
            MAX_FIELDS,
            Uniqueness.DISTINCT);

    private static final String PARTITIONING_NAME = "partitioning";
    private static final String SORT_ORDER_NAME = "sortOrder";

    private LayoutRules() {}

    /** Reports what does not agree with the schema. */
    static void check(ContractDraft contract, SchemaReader.Draft schema) {
        Set<String> fields = new HashSet<>();
        for (Mapping partition : items(contract, PARTITIONING_NAME)) {
            Layout.Transform transform = transform(partition);
            Schema type = field(contract, schema, PARTITIONING_NAME, partition, fields);
            if (transform == null) {
                continue;
            }
            if (transform.hasWidth() != (partition.at("width") != null)) {
                contract.report()
                        .add(
                                partition.line(),
                                PARTITIONING_NAME,
                                "'customProperties.partitioning' must have a 'width' exactly where 'transform' is bucket"
                                        + " or truncate but 'transform' was '" + transform + "'");
            }
            if (type != null && !allowed(type).contains(transform)) {
                contract.report()
                        .must(
                                java.util.Objects.requireNonNull(partition.at("transform")),
                                PARTITIONING_NAME,
                                "customProperties.partitioning.transform",
                                "be one of " + allowed(type) + " for a field of type " + name(type));
            }
        }
        Set<String> sorted = new HashSet<>();
        for (Mapping sort : items(contract, SORT_ORDER_NAME)) {
            Schema type = field(contract, schema, SORT_ORDER_NAME, sort, sorted);
            if (type != null && allowed(type).isEmpty()) {
                contract.report()
                        .must(
                                java.util.Objects.requireNonNull(sort.at("field")),
                                SORT_ORDER_NAME,
                                "customProperties.sortOrder.field",
                                "name a field of an ordered type, not " + name(type) + ",");
            }
        }
    }

    /** Only after {@link #check} found nothing. */
    static Layout layout(ContractDraft contract) {
        List<Layout.Partition> partitioning = new ArrayList<>();
        for (Mapping item : items(contract, PARTITIONING_NAME)) {
            Layout.Transform transform = java.util.Objects.requireNonNull(transform(item));
            int width =
                    item.at("width") instanceof Scalar given ? given.number().intValueExact() : 0;
            partitioning.add(new Layout.Partition(text(item, "field"), transform, width));
        }
        List<Layout.Sort> sortOrder = new ArrayList<>();
        for (Mapping item : items(contract, SORT_ORDER_NAME)) {
            boolean isDescending =
                    item.at("direction") instanceof Scalar given && given.text().equals("desc");
            sortOrder.add(
                    new Layout.Sort(text(item, "field"), isDescending ? Layout.Direction.DESC : Layout.Direction.ASC));
        }
        return new Layout(partitioning, sortOrder);
    }

    /** The type of the field that is named; null where there is none, and the report says so. */
    private static @Nullable Schema field(
            ContractDraft contract, SchemaReader.Draft schema, String property, Mapping item, Set<String> seen) {
        if (!(item.at("field") instanceof Scalar named)) {
            return null;
        }
        String path = "customProperties." + property + ".field";
        Schema.Field field = schema.schema().getField(named.text());
        if (field == null) {
            contract.report()
                    .must(
                            named,
                            property,
                            path,
                            "name a field of " + schema.report().file());
            return null;
        }
        if (!seen.add(named.text())) {
            contract.report().must(named, property, path, "name a field once");
        }
        SchemaReader.Field facts = schema.fields().get(named.text());
        Classification own = facts == null ? null : facts.classification();
        Classification actual = own != null ? own : contract.defaultClassification();
        boolean isTagged = facts != null && !facts.tags().isEmpty();
        if (isTagged || (actual != null && actual.compareTo(Classification.CONFIDENTIAL) >= 0)) {
            contract.report()
                    .must(
                            named,
                            property,
                            path,
                            "name a field that is not tagged and below confidential, for file names and bounds tell its"
                                    + " values,");
        }
        if (facts != null && facts.protection() == Contract.Protection.TOKENISE) {
            contract.report()
                    .must(
                            named,
                            property,
                            path,
                            "name a field that is not tokenised, for tables hold only its tokens,");
        }
        return field.schema().isUnion() ? field.schema().getTypes().get(1) : field.schema();
    }

    /** The transforms that a type allows; none for a type without an order. */
    private static Set<Layout.Transform> allowed(Schema type) {
        LogicalType logical = type.getLogicalType();
        if (logical != null) {
            return switch (logical.getName()) {
                case "date" ->
                    EnumSet.of(
                            Layout.Transform.IDENTITY,
                            Layout.Transform.YEAR,
                            Layout.Transform.MONTH,
                            Layout.Transform.DAY,
                            Layout.Transform.BUCKET);
                case "decimal" ->
                    EnumSet.of(Layout.Transform.IDENTITY, Layout.Transform.BUCKET, Layout.Transform.TRUNCATE);
                default ->
                    EnumSet.of(
                            Layout.Transform.YEAR,
                            Layout.Transform.MONTH,
                            Layout.Transform.DAY,
                            Layout.Transform.HOUR,
                            Layout.Transform.BUCKET);
            };
        }
        return switch (type.getType()) {
            case STRING, ENUM, INT, LONG ->
                EnumSet.of(Layout.Transform.IDENTITY, Layout.Transform.BUCKET, Layout.Transform.TRUNCATE);
            case BOOLEAN -> EnumSet.of(Layout.Transform.IDENTITY);
            case FLOAT, DOUBLE, BYTES, FIXED, RECORD, ARRAY, MAP, UNION, NULL -> Set.of();
        };
    }

    private static String name(Schema type) {
        return type.getLogicalType() == null
                ? type.getType().getName()
                : type.getLogicalType().getName();
    }

    private static Layout.@Nullable Transform transform(Mapping item) {
        if (item.at("transform") instanceof Scalar named) {
            for (Layout.Transform transform : Layout.Transform.values()) {
                if (transform.toString().equals(named.text().toLowerCase(Locale.ROOT))) {
                    return transform;
                }
            }
        }
        return null;
    }

    private static List<Mapping> items(ContractDraft contract, String property) {
        return contract.custom().get(property) instanceof Sequence list
                ? list.items().stream()
                        .filter(Mapping.class::isInstance)
                        .map(Mapping.class::cast)
                        .toList()
                : List.of();
    }

    private static String text(Mapping item, String key) {
        return ((Scalar) java.util.Objects.requireNonNull(item.at(key))).text();
    }
}
