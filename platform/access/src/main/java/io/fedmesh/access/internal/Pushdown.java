package io.fedmesh.access.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * What of a query may be left to the reader of a table: the conditions of a SELECT whose FROM is that table alone, where
 * the whole query names the table once; such a row can matter nowhere else. Only conditions that mean the same in the engine
 * and in Iceberg are taken: {@code =, <, <=, >, >=, IN, BETWEEN} of a column with constants of its own kind, and
 * {@code IS [NOT] NULL}; the engine applies all of them again. What it does not know, it leaves out. Texts are ordered alike on
 * both sides, by the bytes of their UTF-8.
 */
final class Pushdown {
    /** What a column of an answer may be for each of its rows to stand for one row of the table. */
    private static final Set<String> PLAIN = Set.of("COLUMN_REF", "CONSTANT", "STAR");

    private static final int MAX_IN = 1_000;

    private final Map<String, Integer> mentions = new HashMap<>();
    private final Map<String, Condition> conditions = new HashMap<>();

    private record Condition(JsonNode where, Set<String> names) {}

    private final JsonNode query;

    private Pushdown(JsonNode query) {
        this.query = query;
    }

    /** Reads the tree that {@link SqlCheck} has passed. */
    static Pushdown of(JsonNode parsed) {
        Pushdown pushdown = new Pushdown(parsed.path("statements").path(0).path("node"));
        pushdown.walk(parsed);
        return pushdown;
    }

    /**
     * How many rows of a table are enough, whichever: for a query that gives some rows of it as they are, in no order. Else it
     * must be read to its end.
     *
     * @param maxRows of the answer that anybody looks at
     */
    OptionalLong enough(String schema, String table, long maxRows) {
        JsonNode from = query.path("from_table");
        boolean isPlain = query.path("type").asText().equals("SELECT_NODE")
                && isWhole(query)
                && name(from).equals(schema + "." + table)
                && query.path("cte_map").path("map").isEmpty()
                && List.of("where_clause", "having", "qualify").stream()
                        .allMatch(clause -> query.path(clause).isNull())
                && query.path("group_expressions").isEmpty()
                && query.path("group_sets").isEmpty()
                && query.path("aggregate_handling").asText().equals("STANDARD_HANDLING");
        for (JsonNode column : query.path("select_list")) {
            isPlain &= PLAIN.contains(column.path("class").asText());
        }
        JsonNode modifiers = query.path("modifiers");
        if (!isPlain || modifiers.size() > 1) {
            return OptionalLong.empty();
        }
        if (modifiers.isEmpty()) {
            return OptionalLong.of(maxRows);
        }
        JsonNode modifier = modifiers.path(0);
        boolean isLimit = modifier.path("type").asText().equals("LIMIT_MODIFIER")
                && modifier.path("limit_type").asText().equals("ROW_COUNT");
        OptionalLong limit = isLimit ? count(modifier.path("limit"), maxRows) : OptionalLong.empty();
        OptionalLong offset = isLimit ? count(modifier.path("offset"), 0) : OptionalLong.empty();
        return limit.isEmpty() || offset.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.min(limit.getAsLong(), maxRows) + offset.getAsLong());
    }

    /** A number that stands there as it is, or what it is where nothing stands. */
    private static OptionalLong count(JsonNode node, long otherwise) {
        if (node.isNull()) {
            return OptionalLong.of(otherwise);
        }
        JsonNode literal = node.path("literal");
        String text = literal.path("text").asText();
        boolean isNumber = node.path("class").asText().equals("CONSTANT")
                && literal.path("kind").asText().equals("INTEGER")
                && text.matches("[0-9]{1,18}");
        return isNumber ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
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
            if (isWhole(node) && node.path("where_clause").isObject()) {
                Set<String> names = new HashSet<>();
                String alias = from.path("alias").asText("").toLowerCase(Locale.ROOT);
                String own = name(from);
                names.add(alias.isEmpty() ? own.substring(own.indexOf('.') + 1) : alias);
                conditions.put(own, new Condition(node.path("where_clause"), names));
            }
        }
        node.forEach(this::walk);
    }

    /** Whether it selects from one table, of which it sees every row under its own columns' names. */
    private static boolean isWhole(JsonNode select) {
        JsonNode from = select.path("from_table");
        return from.path("type").asText().equals("BASE_TABLE")
                && from.path("sample").isNull()
                && from.path("column_name_alias").isEmpty()
                && select.path("sample").isNull();
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
            Optional<Object> value = Constants.of(column.type(), children.path(i));
            if (value.isEmpty() || value.get().equals(0.0) || value.get().equals(-0.0)) {
                return Optional.empty();
            }
            values.add(value.get());
        }
        return Optional.of(Expressions.in(column.name(), values.toArray()));
    }

    private static Optional<Expression> compare(String type, Types.NestedField column, JsonNode constant) {
        Optional<Object> found = Constants.of(column.type(), constant);
        if (column.type().typeId() == Type.TypeID.DOUBLE) {
            return found.map(value -> compareDouble(type, column.name(), (Double) value));
        }
        return found.map(value -> switch (type) {
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

    /** In the engine zero is one number, not two, and NaN equals itself and is the greatest; bounds leave it out. */
    private static Expression compareDouble(String type, String column, double value) {
        return switch (type) {
            case "COMPARE_EQUAL" ->
                value == 0
                        ? Expressions.and(
                                Expressions.greaterThanOrEqual(column, -0.0), Expressions.lessThanOrEqual(column, 0.0))
                        : Expressions.equal(column, value);
            case "COMPARE_LESSTHAN" -> Expressions.lessThan(column, value + 0.0);
            case "COMPARE_LESSTHANOREQUALTO" -> Expressions.lessThanOrEqual(column, value + 0.0);
            case "COMPARE_GREATERTHAN" ->
                Expressions.or(Expressions.greaterThan(column, value + 0.0), Expressions.isNaN(column));
            default ->
                Expressions.or(
                        Expressions.greaterThanOrEqual(column, value == 0 ? -0.0 : value), Expressions.isNaN(column));
        };
    }

    private static String name(JsonNode table) {
        List<String> path = new ArrayList<>();
        table.path("qualified_name")
                .path("path")
                .forEach(part -> path.add(part.asText().toLowerCase(Locale.ROOT)));
        return String.join(".", path);
    }
}
