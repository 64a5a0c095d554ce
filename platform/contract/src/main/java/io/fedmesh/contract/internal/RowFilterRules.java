package io.fedmesh.contract.internal;

import static io.fedmesh.contract.internal.Shape.list;
import static io.fedmesh.contract.internal.Shape.notBlank;
import static io.fedmesh.contract.internal.Shape.object;
import static io.fedmesh.contract.internal.Shape.oneOf;
import static io.fedmesh.contract.internal.Shape.value;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.RowFilter;
import io.fedmesh.contract.RowFilter.Operator;
import io.fedmesh.contract.internal.Node.Kind;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import io.fedmesh.contract.internal.Shape.Uniqueness;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** {@code rowFilter}: its form, what it must agree with in the schema, and what it means. */
final class RowFilterRules {
    static final String ROW_FILTER = "rowFilter";
    static final Shape SHAPE = (node, path, report) -> form(node, path, report, 1);

    private static final int MAX_DEPTH = 4;
    private static final int MAX_PARTS = 20;
    private static final int MAX_VALUES = 200;
    private static final List<String> JOINTS = List.of("and", "or");
    private static final Set<String> TYPES =
            Set.of("string", "enum", "int", "long", "boolean", "decimal", "date", "timestamp-micros");
    private static final Set<String> ORDERED = Set.of("int", "long", "decimal", "date", "timestamp-micros");

    private static final Shape COMPARISON = object().must("field", notBlank())
            .must(
                    "operator",
                    oneOf(Arrays.stream(Operator.values())
                            .map(Operator::toString)
                            .toList()))
            .may("value", value())
            .may("values", list(value(), 1, MAX_VALUES, Uniqueness.DISTINCT));

    private RowFilterRules() {}

    private static void form(Node node, String path, FileReport report, int depth) {
        String joint = node instanceof Mapping map ? joint(map) : null;
        if (joint == null) {
            COMPARISON.check(node, path, report);
        } else if (depth > MAX_DEPTH) {
            report.add(
                    node.line(),
                    "value",
                    "'" + path + "' must nest at most " + MAX_DEPTH + " of and, or in each other but nests more");
        } else {
            Shape part = (inner, at, to) -> form(inner, at, to, depth + 1);
            object().must(joint, list(part, 1, MAX_PARTS, Uniqueness.DISTINCT)).check(node, path, report);
        }
    }

    /** Reports what does not agree with the schema. */
    static void check(ContractDraft contract, SchemaReader.Draft schema) {
        Node node = contract.custom().get(ROW_FILTER);
        if (node != null && SHAPE.fits(node)) {
            check((Mapping) node, ContractReader.path(ROW_FILTER), contract, schema);
        }
    }

    private static void check(Mapping node, String path, ContractDraft contract, SchemaReader.Draft schema) {
        String joint = joint(node);
        if (joint != null) {
            parts(node, joint).forEach(part -> check(part, path, contract, schema));
            return;
        }
        Scalar named = scalar(node, "field");
        Schema.Field field = schema.schema().getField(named.text());
        SchemaReader.Field facts = schema.fields().get(named.text());
        if (field == null || facts == null) {
            contract.report()
                    .must(
                            named,
                            ROW_FILTER,
                            path + ".field",
                            "name a field of " + schema.report().file());
            return;
        }
        String type = DisclosureRules.type(field.schema());
        if (!TYPES.contains(type)) {
            contract.report()
                    .must(
                            named,
                            ROW_FILTER,
                            path + ".field",
                            "name a text, an enum, an exact number, a flag, a date or a time, not " + type + ",");
            return;
        }
        if (facts.protection() == Contract.Protection.TOKENISE) {
            contract.report()
                    .must(
                            named,
                            ROW_FILTER,
                            path + ".field",
                            "name a field that is not tokenised, for tables hold only its tokens,");
            return;
        }
        checkValues(node, path, contract, field.schema(), type);
    }

    private static void checkValues(Mapping node, String path, ContractDraft contract, Schema schema, String type) {
        Scalar named = scalar(node, "operator");
        Operator operator = Operator.of(named.text());
        if (operator.isOrder() && !ORDERED.contains(type)) {
            contract.report()
                    .must(named, ROW_FILTER, path + ".operator", "ask for no order of a field of type " + type);
        }
        for (String key : List.of("value", "values")) {
            boolean isWanted = !operator.takesNone() && operator.takesSeveral() == key.equals("values");
            if (isWanted != (node.at(key) != null)) {
                contract.report()
                        .add(
                                node.line(),
                                ROW_FILTER,
                                "'" + path + "' must have '" + key + "' exactly where its operator takes it but '"
                                        + operator + "' " + (isWanted ? "had none" : "had it"));
            }
        }
        for (Scalar literal : literals(node)) {
            if (literal(schema, type, literal) == null) {
                contract.report().must(literal, ROW_FILTER, path + ".value", "be a value of type " + type);
            }
        }
    }

    /** Only after {@link #check} found nothing; null where there is none. */
    static @Nullable RowFilter filter(ContractDraft contract, SchemaReader.Draft schema) {
        return contract.custom().get(ROW_FILTER) instanceof Mapping node ? filter(node, schema.schema()) : null;
    }

    private static RowFilter filter(Mapping node, Schema schema) {
        String joint = joint(node);
        if (joint != null) {
            List<RowFilter> parts = parts(node, joint).stream()
                    .map(part -> filter(part, schema))
                    .toList();
            return joint.equals("and") ? new RowFilter.And(parts) : new RowFilter.Or(parts);
        }
        Schema type = schema.getField(scalar(node, "field").text()).schema();
        List<Object> values = new ArrayList<>();
        literals(node)
                .forEach(literal ->
                        values.add(Objects.requireNonNull(literal(type, DisclosureRules.type(type), literal))));
        return new RowFilter.Comparison(
                scalar(node, "field").text(),
                Operator.of(scalar(node, "operator").text()),
                values);
    }

    /** The constant as entities hold values of the type; null where it is none of the type. */
    private static @Nullable Object literal(Schema schema, String type, Scalar literal) {
        boolean isText = literal.kind() == Kind.TEXT;
        try {
            return switch (type) {
                case "string" -> isText ? literal.text() : null;
                case "enum" -> isText && symbols(schema).contains(literal.text()) ? literal.text() : null;
                case "int" -> literal.isNumber() ? (long) literal.number().intValueExact() : null;
                case "long" -> literal.isNumber() ? literal.number().longValueExact() : null;
                case "decimal" -> literal.isNumber() ? decimal(literal.number()) : null;
                case "boolean" -> literal.kind() == Kind.BOOLEAN ? Boolean.valueOf(literal.text()) : null;
                case "date" -> isText ? LocalDate.parse(literal.text()) : null;
                default -> isText ? Instant.parse(literal.text()) : null;
            };
        } catch (ArithmeticException | DateTimeException e) {
            return null;
        }
    }

    /** No number of a few characters whose digits fill the memory. */
    private static @Nullable BigDecimal decimal(BigDecimal number) {
        return Math.abs(number.scale()) <= 100 && number.precision() <= 100 ? number : null;
    }

    private static List<String> symbols(Schema schema) {
        Schema type = schema.isUnion() ? schema.getTypes().get(schema.getTypes().size() - 1) : schema;
        return type.getEnumSymbols();
    }

    private static List<Scalar> literals(Mapping node) {
        if (node.at("values") instanceof Sequence list) {
            return list.items().stream()
                    .filter(Scalar.class::isInstance)
                    .map(Scalar.class::cast)
                    .toList();
        }
        return node.at("value") instanceof Scalar one ? List.of(one) : List.of();
    }

    private static @Nullable String joint(Mapping map) {
        return JOINTS.stream().filter(word -> map.at(word) != null).findFirst().orElse(null);
    }

    private static List<Mapping> parts(Mapping map, String joint) {
        return ((Sequence) Objects.requireNonNull(map.at(joint)))
                .items().stream().map(Mapping.class::cast).toList();
    }

    private static Scalar scalar(Mapping map, String key) {
        return (Scalar) Objects.requireNonNull(map.at(key));
    }
}
