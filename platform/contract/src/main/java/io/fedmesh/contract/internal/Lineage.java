package io.fedmesh.contract.internal;

import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.TopicName;
import io.fedmesh.contract.internal.ContractReader.Located;
import io.fedmesh.contract.internal.Node.Scalar;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which product is made of which: every input exists, may be read, and no product is made of itself. */
final class Lineage {
    private final Map<ProductName, ContractDraft> drafts;
    private final Set<ProductName> known;

    /**
     * @param drafts the contracts that could be read
     * @param known all products that have a file, read or not
     */
    Lineage(Map<ProductName, ContractDraft> drafts, Set<ProductName> known) {
        this.drafts = drafts;
        this.known = known;
    }

    void check() {
        Map<ProductName, List<ProductName>> inputs = new TreeMap<>();
        drafts.forEach((name, draft) -> {
            List<ProductName> read = new ArrayList<>();
            for (Located<String> text : draft.texts("inputs")) {
                ProductName input = input(draft, text);
                if (input != null) {
                    read.add(input);
                }
            }
            inputs.put(name, read);
        });
        inputs.keySet().forEach(name -> checkAcyclic(name, inputs));
    }

    private @Nullable ProductName input(ContractDraft draft, Located<String> text) {
        ProductName input;
        try {
            input = ProductName.parse(text.value());
        } catch (IllegalArgumentException e) {
            draft.report().add(text.line(), "input", Scalar.sentence(String.valueOf(e.getMessage())));
            return null;
        }
        if (!known.contains(input)) {
            draft.report()
                    .add(
                            text.line(),
                            "input",
                            "'customProperties.inputs' must name products that have a contract but had '" + input
                                    + "'");
            return null;
        }
        ContractDraft other = drafts.get(input);
        Located<TopicName> topic = other == null ? null : other.topic();
        if (topic != null
                && topic.value().visibility() == TopicName.Visibility.PRIVATE
                && !input.domain().equals(draft.name().domain())) {
            draft.report()
                    .add(
                            text.line(),
                            "input",
                            "'customProperties.inputs' must name no private product of another domain but had '" + input
                                    + "'");
        }
        return input;
    }

    /** Reports at the product itself when a walk along the inputs comes back to it. */
    private void checkAcyclic(ProductName start, Map<ProductName, List<ProductName>> inputs) {
        Map<ProductName, ProductName> cameFrom = new TreeMap<>();
        Deque<ProductName> open = new ArrayDeque<>(List.of(start));
        while (!open.isEmpty()) {
            ProductName at = open.remove();
            for (ProductName next : inputs.getOrDefault(at, List.of())) {
                if (cameFrom.putIfAbsent(next, at) == null) {
                    open.add(next);
                }
            }
        }
        if (cameFrom.containsKey(start)) {
            Deque<String> way = new ArrayDeque<>(List.of(start.toString()));
            ProductName at = cameFrom.get(start);
            while (at != null && !at.equals(start)) {
                way.push(at.toString());
                at = cameFrom.get(at);
            }
            way.push(start.toString());
            ContractDraft draft = drafts.get(start);
            if (draft != null) {
                draft.report()
                        .add(
                                draft.lineOf("inputs"),
                                "cycle",
                                "'customProperties.inputs' must not lead back to the product but was '"
                                        + String.join(" -> ", way) + "'");
            }
        }
    }
}
