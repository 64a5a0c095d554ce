package io.fedmesh.access.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.fedmesh.access.QueryRefusedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Walks the tree that the engine's own parser made of a query, and refuses everything that is not one SELECT over named
 * tables. What it does not know, it refuses.
 */
final class SqlCheck {
    private static final Set<String> QUERY_NODES =
            Set.of("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE");
    private static final Set<String> SOURCES =
            Set.of("BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY");
    private static final Set<String> MODIFIERS = Set.of(
            "ORDER_MODIFIER",
            "LIMIT_MODIFIER",
            "LIMIT_PERCENT_MODIFIER",
            "DISTINCT_MODIFIER",
            "ORDER_DEFAULT",
            "ASCENDING",
            "DESCENDING");
    private static final Set<String> TABLE_FUNCTIONS =
            Set.of("range", "generate_series", "unnest", "json_each", "json_tree");
    /** Functions that tell of the engine, change its state or waste its time; whatever reads outside is off anyway. */
    private static final Set<String> REFUSED_FUNCTIONS = Set.of(
            "current_setting",
            "getvariable",
            "getenv",
            "write_log",
            "nextval",
            "currval",
            "setval",
            "setseed",
            "sleep_ms",
            "stats",
            "vector_type",
            "current_query",
            "current_connection_id",
            "current_query_id",
            "current_transaction_id",
            "query",
            "query_table",
            "json_execute_serialized_sql",
            "json_serialize_plan",
            "get_block_size");

    private static final List<String> REFUSED_PREFIXES =
            List.of("pg_", "duckdb_", "pragma_", "inet_", "read_", "parquet_", "txid_");

    /** Which table, and of which columns it needs the values. */
    static final class Reference {
        private final String schema;
        private final String table;
        private final Set<String> names = new HashSet<>();

        private Reference(String schema, String table) {
            this.schema = schema;
            this.table = table;
            names.add(table);
        }

        /** In lower case. */
        String schema() {
            return schema;
        }

        /** In lower case. */
        String table() {
            return table;
        }
    }

    private final Map<String, Reference> references = new LinkedHashMap<>();
    private final Set<String> columns = new TreeSet<>();
    private final Set<String> wholeRows = new HashSet<>();
    private boolean everyColumn;

    private SqlCheck() {}

    /** Checks the parser's answer; throws {@link QueryRefusedException} with the reason. */
    static SqlCheck of(JsonNode parsed) {
        if (parsed.path("error").asBoolean(true)) {
            String type = parsed.path("error_type").asText();
            throw new QueryRefusedException(
                    type.equals("parser")
                            ? "[query] must be SQL but: "
                                    + parsed.path("error_message").asText() + position(parsed)
                            : "[query] must be one SELECT: nothing else is run here");
        }
        JsonNode statements = parsed.path("statements");
        if (statements.size() != 1) {
            throw new QueryRefusedException("[query] must be one SELECT but had " + statements.size() + " statements");
        }
        SqlCheck check = new SqlCheck();
        check.walk(statements.get(0), Set.of());
        return check;
    }

    /** The tables, in the order of their first mention. */
    List<Reference> references() {
        return List.copyOf(references.values());
    }

    /** Whether the values of a table's column may matter to the query; never false for one that does. */
    boolean needs(Reference reference, String column) {
        return everyColumn
                || columns.contains(column.toLowerCase(Locale.ROOT))
                || reference.names.stream().anyMatch(wholeRows::contains);
    }

    /** Whether the query holds the name of a column, of whichever table. */
    boolean names(String column) {
        return columns.contains(column.toLowerCase(Locale.ROOT));
    }

    private void walk(JsonNode node, Set<String> scope) {
        if (node.isArray()) {
            node.forEach(child -> walk(child, scope));
            return;
        }
        if (!node.isObject()) {
            return;
        }
        Set<String> inner = withNamedQueries(node, scope);
        if (node.has("class")) {
            expression(node);
        } else if (node.path("type").isTextual()) {
            structure(node, node.path("type").asText(), inner);
        }
        node.properties().forEach(field -> {
            if (!field.getKey().equals("cte_map")) {
                walk(field.getValue(), inner);
            }
        });
    }

    /** A named query sees those before it, and itself only when it is recursive. */
    private Set<String> withNamedQueries(JsonNode node, Set<String> scope) {
        JsonNode map = node.path("cte_map").path("map");
        if (map.isEmpty()) {
            return scope;
        }
        Set<String> names = new HashSet<>(scope);
        for (JsonNode entry : map) {
            String name = entry.path("key").asText().toLowerCase(Locale.ROOT);
            JsonNode value = entry.path("value");
            Set<String> visible = new HashSet<>(names);
            if (value.path("query_node").path("type").asText().equals("RECURSIVE_CTE_NODE")) {
                visible.add(name);
            }
            walk(value, visible);
            names.add(name);
        }
        return names;
    }

    private void structure(JsonNode node, String type, Set<String> scope) {
        if (!QUERY_NODES.contains(type) && !SOURCES.contains(type) && !MODIFIERS.contains(type)) {
            throw new QueryRefusedException("[query] must be one SELECT over tables but holds "
                    + type.toLowerCase(Locale.ROOT).replace('_', ' '));
        }
        switch (type) {
            case "BASE_TABLE" -> table(node, scope);
            case "TABLE_FUNCTION" -> {
                String name = last(node.path("function").path("qualified_name"));
                if (!TABLE_FUNCTIONS.contains(name)) {
                    throw new QueryRefusedException("[query] may use the table functions "
                            + new TreeSet<>(TABLE_FUNCTIONS) + " but uses '" + name + "'");
                }
            }
            case "JOIN" -> {
                everyColumn |= node.path("ref_type").asText().equals("NATURAL");
                node.path("using_columns").forEach(c -> columns.add(lower(c)));
            }
            default -> {}
        }
        everyColumn |= !node.path("column_name_alias").isEmpty();
    }

    private void table(JsonNode node, Set<String> scope) {
        List<String> path = new ArrayList<>();
        node.path("qualified_name").path("path").forEach(part -> path.add(lower(part)));
        if (!node.path("at_clause").isNull() && !node.path("at_clause").isMissingNode()) {
            throw new QueryRefusedException("[query] must read tables as they are now but uses AT");
        }
        if (path.size() == 1 && scope.contains(path.get(0))) {
            return;
        }
        if (path.size() != 2) {
            throw new QueryRefusedException("[query] must name a table as <domain>.<product>_latest or"
                    + " <domain>.<product>_history but names '" + String.join(".", path) + "'");
        }
        Reference reference =
                references.computeIfAbsent(String.join(".", path), k -> new Reference(path.get(0), path.get(1)));
        String alias = node.path("alias").asText("").toLowerCase(Locale.ROOT);
        if (!alias.isEmpty()) {
            reference.names.add(alias);
        }
    }

    private void expression(JsonNode node) {
        switch (node.path("class").asText()) {
            case "STAR", "POSITIONAL_REFERENCE" -> everyColumn = true;
            case "PARAMETER" -> throw new QueryRefusedException("[query] must hold no parameters");
            case "COLUMN_REF" -> {
                JsonNode names = node.path("column_names");
                names.forEach(name -> columns.add(lower(name)));
                // The name of a table, at the end, means its whole row.
                wholeRows.add(lower(names.path(names.size() - 1)));
            }
            case "FUNCTION", "WINDOW" -> function(node);
            default -> {}
        }
    }

    private static void function(JsonNode node) {
        String name = node.has("qualified_name")
                ? last(node.path("qualified_name"))
                : node.path("function_name").asText("").toLowerCase(Locale.ROOT);
        if (REFUSED_FUNCTIONS.contains(name) || REFUSED_PREFIXES.stream().anyMatch(name::startsWith)) {
            throw new QueryRefusedException("[query] must not use the function '" + name + "'");
        }
    }

    private static String last(JsonNode qualifiedName) {
        JsonNode path = qualifiedName.path("path");
        return lower(path.path(path.size() - 1));
    }

    private static String lower(JsonNode text) {
        return text.asText("").toLowerCase(Locale.ROOT);
    }

    private static String position(JsonNode parsed) {
        return parsed.has("position")
                ? " (character " + (parsed.path("position").asInt() + 1) + ")"
                : "";
    }
}
