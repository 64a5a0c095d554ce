package io.fedmesh.contract;

import java.nio.file.Path;

/**
 * One thing that is wrong in a file of the repository.
 *
 * @param file relative to the repository's root
 * @param line 1-based; 1 where the whole file is meant
 * @param rule short name of the rule, for example {@code unknown-key}
 * @param message what must hold and what it was
 */
public record Problem(Path file, int line, String rule, String message) {
    /** {@code [file:line] rule: message}. */
    @Override
    public String toString() {
        return "[" + file + ":" + line + "] " + rule + ": " + message;
    }
}
