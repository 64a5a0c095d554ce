package io.fedmesh.contract.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Mask;
import io.fedmesh.contract.ProductName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** What an expression sees of contracts: maps, lists, texts and numbers of {@link PolicyTypes}. */
final class PolicyFacts {
    private PolicyFacts() {}

    /** Of a contract as it is. */
    static Map<String, Object> of(Contract contract) {
        return Map.of("contract", contract(contract));
    }

    /** Of a contract beside the one that it takes the place of. */
    static Map<String, Object> of(Contract contract, Contract before) {
        return Map.of("contract", contract(contract), "before", contract(before), "change", change(contract, before));
    }

    private static Map<String, Object> contract(Contract contract) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", contract.name().toString());
        facts.put("domain", contract.name().domain());
        facts.put("product", contract.name().product());
        facts.put("version", contract.version());
        facts.put("status", contract.status());
        facts.put("description", contract.description());
        facts.put("owner", contract.owner());
        facts.put("costCentre", contract.costCentre());
        facts.put("visibility", contract.topic().visibility().toString());
        facts.put("classification", contract.classification().toString());
        facts.put("level", (long) contract.classification().ordinal());
        List<Object> fields = new ArrayList<>();
        contract.schema().getFields().forEach(field -> {
            Contract.Field guarded = contract.fields().get(field.name());
            if (guarded != null) {
                fields.add(field(field, guarded, contract.disclosure().masks().get(field.name())));
            }
        });
        facts.put("fields", fields);
        facts.put("key", contract.keyFields());
        if (contract.erasureSubject() != null) {
            facts.put("erasureSubject", contract.erasureSubject());
        }
        facts.put(
                "retention",
                Map.of(
                        "historySeconds", contract.retention().history().toSeconds(),
                        "tombstonesSeconds", contract.retention().tombstones().toSeconds()));
        facts.put(
                "sla",
                Map.of(
                        "freshnessMs", contract.sla().freshness().toMillis(),
                        "availabilityPercent", contract.sla().availabilityPercent()));
        facts.put("partitions", (long) contract.partitions());
        facts.put("origin", origin(contract.origin()));
        facts.put(
                "inputs",
                contract.origin() instanceof Contract.Derived derived
                        ? derived.inputs().stream().map(ProductName::toString).toList()
                        : List.of());
        facts.put("quality", Map.of("audited", contract.quality().isAudited(), "rules", (long)
                contract.quality().rules().size()));
        return facts;
    }

    private static Map<String, Object> field(Schema.Field field, Contract.Field guarded, @Nullable Mask mask) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", field.name());
        facts.put("type", type(real(field.schema())));
        facts.put("optional", field.schema().isUnion());
        facts.put("classification", guarded.classification().toString());
        facts.put("level", (long) guarded.classification().ordinal());
        facts.put("tags", List.copyOf(new TreeSet<>(guarded.tags())));
        facts.put("protection", guarded.protection().toString());
        facts.put("mask", mask == null ? "none" : mask.toString());
        return facts;
    }

    private static Map<String, Object> origin(Contract.Origin origin) {
        if (origin instanceof Contract.Captured captured) {
            return Map.of("kind", "captured", "source", captured.source(), "table", captured.table());
        }
        return Map.of("kind", "derived", "topology", ((Contract.Derived) origin).topology());
    }

    private static Map<String, Object> change(Contract contract, Contract before) {
        List<String> added = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        List<String> retyped = new ArrayList<>();
        List<String> lowered = new ArrayList<>();
        contract.fields().forEach((name, field) -> {
            Contract.Field old = before.fields().get(name);
            if (old == null) {
                added.add(name);
                return;
            }
            if (old.classification().compareTo(field.classification()) > 0) {
                lowered.add(name);
            }
            if (!schema(contract, name).equals(schema(before, name))) {
                retyped.add(name);
            }
        });
        before.fields().keySet().stream()
                .filter(name -> !contract.fields().containsKey(name))
                .forEach(removed::add);
        return Map.of(
                "version", step(before.version(), contract.version()),
                "fieldsAdded", sorted(added),
                "fieldsRemoved", sorted(removed),
                "fieldsRetyped", sorted(retyped),
                "fieldsLowered", sorted(lowered));
    }

    private static Schema schema(Contract contract, String field) {
        return contract.schema().getField(field).schema();
    }

    private static List<String> sorted(List<String> names) {
        return names.stream().sorted().toList();
    }

    /** Which number of {@code major.minor.patch} moved: its name, {@code none}, or {@code lowered} where it went back. */
    private static String step(String from, String to) {
        List<String> names = List.of("major", "minor", "patch");
        String[] old = from.split("\\.", -1);
        String[] young = to.split("\\.", -1);
        for (int i = 0; i < names.size(); i++) {
            int order = Integer.compare(Integer.parseInt(young[i]), Integer.parseInt(old[i]));
            if (order != 0) {
                return order > 0 ? names.get(i) : "lowered";
            }
        }
        return "none";
    }

    private static Schema real(Schema schema) {
        return schema.isUnion()
                ? schema.getTypes().stream()
                        .filter(type -> type.getType() != Schema.Type.NULL)
                        .findFirst()
                        .orElse(schema)
                : schema;
    }

    private static String type(Schema schema) {
        if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
            return "decimal(" + decimal.getPrecision() + "," + decimal.getScale() + ")";
        }
        return schema.getLogicalType() != null
                ? schema.getLogicalType().getName()
                : schema.getType().getName();
    }
}
