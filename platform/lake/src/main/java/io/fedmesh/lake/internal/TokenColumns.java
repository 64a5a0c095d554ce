package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.lake.Tokens;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of a table hold tokens, and of which key. The table's own properties say it, by the columns' names: those
 * that they have, will have and had. A name is told before its column comes and is never free again, so a column is
 * tokenised for ever or never, and under one key.
 */
final class TokenColumns {
    static final String COLUMNS = "mesh.token-columns";
    static final String KEY = "mesh.token-key";

    /** Its token tells whether two keys are the same, and nothing of them. */
    private static final String PROBE = "the key of tokens";

    private TokenColumns() {}

    /**
     * Refuses a contract under which a column would hold tokens and clear values, or tokens of two keys.
     *
     * @param tokens of the contract's domain; null when it tokenises nothing
     */
    static void demand(Table table, Contract contract, @Nullable Tokens tokens) {
        Set<String> names = names(table.properties());
        for (Schema.Field field : contract.schema().getFields()) {
            Types.NestedField column = column(table.schema(), contract.schema(), field);
            String name = column == null ? field.name() : column.name();
            boolean isTokenised = names.contains(name);
            boolean isWanted = contract.tokenised().contains(field.name());
            if (isTokenised != isWanted && (column != null || isTokenised)) {
                throw new TableRefusedException("[" + table.name() + "] column '" + name + "' must stay "
                        + (isWanted
                                ? "clear but the contract tokenises it"
                                : "tokenised but the contract does not say so")
                        + ": a column holds one kind of values; publish a new major version of the product");
            }
        }
        String known = table.properties().get(KEY);
        if (tokens != null && known != null && !known.equals(tokens.token(PROBE))) {
            throw new TableRefusedException("[" + table.name() + "] tokens must be made with the key of those that the"
                    + " table holds but the key of domain '" + contract.name().domain() + "' is another one");
        }
    }

    /**
     * As {@link #demand}, and notes the contract's tokenised fields in the table, before their columns come. The table must
     * not have moved since it was loaded: one try, on exactly what was looked at.
     *
     * @throws org.apache.iceberg.exceptions.CommitFailedException when it has
     */
    static void mark(Table table, Contract contract, @Nullable Tokens tokens) {
        TableOperations operations = ((HasTableOperations) table).operations();
        TableMetadata seen = operations.current();
        demand(table, contract, tokens);
        Map<String, String> marked = new HashMap<>(seen.properties());
        marked.putAll(properties(seen.properties(), contract, tokens));
        if (!marked.equals(seen.properties())) {
            operations.commit(seen, seen.replaceProperties(marked));
        }
    }

    /**
     * What a table's properties must say.
     *
     * @param before what they said
     */
    static Map<String, String> properties(Map<String, String> before, Contract contract, @Nullable Tokens tokens) {
        if (tokens == null) {
            return Map.of();
        }
        Set<String> names = names(before);
        names.addAll(contract.tokenised());
        return Map.of(COLUMNS, String.join(",", names), KEY, tokens.token(PROBE));
    }

    private static Set<String> names(Map<String, String> properties) {
        Set<String> names =
                new TreeSet<>(Set.of(properties.getOrDefault(COLUMNS, "").split(",", -1)));
        names.remove("");
        return names;
    }

    /** The column of a field, under its name or one that it had; null when there is none. */
    private static Types.@Nullable NestedField column(
            org.apache.iceberg.Schema columns, Schema record, Schema.Field field) {
        Types.NestedField column = columns.findField(field.name());
        if (column != null) {
            return column;
        }
        return field.aliases().stream()
                .filter(alias -> record.getField(alias) == null)
                .map(columns::findField)
                .filter(old -> old != null)
                .findFirst()
                .orElse(null);
    }
}
