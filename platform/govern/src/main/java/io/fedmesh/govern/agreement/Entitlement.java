package io.fedmesh.govern.agreement;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Mask;
import io.fedmesh.govern.Obligations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What live agreements show of a product to whoever reads it through the mesh. */
final class Entitlement {
    private Entitlement() {}

    /**
     * What these agreements show, all of one product and one or more.
     *
     * @param contract of the product
     */
    static Obligations of(Contract contract, Directory directory, List<Live> live) {
        Set<String> fields = new TreeSet<>();
        live.forEach(of -> fields.addAll(of.fields()));
        String domain = contract.name().domain();
        if (live.stream().allMatch(of -> directory.isOwn(of.agreement().consumer(), domain))) {
            return Obligations.of(contract, fields, Map.of(), null);
        }
        Map<String, Mask> masks = new TreeMap<>(contract.disclosure().masks());
        Directory.Product product = Objects.requireNonNull(directory.products().get(contract.name()));
        // A contract that says less than what the approvers knew does not count for less.
        product.fields().forEach((field, classification) -> {
            if (classification.compareTo(Classification.RESTRICTED) >= 0) {
                masks.putIfAbsent(field, Mask.REDACT);
            }
        });
        return Obligations.of(contract, fields, masks, contract.disclosure().rows());
    }

    /** The hash of all that decided: equal where the same contract, agreements and rules lead to the same obligations. */
    static String hash(Contract contract, List<Live> live, Obligations obligations) {
        List<String> parts = new ArrayList<>();
        parts.add("fedmesh policy 1");
        parts.add(contract.name().toString());
        parts.add(contract.version());
        parts.add(contract.topic().toString());
        parts.add(contract.schema().toString());
        parts.add(contract.keyFields().toString());
        contract.fields().forEach((name, field) -> {
            parts.add("field");
            parts.add(name);
            parts.add(field.classification().toString());
            parts.add(new TreeSet<>(field.tags()).toString());
            parts.add(field.protection().toString());
        });
        parts.add("disclosure");
        parts.add(contract.disclosure().masks().toString());
        parts.add(String.valueOf(contract.disclosure().rows()));
        for (Live of : live) {
            parts.add("agreement");
            parts.add(of.agreement().id());
            parts.add(of.agreement().consumer().toString());
            parts.add(of.purpose());
            parts.add(new TreeSet<>(of.fields()).toString());
            parts.add(of.until().toString());
        }
        parts.add("rules");
        for (Rule rule : Rule.values()) {
            parts.add(rule.name());
        }
        parts.add("obligations");
        parts.add(String.valueOf(obligations.fields()));
        parts.add(obligations.masks().toString());
        parts.add(String.valueOf(obligations.rows()));
        return Digest.of(parts);
    }
}
