package io.fedmesh.contract.internal;

import io.fedmesh.contract.Problem;
import java.nio.file.Path;
import java.util.Collection;

/** Where the problems of one file go. */
final class FileReport {
    private final Path file;
    private final Collection<Problem> problems;

    /**
     * @param file as the problems shall name it
     * @param problems what is appended to; a set, so that two checks that say the same say it once
     */
    FileReport(Path file, Collection<Problem> problems) {
        this.file = file;
        this.problems = problems;
    }

    Path file() {
        return file;
    }

    void add(int line, String rule, String message) {
        problems.add(new Problem(file, line, rule, message));
    }

    /** {@code 'key' must ... but was <value>}. */
    void must(Node value, String rule, String key, String what) {
        add(value.line(), rule, "'" + key + "' must " + what + " but was " + value.shown());
    }

    void missing(int line, String key) {
        add(line, "missing-key", "'" + key + "' must be given but was absent");
    }

    FileReport of(Path other) {
        return new FileReport(other, problems);
    }
}
