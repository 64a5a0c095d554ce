package io.fedmesh.contract;

import java.util.List;
import java.util.stream.Collectors;

/** The repository's contracts break rules; carries every problem, so that a caller can show them all at once. */
public final class InvalidContractsException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public InvalidContractsException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** In the order of file and line; not empty. */
    public List<Problem> problems() {
        return problems;
    }
}
