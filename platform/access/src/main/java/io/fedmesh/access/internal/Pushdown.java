package io.fedmesh.access.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * What of a query may be left to the reader of a table: the conditions of a SELECT whose FROM is that table alone, where
 * the whole query names the table once; such a row can matter nowhere else. Only conditions that mean the same in the engine
 * and in Iceberg are taken: {@code =, <, <=, >, >=, IN, BETWEEN} of a column with constants of its own kind, and
 * {@code IS [NOT] NULL}; the engine applies all of them again. What it does not know, it leaves out.
 */
final class Pushdown {
    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final int MAX_IN = 1_000;

    private final Map<String, Integer> mentions = new HashMap<>();
    private final Map<String, Condition> conditions = new HashMap<>();

    private record Condition(JsonNode where, Set<String> names) {}

    private Pushdown() {}

    /** Reads the tree that {@link SqlCheck} has passed. */
    static Pushdown of(JsonNode parsed) {
        Pushdown pushdown = new Pushdown();
        pushdown.walk(parsed);
        return pushdown;
    }

    /** What rows of a table must fulfil to matter; always true where nothing is known. */
    Expression filter(String schema, String table, Schema columns) {
        String name = schema + "." + table;
        Condition condition = conditions.get(name);
        if (condition == null || mentions.getOrDefault(name, 0) != 1) {
            return Expressions.alwaysTrue();
        }
        return and(condition.where(), condition.names(), columns);
    }

    private void walk(JsonNode node) {
        if (node.path("type").asText().equals("BASE_TABLE")) {
            mentions.merge(name(node), 1, Integer::sum);
        }
        if (node.path("type").asText().equals("SELECT_NODE")) {
            JsonNode from = node.path("from_table");
            boolean whole = from.path("type").asText().equals("BASE_TABLE")
                    && from.path("sample").isNull()
                    && from.path("column_name_alias").isEmpty()
                    && node.path("sample").isNull();
            if (whole && node.path("where_clause").isObject()) {
                Set<String> names = new HashSet<>();
                String alias = from.path("alias").asText("").toLowerCase(Locale.ROOT);
                String own = name(from);
                names.add(alias.isEmpty() ? own.substring(own.indexOf('.') + 1) : alias);
                conditions.put(own, new Condition(node.path("where_clause"), names));
            }
        }
        node.forEach(this::walk);
    }

    private static Expression and(JsonNode where, Set<String> names, Schema columns) {
        if (where.path("type").asText().equals("CONJUNCTION_AND")) {
            Expression all = Expressions.alwaysTrue();
            for (JsonNode child : where.path("children")) {
                all = Expressions.and(all, and(child, names, columns));
            }
            return all;
        }
        return one(where, names, columns).orElse(Expressions.alwaysTrue());
    }

    private static Optional<Expression> one(JsonNode node, Set<String> names, Schema columns) {
        String type = node.path("type").asText();
        switch (type) {
            case "COMPARE_EQUAL",
                    "COMPARE_LESSTHAN",
                    "COMPARE_LESSTHANOREQUALTO",
                    "COMPARE_GREATERTHAN",
                    "COMPARE_GREATERTHANOREQUALTO" -> {
                Optional<Types.NestedField> left = column(node.path("left"), names, columns);
                return left.isPresent()
                        ? compare(type, left.get(), node.path("right"))
                        : column(node.path("right"), names, columns)
                                .flatMap(right -> compare(turned(type), right, node.path("left")));
            }
            case "COMPARE_BETWEEN" -> {
                return column(node.path("input"), names, columns)
                        .flatMap(column -> compare("COMPARE_GREATERTHANOREQUALTO", column, node.path("lower"))
                                .flatMap(lower -> compare("COMPARE_LESSTHANOREQUALTO", column, node.path("upper"))
                                        .map(upper -> Expressions.and(lower, upper))));
            }
            case "COMPARE_IN" -> {
                JsonNode children = node.path("children");
                return column(children.path(0), names, columns).flatMap(column -> in(column, children));
            }
            case "OPERATOR_IS_NULL" -> {
                return column(node.path("children").path(0), names, columns).map(c -> Expressions.isNull(c.name()));
            }
            case "OPERATOR_IS_NOT_NULL" -> {
                return column(node.path("children").path(0), names, columns).map(c -> Expressions.notNull(c.name()));
            }
            default -> {
                return Optional.empty();
            }
        }
    }

    private static Optional<Expression> in(Types.NestedField column, JsonNode children) {
        if (children.size() > MAX_IN) {
            return Optional.empty();
        }
        List<Object> values = new ArrayList<>();
        for (int i = 1; i < children.size(); i++) {
            Optional<Object> value = constant(column.type(), children.path(i));
            if (value.isEmpty()) {
                return Optional.empty();
            }
            values.add(value.get());
        }
        return Optional.of(Expressions.in(column.name(), values.toArray()));
    }

    private static Optional<Expression> compare(String type, Types.NestedField column, JsonNode constant) {
        // The engine and Iceberg need not order texts alike.
        if (column.type().typeId() == Type.TypeID.STRING && !type.equals("COMPARE_EQUAL")) {
            return Optional.empty();
        }
        return constant(column.type(), constant).map(value -> switch (type) {
            case "COMPARE_EQUAL" -> Expressions.equal(column.name(), value);
            case "COMPARE_LESSTHAN" -> Expressions.lessThan(column.name(), value);
            case "COMPARE_LESSTHANOREQUALTO" -> Expressions.lessThanOrEqual(column.name(), value);
            case "COMPARE_GREATERTHAN" -> Expressions.greaterThan(column.name(), value);
            default -> Expressions.greaterThanOrEqual(column.name(), value);
        });
    }

    private static String turned(String type) {
        return switch (type) {
            case "COMPARE_LESSTHAN" -> "COMPARE_GREATERTHAN";
            case "COMPARE_LESSTHANOREQUALTO" -> "COMPARE_GREATERTHANOREQUALTO";
            case "COMPARE_GREATERTHAN" -> "COMPARE_LESSTHAN";
            case "COMPARE_GREATERTHANOREQUALTO" -> "COMPARE_LESSTHANOREQUALTO";
            default -> type;
        };
    }

    /** The table's column, named alone or by the table's name; names differ by more than case. */
    private static Optional<Types.NestedField> column(JsonNode node, Set<String> names, Schema columns) {
        if (!node.path("class").asText().equals("COLUMN_REF")) {
            return Optional.empty();
        }
        JsonNode path = node.path("column_names");
        if (path.size() == 2 && !names.contains(path.path(0).asText().toLowerCase(Locale.ROOT))) {
            return Optional.empty();
        }
        if (path.size() < 1 || path.size() > 2) {
            return Optional.empty();
        }
        String name = path.path(path.size() - 1).asText();
        List<Types.NestedField> found = columns.columns().stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    /** A constant as Iceberg takes it for a column; empty where the engine might turn either into another type. */
    private static Optional<Object> constant(Type type, JsonNode node) {
        JsonNode literal = node.path("literal");
        if (!node.path("class").asText().equals("CONSTANT") || !literal.isObject()) {
            return Optional.empty();
        }
        String kind = literal.path("kind").asText();
        String text = literal.path("text").asText();
        try {
            return switch (type.typeId()) {
                case INTEGER -> kind.equals("INTEGER") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
                case LONG -> kind.equals("INTEGER") ? Optional.of(Long.valueOf(text)) : Optional.empty();
                case STRING -> kind.equals("STRING") ? Optional.of(text) : Optional.empty();
                case DATE ->
                    kind.equals("STRING") && DAY.matcher(text).matches()
                            ? Optional.of(Math.toIntExact(LocalDate.parse(text).toEpochDay()))
                            : Optional.empty();
                case DECIMAL ->
                    kind.equals("INTEGER") || kind.equals("NUMERIC")
                            ? decimal((Types.DecimalType) type, text)
                            : Optional.empty();
                default -> Optional.empty();
            };
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Optional<Object> decimal(Types.DecimalType type, String text) {
        if (!text.matches("-?[0-9]{1,18}(\\.[0-9]{1,18})?")) {
            return Optional.empty();
        }
        BigDecimal exact = new BigDecimal(text).setScale(type.scale());
        return exact.precision() <= type.precision() ? Optional.of(exact) : Optional.empty();
    }

    private static String name(JsonNode table) {
        List<String> path = new ArrayList<>();
        table.path("qualified_name")
                .path("path")
                .forEach(part -> path.add(part.asText().toLowerCase(Locale.ROOT)));
        return String.join(".", path);
    }
}
