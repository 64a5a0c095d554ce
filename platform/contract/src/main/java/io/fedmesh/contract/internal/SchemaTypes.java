package io.fedmesh.contract.internal;

import static io.fedmesh.contract.internal.Shape.exactly;
import static io.fedmesh.contract.internal.Shape.integerWithin;
import static io.fedmesh.contract.internal.Shape.list;
import static io.fedmesh.contract.internal.Shape.object;
import static io.fedmesh.contract.internal.Shape.text;

import io.fedmesh.contract.internal.Node.Kind;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import io.fedmesh.contract.internal.Shape.Uniqueness;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The types that the whole way from database to table carries: plain and logical ones, enums, and records, arrays and maps
 * of all of these, each of which may be optional. A record within a record has a name and is written out where it is used,
 * so that no type contains itself. Stateless.
 */
final class SchemaTypes {
    static final Shape FIELD_NAME = text(Pattern.compile("[a-z][a-z0-9_]{0,62}"));
    static final Shape NAME = text(Pattern.compile("[A-Z][A-Za-z0-9]{0,100}"));

    /** The type of a field: a type, or a list of null and a type. */
    static final Shape FIELD = (node, path, report) -> optional(node, path, report, 0);

    private static final int MAX_DEPTH = 6;
    private static final Set<String> PLAIN = Set.of("boolean", "int", "long", "bytes", "string");
    private static final Set<String> INEXACT = Set.of("float", "double");
    private static final String TYPES =
            "boolean, int, long, bytes, string, decimal, date, timestamp-micros, an enum, or a record, an array or a map of"
                    + " them";

    private static final Shape DECIMAL = object().must("type", exactly("bytes"))
            .must("logicalType", exactly("decimal"))
            .must("precision", integerWithin(1, 38))
            .may("scale", integerWithin(0, 38));
    private static final Shape DATE = object().must("type", exactly("int")).must("logicalType", exactly("date"));
    private static final Shape TIMESTAMP =
            object().must("type", exactly("long")).must("logicalType", exactly("timestamp-micros"));
    private static final Shape ENUM = object().must("type", exactly("enum"))
            .must("name", NAME)
            .must("symbols", list(text(Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}")), 1, 1000, Uniqueness.DISTINCT))
            .may("default", text())
            .may("doc", text());

    private SchemaTypes() {}

    /** Reports an optional field whose default is not null; within records, every such field. */
    static void checkDefault(String name, Mapping field, FileReport report) {
        Node type = field.at("type");
        Node value = field.at("default");
        if (type instanceof Sequence && !(value instanceof Scalar given && given.kind() == Kind.NULL)) {
            report.add(
                    field.line(),
                    "optional",
                    "'" + name + "' must have the default null but "
                            + (value == null ? "had none" : "had " + value.shown()));
        }
    }

    /** The first type within that is a float or a double; empty when none is. */
    static String inexact(@Nullable Node type) {
        if (type instanceof Scalar scalar) {
            return INEXACT.contains(scalar.text()) ? scalar.text() : "";
        }
        if (type instanceof Sequence union) {
            return union.items().stream()
                    .map(SchemaTypes::inexact)
                    .filter(found -> !found.isEmpty())
                    .findFirst()
                    .orElse("");
        }
        if (!(type instanceof Mapping map)) {
            return "";
        }
        for (String part : List.of("items", "values", "type")) {
            String found = inexact(map.at(part));
            if (!found.isEmpty()) {
                return found;
            }
        }
        if (map.at("fields") instanceof Sequence fields) {
            for (Node field : fields.items()) {
                String found = field instanceof Mapping each ? inexact(each.at("type")) : "";
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return "";
    }

    private static void optional(Node node, String path, FileReport report, int depth) {
        if (!(node instanceof Sequence union)) {
            value(node, path, report, depth);
            return;
        }
        List<Node> branches = union.items();
        if (branches.size() == 2
                && branches.get(0) instanceof Scalar first
                && first.text().equals("null")
                && !(branches.get(1) instanceof Sequence)) {
            value(branches.get(1), path + "[1]", report, depth);
        } else {
            report.add(node.line(), "optional", "'" + path + "' must be [\"null\", a type] but was another union");
        }
    }

    private static void value(Node node, String path, FileReport report, int depth) {
        if (node instanceof Scalar scalar && (PLAIN.contains(scalar.text()) || INEXACT.contains(scalar.text()))) {
            return;
        }
        if (node instanceof Mapping map && map.at("logicalType") instanceof Scalar logical) {
            logical(map, logical, path, report);
            return;
        }
        String kind = node instanceof Mapping map && map.at("type") instanceof Scalar given ? given.text() : "";
        if (depth >= MAX_DEPTH && Set.of("array", "map", "record").contains(kind)) {
            report.add(
                    node.line(), "type", "'" + path + "' must be nested at most " + MAX_DEPTH + " deep but was deeper");
            return;
        }
        Shape within = (inner, at, to) -> optional(inner, at, to, depth + 1);
        switch (kind) {
            case "array" ->
                object().must("type", exactly("array")).must("items", within).check(node, path, report);
            case "map" ->
                object().must("type", exactly("map")).must("values", within).check(node, path, report);
            case "enum" -> ENUM.check(node, path, report);
            case "record" -> record(within).check(node, path, report);
            default -> report.must(node, "type", path, "be " + TYPES);
        }
    }

    private static Shape record(Shape within) {
        Shape field = object().must("name", FIELD_NAME)
                .must("type", within)
                .may("doc", text())
                .may("default", Shape.any())
                .may("aliases", list(FIELD_NAME));
        return object().must("type", exactly("record"))
                .must("name", NAME)
                .must(
                        "fields",
                        list(
                                (node, path, report) -> {
                                    field.check(node, path, report);
                                    if (node instanceof Mapping map && map.at("name") instanceof Scalar name) {
                                        checkDefault(name.text(), map, report);
                                    }
                                },
                                1,
                                1000,
                                Uniqueness.ANY))
                .may("doc", text())
                .may("aliases", list(text()));
    }

    private static void logical(Mapping map, Scalar logical, String path, FileReport report) {
        switch (logical.text()) {
            case "decimal" -> {
                DECIMAL.check(map, path, report);
                checkScale(map, path, report);
            }
            case "date" -> DATE.check(map, path, report);
            case "timestamp-micros" -> TIMESTAMP.check(map, path, report);
            default -> report.must(logical, "type", path, "be " + TYPES);
        }
    }

    private static void checkScale(Mapping decimal, String path, FileReport report) {
        if (decimal.at("scale") instanceof Scalar scale
                && decimal.at("precision") instanceof Scalar precision
                && scale.isNumber()
                && precision.isNumber()
                && scale.number().compareTo(precision.number()) > 0) {
            BigDecimal most = precision.number();
            report.must(scale, "value", path + ".scale", "be at most the precision " + most.toPlainString());
        }
    }
}
