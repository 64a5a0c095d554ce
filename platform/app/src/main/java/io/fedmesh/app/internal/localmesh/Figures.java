package io.fedmesh.app.internal.localmesh;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the processes of a local mesh say at one moment.
 *
 * @param published events that the captures have published since their start
 * @param products by name
 * @param troubles components that are not well, and why
 */
public record Figures(long published, Map<String, Product> products, List<String> troubles) {

    /**
     * One product's sink.
     *
     * @param captured events read from its topic, over the table's life
     * @param lag events that the table does not hold yet, -1 when unknown
     * @param freshnessP50Ms source commit to visible row, median; -1 before the first commit
     * @param freshnessP99Ms the 99th percentile of the same
     */
    public record Product(long captured, long lag, long freshnessP50Ms, long freshnessP99Ms) {
        /** What is said before anything is known. */
        public static final Product NONE = new Product(0, -1, -1, -1);
    }

    /** Asks every process. */
    public static Figures ask(StatusClient client, RunState state) {
        long published = 0;
        Map<String, Product> products = new TreeMap<>();
        List<String> troubles = new ArrayList<>();
        for (RunState.WorkerState worker : state.processes()) {
            JsonNode status = client.status(worker.healthPort()).orElse(null);
            if (status == null) {
                troubles.add(worker.name() + " does not answer");
                continue;
            }
            for (JsonNode component : status.path("components")) {
                for (JsonNode count : component.path("published")) {
                    published += count.asLong();
                }
                for (JsonNode product : component.path("products")) {
                    products.put(
                            product.path("product").asText(),
                            new Product(
                                    product.path("captured").asLong(),
                                    product.path("lag").asLong(-1),
                                    product.path("freshnessP50Ms").asLong(-1),
                                    product.path("freshnessP99Ms").asLong(-1)));
                }
                String how = component.path("state").asText();
                if (!how.equals("running")) {
                    String why = component.path("message").asText();
                    troubles.add(component.path("name").asText() + " " + how + (why.isEmpty() ? "" : ": " + why));
                }
            }
        }
        return new Figures(published, products, troubles);
    }

    /** Events that all tables together have taken in. */
    public long captured() {
        return products.values().stream().mapToLong(Product::captured).sum();
    }

    /** Events that all tables together do not hold yet. */
    public long lag() {
        return products.values().stream().mapToLong(p -> Math.max(0, p.lag())).sum();
    }
}
