package io.fedmesh.app.internal.config;

import io.fedmesh.contract.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration file breaks rules; carries every problem, so that they are mended in one turn. */
public final class InvalidConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public InvalidConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** In the order of the file; not empty. */
    public List<Problem> problems() {
        return problems;
    }
}
