package io.fedmesh.access;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.TopicName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the mesh offers, as results that {@link ResultFormat} writes: contracts, and beside them where topics and tables
 * stand, for whom there is somebody to ask. It shows no data of a product, so that it needs no decision. Thread-safe.
 */
public final class Catalogue {
    private final Contracts contracts;
    private final @Nullable TopicOffsets topics;
    private final @Nullable ProductTables tables;

    /**
     * @param topics null when the brokers cannot be asked: their columns are null then
     * @param tables null when the lake cannot be asked
     */
    public Catalogue(Contracts contracts, @Nullable TopicOffsets topics, @Nullable ProductTables tables) {
        this.contracts = contracts;
        this.topics = topics;
        this.tables = tables;
    }

    /** One line a product, by name. */
    public QueryResult products() {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Contract contract : sorted()) {
            rows.add(row(
                    contract.name(),
                    contract.topic().kind(),
                    contract.version(),
                    contract.status(),
                    contract.owner(),
                    contract.classification(),
                    contract.description()));
        }
        return result(rows, "product", "kind", "version", "status", "owner", "classification", "description");
    }

    /** The facts of one product, a line each. */
    public QueryResult describe(ProductName name) {
        Contract contract = contract(name);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        rows.add(row("product", contract.name()));
        rows.add(row("description", contract.description()));
        rows.add(row("version", contract.version()));
        rows.add(row("status", contract.status()));
        Contract.Lifetime lifetime = contract.lifetime();
        if (lifetime.end() != null) {
            rows.add(row("offered until", lifetime.end()));
        }
        if (lifetime.successor() != null) {
            rows.add(row("succeeded by", lifetime.successor()));
        }
        if (lifetime.predecessor() != null) {
            rows.add(row("succeeds", lifetime.predecessor()));
        }
        rows.add(row("owner", contract.owner()));
        rows.add(row("cost centre", contract.costCentre()));
        rows.add(row("classification", contract.classification()));
        rows.add(row("topic", contract.topic()));
        rows.add(row("partitions", contract.partitions()));
        rows.add(row("key", String.join(", ", contract.keyFields())));
        rows.add(row("tables", TableName.latest(name) + ", " + TableName.history(name)));
        if (contract.origin() instanceof Contract.Captured captured) {
            rows.add(row("source", captured.source() + ": " + captured.table()));
        } else if (contract.origin() instanceof Contract.Derived derived) {
            rows.add(row("topology", derived.topology()));
            rows.add(row(
                    "inputs",
                    derived.inputs().stream().map(ProductName::toString).collect(Collectors.joining(", "))));
        }
        rows.add(row("freshness", contract.sla().freshness()));
        rows.add(row("availability", contract.sla().availabilityPercent() + " %"));
        rows.add(row("history kept", contract.retention().history()));
        if (contract.disclosure().rows() != null) {
            rows.add(row("rows for others", "those that the contract's rowFilter admits"));
        }
        rows.add(row("contract", contract.file()));
        return result(rows, "fact", "value");
    }

    /** The fields of one product, a line each, in the schema's order. */
    public QueryResult fields(ProductName name) {
        Contract contract = contract(name);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        contract.schema().getFields().forEach(field -> {
            Contract.Field protection = contract.fields().get(field.name());
            rows.add(row(
                    field.name(),
                    type(field.schema()),
                    field.schema().isNullable() ? "yes" : "no",
                    protection == null ? null : protection.classification(),
                    protection == null
                            ? null
                            : protection.tags().stream().sorted().collect(Collectors.joining(", ")),
                    protection == null ? null : protection.protection(),
                    contract.disclosure().masks().get(field.name()),
                    field.doc()));
        });
        return result(rows, "field", "type", "optional", "classification", "tags", "protection", "mask", "description");
    }

    /** The Avro schema of one product, formatted. */
    public String schema(ProductName name) {
        return contract(name).schema().toString(true);
    }

    /** One line a topic of a product: how many records were published, and how many the table does not hold yet. */
    public QueryResult topics() {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Contract contract : sorted()) {
            Map<Integer, Long> end =
                    topics == null ? null : topics.end(contract.topic().toString());
            Map<Integer, Long> table = tables == null
                    ? null
                    : tables.current(TableName.latest(contract.name()))
                            .map(ProductTables.Snapshot::offsets)
                            .orElse(Map.of());
            rows.add(row(
                    contract.topic(),
                    contract.partitions(),
                    end == null ? null : sum(end),
                    table == null ? null : sum(table),
                    end == null || table == null ? null : Math.max(0, sum(end) - sum(table))));
            TopicName rejected = contract.topic().rejected();
            Map<Integer, Long> refused = topics == null ? null : topics.end(rejected.toString());
            rows.add(row(rejected, 1, refused == null ? null : sum(refused), null, null));
        }
        return result(rows, "topic", "partitions", "end", "in table", "lag");
    }

    private List<Contract> sorted() {
        return contracts.products().stream()
                .sorted(Comparator.comparing(Contract::name))
                .toList();
    }

    private Contract contract(ProductName name) {
        return contracts
                .product(name)
                .orElseThrow(() -> new QueryRefusedException("[product] must be one of the mesh but '" + name
                        + "' is not; there are: "
                        + sorted().stream().map(c -> c.name().toString()).collect(Collectors.joining(", "))));
    }

    private static String type(org.apache.avro.Schema schema) {
        if (schema.isUnion()) {
            return schema.getTypes().stream()
                    .filter(t -> t.getType() != org.apache.avro.Schema.Type.NULL)
                    .map(Catalogue::type)
                    .collect(Collectors.joining(" | "));
        }
        if (schema.getLogicalType() instanceof org.apache.avro.LogicalTypes.Decimal decimal) {
            return "decimal(" + decimal.getPrecision() + "," + decimal.getScale() + ")";
        }
        if (schema.getLogicalType() != null) {
            return schema.getLogicalType().getName();
        }
        if (schema.getType() == org.apache.avro.Schema.Type.ARRAY) {
            return "array of " + type(schema.getElementType());
        }
        return schema.getType().getName().toLowerCase(Locale.ROOT);
    }

    private static long sum(Map<Integer, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Numbers stay numbers; all else becomes its text. */
    private static List<@Nullable Object> row(@Nullable Object... values) {
        List<@Nullable Object> row = new ArrayList<>();
        for (Object value : values) {
            row.add(value == null || value instanceof Number ? value : value.toString());
        }
        return row;
    }

    private static QueryResult result(List<List<@Nullable Object>> rows, String... columns) {
        return new QueryResult(
                Arrays.stream(columns)
                        .map(c -> new QueryResult.Column(c, "VARCHAR"))
                        .toList(),
                rows,
                false);
    }
}
