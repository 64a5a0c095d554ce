package io.fedmesh.contract.internal;

import static io.fedmesh.contract.internal.OdcsParts.CUSTOM;
import static io.fedmesh.contract.internal.OdcsParts.ID;
import static io.fedmesh.contract.internal.OdcsParts.LINKS;
import static io.fedmesh.contract.internal.OdcsParts.TAGS;
import static io.fedmesh.contract.internal.Shape.any;
import static io.fedmesh.contract.internal.Shape.either;
import static io.fedmesh.contract.internal.Shape.flag;
import static io.fedmesh.contract.internal.Shape.integer;
import static io.fedmesh.contract.internal.Shape.integerFrom;
import static io.fedmesh.contract.internal.Shape.later;
import static io.fedmesh.contract.internal.Shape.list;
import static io.fedmesh.contract.internal.Shape.map;
import static io.fedmesh.contract.internal.Shape.number;
import static io.fedmesh.contract.internal.Shape.numberAbove;
import static io.fedmesh.contract.internal.Shape.object;
import static io.fedmesh.contract.internal.Shape.oneOf;
import static io.fedmesh.contract.internal.Shape.text;

import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import io.fedmesh.contract.internal.Shape.Obj;
import io.fedmesh.contract.internal.Shape.Uniqueness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The part of the Open Data Contract Standard 3.1 that describes schemas, their relationships and their quality. */
final class OdcsSchema {
    private static final int NO_LIMIT = Integer.MAX_VALUE;
    private static final Pattern WORD_DOT_WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*\\.[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern PATH = Pattern.compile("(?:(?:https?://)?[A-Za-z0-9._/-]+\\.yaml#)?"
            + "/?[A-Za-z_][A-Za-z0-9_]*/[A-Za-z0-9_-]+(?:/[A-Za-z_][A-Za-z0-9_]*/[A-Za-z0-9_-]+)*");
    private static final Shape REFERENCE = either("be a reference", text(WORD_DOT_WORD), text(PATH));
    private static final Shape REFERENCES =
            either("be a reference or a list of references", REFERENCE, list(REFERENCE, 1, NO_LIMIT, Uniqueness.ANY));

    private static final Map<String, Shape> COMPARISONS = comparisons();
    private static final Shape CHECKS = list(check());
    private static final Map<String, Obj> TYPE_OPTIONS = typeOptions();

    /** One column or field; it may hold others. */
    private static final Obj BASE = property();

    private static final Shape PROPERTY = property().must("name", text());

    /** One table, topic or file. */
    static final Shape OBJECT = element()
            .must("name", text())
            .may("physicalName", text())
            .may("logicalType", oneOf("object"))
            .may("dataGranularityDescription", text())
            .may("properties", list(PROPERTY))
            .may("relationships", list(tableRelationship()));

    private OdcsSchema() {}

    private static Obj element() {
        return object().may("id", ID)
                .may(text(), "name", "physicalType", "description", "businessName")
                .may("authoritativeDefinitions", LINKS)
                .may("tags", TAGS)
                .may("customProperties", CUSTOM)
                .may("quality", CHECKS);
    }

    private static Obj property() {
        return element()
                .may(flag(), "primaryKey", "required", "unique", "partitioned", "criticalDataElement")
                .may(integer(), "primaryKeyPosition", "partitionKeyPosition")
                .may(text(), "physicalName", "classification", "encryptedName", "transformLogic")
                .may("transformDescription", text())
                .may("transformSourceObjects", list(text()))
                .may("examples", list(any()))
                .may("relationships", list(relationship().must("to", REFERENCES)))
                .may("logicalType", oneOf(TYPE_OPTIONS.keySet()))
                .may("logicalTypeOptions", map())
                .when(OdcsSchema::byLogicalType);
    }

    /** What the logical type allows: its options, and parts within an object or a list. No type allows both. */
    private static List<Obj> byLogicalType(Mapping property) {
        Node named = property.at("logicalType");
        List<Obj> allowed = new ArrayList<>();
        if (named == null || is(named, "object")) {
            allowed.add(object().may("properties", list(later(() -> PROPERTY))));
        }
        if (named == null || is(named, "array")) {
            allowed.add(object().may("items", later(() -> BASE)));
        }
        if (named == null) {
            allowed.add(object().may("logicalTypeOptions", object()));
        } else if (named instanceof Scalar type && TYPE_OPTIONS.containsKey(type.text()) && !is(named, "boolean")) {
            allowed.add(object().may("logicalTypeOptions", TYPE_OPTIONS.get(type.text())));
        }
        return allowed;
    }

    private static Map<String, Obj> typeOptions() {
        Shape length = integerFrom(0);
        Map<String, Obj> options = new LinkedHashMap<>();
        options.put("string", object().may(length, "minLength", "maxLength").may(text(), "pattern", "format"));
        options.put("date", between(text()).may("format", text()));
        Obj time = between(text()).may(text(), "format", "defaultTimezone").may("timezone", flag());
        options.put("timestamp", time);
        options.put("time", time);
        options.put(
                "number", between(number()).may("multipleOf", numberAbove(0)).may("format", oneOf("f32", "f64")));
        options.put(
                "integer",
                between(number())
                        .may("multipleOf", numberAbove(0))
                        .may("format", oneOf("i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128")));
        options.put(
                "object",
                object().may(length, "minProperties", "maxProperties")
                        .may("required", list(text(), 1, NO_LIMIT, Uniqueness.DISTINCT)));
        options.put("array", object().may(length, "minItems", "maxItems").may("uniqueItems", flag()));
        options.put("boolean", object());
        return options;
    }

    private static Obj between(Shape bound) {
        return object().may(bound, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");
    }

    private static Obj relationship() {
        return object().may("type", oneOf("foreignKey")).may("customProperties", CUSTOM);
    }

    /** From one column to one column, or from a list to a list. */
    private static Shape tableRelationship() {
        Shape both = relationship().must("from", REFERENCES).must("to", REFERENCES);
        return (node, path, report) -> {
            both.check(node, path, report);
            if (node instanceof Mapping mapping) {
                Node from = mapping.at("from");
                Node to = mapping.at("to");
                if (from != null && to != null && from instanceof Sequence != to instanceof Sequence) {
                    report.must(to, "value", path + ".to", "be a list exactly where 'from' is one");
                }
            }
        };
    }

    private static Shape check() {
        Obj common = object().may("id", ID)
                .may("type", oneOf("text", "library", "sql", "custom"))
                .may(
                        "dimension",
                        oneOf(
                                "accuracy",
                                "completeness",
                                "conformity",
                                "consistency",
                                "coverage",
                                "timeliness",
                                "uniqueness"))
                .may(text(), "name", "description", "businessImpact", "method", "schedule", "scheduler")
                .may(text(), "severity", "unit")
                .may("authoritativeDefinitions", LINKS)
                .may("customProperties", CUSTOM)
                .may("tags", TAGS)
                .when(OdcsSchema::byCheckType);
        return (node, path, report) -> {
            common.check(node, path, report);
            if (node instanceof Mapping check && compares(check)) {
                long given = COMPARISONS.keySet().stream()
                        .filter(check.entries()::containsKey)
                        .count();
                if (given != 1) {
                    report.add(
                            check.line(),
                            "value",
                            "'" + path + "' must have one of " + String.join(", ", COMPARISONS.keySet()) + " but had "
                                    + given);
                }
            }
        };
    }

    private static List<Obj> byCheckType(Mapping check) {
        List<Obj> allowed = new ArrayList<>();
        if (isLibrary(check)) {
            allowed.add(object().must(
                            "metric",
                            oneOf("nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount"))
                    .may("rule", text())
                    .may("arguments", map()));
        }
        if (is(check.at("type"), "sql")) {
            allowed.add(object().must("query", text()));
        }
        if (is(check.at("type"), "custom")) {
            allowed.add(object().must("engine", text())
                    .must("implementation", either("be a text or a map", text(), map())));
        }
        if (compares(check)) {
            Obj comparisons = object();
            COMPARISONS.forEach(comparisons::may);
            allowed.add(comparisons);
        }
        return allowed;
    }

    private static boolean compares(Mapping check) {
        return isLibrary(check) || is(check.at("type"), "sql");
    }

    private static boolean isLibrary(Mapping check) {
        return is(check.at("type"), "library") || isText(check.at("metric"));
    }

    private static Map<String, Shape> comparisons() {
        Shape two = list(number(), 2, 2, Uniqueness.DISTINCT);
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put("mustBe", any());
        shapes.put("mustNotBe", any());
        shapes.put("mustBeGreaterThan", number());
        shapes.put("mustBeGreaterOrEqualTo", number());
        shapes.put("mustBeLessThan", number());
        shapes.put("mustBeLessOrEqualTo", number());
        shapes.put("mustBeBetween", two);
        shapes.put("mustNotBeBetween", two);
        return shapes;
    }

    private static boolean is(@Nullable Node node, String text) {
        return node instanceof Scalar scalar
                && scalar.kind() == Node.Kind.TEXT
                && scalar.text().equals(text);
    }

    private static boolean isText(@Nullable Node node) {
        return node instanceof Scalar scalar && scalar.kind() == Node.Kind.TEXT;
    }
}
