package io.fedmesh.access.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.fedmesh.access.ProductTables;
import io.fedmesh.access.QueryLimits;
import io.fedmesh.access.QueryRefusedException;
import io.fedmesh.access.QueryResult;
import io.fedmesh.access.TableName;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.Obligations;
import io.fedmesh.govern.Principal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** One question, from its text to its rows. */
public final class QueryRun {
    private static final int MAX_SQL_LENGTH = 100_000;
    /** The engine's errors that speak of the query alone. */
    private static final Set<String> TELLING = Set.of("Binder Error", "Catalog Error", "Parser Error", "Syntax Error");

    private final Contracts contracts;
    private final Set<TableName> records;
    private final ProductReader reader;
    private final QueryLimits limits;
    private final Deadline deadline;

    /**
     * The clock starts now.
     *
     * @param records tables that no contract describes
     */
    public QueryRun(
            Contracts contracts,
            Set<TableName> records,
            ProductReader reader,
            QueryLimits limits,
            ScheduledExecutorService timer,
            LongSupplier nanoTime) {
        this.contracts = contracts;
        this.records = records;
        this.reader = reader;
        this.limits = limits;
        this.deadline = new Deadline(limits.timeout(), timer, nanoTime);
    }

    /** See {@link io.fedmesh.access.QueryEngine#query}. */
    public QueryResult answer(String text, Principal principal, String purpose) {
        if (text.length() > MAX_SQL_LENGTH) {
            throw new QueryRefusedException(
                    "[query] must have at most " + MAX_SQL_LENGTH + " characters but had " + text.length());
        }
        String sql = text.strip().replaceFirst("[;\\s]+$", "");
        Map<TableName, ProductTables.Snapshot> opened = new LinkedHashMap<>();
        SqlCheck check = null;
        try (Engine engine = Engine.open(limits, deadline)) {
            JsonNode parsed = engine.parse(sql);
            check = SqlCheck.of(parsed);
            Pushdown pushdown = Pushdown.of(parsed);
            Map<TableName, SqlCheck.Reference> wanted = new LinkedHashMap<>();
            check.references().forEach(reference -> wanted.put(resolve(reference), reference));
            // All or nothing: no product is opened while another one is refused; each is decided once.
            Map<ProductName, Obligations> shown = new LinkedHashMap<>();
            wanted.keySet()
                    .forEach(table -> shown.computeIfAbsent(
                            table.product(), product -> reader.check(principal, product, purpose)));
            for (Map.Entry<TableName, SqlCheck.Reference> entry : wanted.entrySet()) {
                TableName table = entry.getKey();
                ProductTables.Snapshot snapshot = open(table, Objects.requireNonNull(shown.get(table.product())));
                opened.put(table, snapshot);
                load(engine, check, pushdown, table, entry.getValue(), snapshot);
            }
            deadline.check();
            return engine.run(sql);
        } catch (SQLException e) {
            throw refusal(e, opened, check);
        }
    }

    private ProductTables.Snapshot open(TableName table, Obligations obligations) {
        Optional<Contract> contract = contracts.product(table.product());
        Optional<ProductTables.Snapshot> snapshot = contract.isPresent()
                ? reader.open(contract.get(), table, obligations)
                : reader.openWhole(table, obligations);
        return snapshot.orElseThrow(() -> new QueryRefusedException(
                "[" + table + "] must have been written by the sink" + " before it is read but it does not exist yet"));
    }

    private void load(
            Engine engine,
            SqlCheck check,
            Pushdown pushdown,
            TableName name,
            SqlCheck.Reference reference,
            ProductTables.Snapshot table)
            throws SQLException {
        List<Types.NestedField> columns = new ArrayList<>(table.schema().columns().stream()
                .filter(c -> check.needs(reference, c.name()))
                .toList());
        if (columns.isEmpty()) {
            // Only the number of rows matters; any column tells it.
            columns.add(table.schema().columns().get(0));
        }
        Schema plain = new Schema(
                columns.stream().filter(column -> table.isPlain(column.name())).toList());
        engine.load(
                name,
                new Schema(columns),
                table.scan(
                        columns.stream().map(Types.NestedField::name).toList(),
                        pushdown.filter(reference.schema(), reference.table(), plain)),
                // one more than are shown: it tells that there are more
                pushdown.enough(reference.schema(), reference.table(), limits.maxRows() + 1L)
                        .orElse(Long.MAX_VALUE));
    }

    private TableName resolve(SqlCheck.Reference reference) {
        return tables().filter(t -> t.product().namespace().equals(reference.schema())
                        && t.table().equals(reference.table()))
                .findFirst()
                .orElseThrow(() -> new QueryRefusedException("[query] must name tables that exist but '"
                        + reference.schema() + "." + reference.table() + "' does not; there are: "
                        + tables().map(TableName::toString).sorted().collect(Collectors.joining(", "))));
    }

    private Stream<TableName> tables() {
        return Stream.concat(
                contracts.products().stream()
                        .flatMap(contract ->
                                Stream.of(TableName.latest(contract.name()), TableName.history(contract.name()))),
                records.stream());
    }

    private QueryRefusedException refusal(
            SQLException e, Map<TableName, ProductTables.Snapshot> opened, @Nullable SqlCheck check) {
        if (deadline.passed()) {
            return deadline.refusal(e);
        }
        String message = String.valueOf(e.getMessage());
        if (message.startsWith("Out of Memory Error")) {
            return new QueryRefusedException("[query] must need at most " + (limits.memoryBytes() >> 20)
                    + " MiB of memory but needs more: name fewer columns or tables");
        }
        int colon = message.indexOf(':');
        String kind = colon < 0 ? "Error" : message.substring(0, colon);
        if (!TELLING.contains(kind)) {
            // What a conversion or an arithmetic error says may hold a value of a row.
            return new QueryRefusedException("[query] must run without an error but had: " + kind);
        }
        boolean isAboutColumns = kind.equals("Binder Error") && message.contains("column");
        if (isAboutColumns && check != null) {
            for (Map.Entry<TableName, ProductTables.Snapshot> table : opened.entrySet()) {
                for (String column : table.getValue().hidden()) {
                    if (check.names(column)) {
                        return new QueryRefusedException("[" + table.getKey() + "] the column '" + column
                                + "' must be shown to be asked for but is not" + columns(opened));
                    }
                }
            }
        }
        return new QueryRefusedException(
                "[query] must be valid but: " + firstLine(message) + (isAboutColumns ? columns(opened) : ""));
    }

    private static String columns(Map<TableName, ProductTables.Snapshot> opened) {
        return opened.entrySet().stream()
                .map(t -> "\nColumns of " + t.getKey() + ": "
                        + t.getValue().schema().columns().stream()
                                .map(Types.NestedField::name)
                                .collect(Collectors.joining(", ")))
                .collect(Collectors.joining());
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
