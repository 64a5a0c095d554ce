package io.fedmesh.access.reconcile;

import java.util.List;
import java.util.Map;

/** The sink's account of a product's records. Stateless. */
final class Account {
    private Account() {}

    /** What does not add up; nothing when there is no account. */
    static List<String> problems(Map<String, Long> counts) {
        if (!counts.containsKey("captured")) {
            return List.of();
        }
        long captured = counts.get("captured");
        long accounted = counts.getOrDefault("applied", 0L)
                + counts.getOrDefault("superseded", 0L)
                + counts.getOrDefault("rejected", 0L)
                + counts.getOrDefault("filtered", 0L);
        return captured == accounted
                ? List.of()
                : List.of("captured must be applied + superseded + rejected + filtered = " + accounted + " but was "
                        + captured);
    }
}
