package io.fedmesh.contract.internal;

/** A file that cannot be read any further; says at which line and why. */
final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final String rule;

    Unreadable(int line, String rule, String message) {
        super(message);
        this.line = line;
        this.rule = rule;
    }

    void reportTo(FileReport report) {
        report.add(line, rule, String.valueOf(getMessage()));
    }
}
