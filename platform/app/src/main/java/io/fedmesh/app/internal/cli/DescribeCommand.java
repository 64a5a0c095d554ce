package io.fedmesh.app.internal.cli;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        description = "Say what a product is: owner, origin, promise, fields and their protection.")
final class DescribeCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "PRODUCT", description = "<domain>.<product>")
    String product = "";

    @Mixin
    OutputFormat.Choice output = new OutputFormat.Choice();

    DescribeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Contract contract = ProductArgument.find(surroundings.contracts(), product);
        PrintStream out = surroundings.console().out();
        Map<String, Object> facts = facts(contract);
        Rows fields = fields(contract);
        switch (output.format) {
            case TABLE -> {
                int width =
                        facts.keySet().stream().mapToInt(String::length).max().orElse(0);
                facts.forEach((name, value) -> out.println(name + " ".repeat(width - name.length() + 2) + value));
                out.println();
                fields.print(OutputFormat.TABLE, out);
            }
            case CSV -> fields.print(OutputFormat.CSV, out);
            case JSON -> {
                Map<String, Object> whole = new LinkedHashMap<>(facts);
                whole.put("fields", fields.objects());
                out.println(Rows.write(whole));
            }
        }
        return Cli.OK;
    }

    private static Map<String, Object> facts(Contract contract) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("product", contract.name().toString());
        facts.put("description", contract.description());
        facts.put("version", contract.version());
        facts.put("status", contract.status());
        facts.put("owner", contract.owner());
        facts.put("costCentre", contract.costCentre());
        facts.put("classification", contract.classification().toString());
        facts.put("origin", origin(contract.origin()));
        facts.put("topic", contract.topic().toString());
        facts.put("partitions", contract.partitions());
        facts.put("tables", tables(contract.name()));
        facts.put("key", contract.keyFields());
        facts.put("freshness", contract.sla().freshness().toString());
        facts.put("availabilityPercent", contract.sla().availabilityPercent());
        facts.put("historyKept", contract.retention().history().toString());
        facts.put("tombstonesKept", contract.retention().tombstones().toString());
        facts.put("file", contract.file().toString());
        return facts;
    }

    private static List<String> tables(ProductName name) {
        return List.of(name.namespace() + "." + name.latestTable(), name.namespace() + "." + name.historyTable());
    }

    private static String origin(Contract.Origin origin) {
        if (origin instanceof Contract.Captured captured) {
            return "table " + captured.table() + " of source " + captured.source();
        }
        Contract.Derived derived = (Contract.Derived) origin;
        return "topology " + derived.topology() + " over "
                + derived.inputs().stream().map(ProductName::toString).collect(Collectors.joining(", "));
    }

    private static Rows fields(Contract contract) {
        Rows rows = new Rows("field", "type", "key", "classification", "tags");
        contract.fields().forEach((name, field) -> {
            Schema.Field declared = contract.schema().getField(name);
            rows.add(
                    name,
                    declared == null ? "" : type(declared.schema()),
                    contract.keyFields().contains(name) ? "yes" : "",
                    field.classification(),
                    String.join(" ", field.tags()));
        });
        return rows;
    }

    /** The type for people: {@code decimal(18,2)}, {@code string?} where null is allowed. */
    static String type(Schema schema) {
        if (schema.isUnion()) {
            return schema.getTypes().stream()
                            .filter(s -> s.getType() != Schema.Type.NULL)
                            .map(DescribeCommand::type)
                            .collect(Collectors.joining("|"))
                    + (schema.isNullable() ? "?" : "");
        }
        if (schema.getType() == Schema.Type.ARRAY) {
            return type(schema.getElementType()) + "[]";
        }
        if (schema.getLogicalType() instanceof org.apache.avro.LogicalTypes.Decimal decimal) {
            return "decimal(" + decimal.getPrecision() + "," + decimal.getScale() + ")";
        }
        return schema.getLogicalType() != null ? schema.getLogicalType().getName() : schema.getName();
    }
}
