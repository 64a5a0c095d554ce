package io.fedmesh.contract.internal;

import io.fedmesh.contract.Problem;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The order in which problems are told. */
final class Problems {
    private Problems() {}

    /** By file and line. */
    static List<Problem> sorted(Collection<Problem> problems) {
        return problems.stream()
                .sorted(Comparator.comparing((Problem p) -> p.file().toString())
                        .thenComparing(Problem::line)
                        .thenComparing(Problem::rule)
                        .thenComparing(Problem::message))
                .toList();
    }
}
