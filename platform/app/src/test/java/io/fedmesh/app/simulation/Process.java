package io.fedmesh.app.simulation;

/** A process that takes one step at a time, until it dies. */
abstract class Process {
    private final String name;
    private boolean isDead;
    /** In the middle of a step, while others may take theirs. */
    boolean isRunning;

    Process(String name) {
        this.name = name;
    }

    abstract void step();

    /** @param isKilled whether it had no chance to close what it held */
    void die(boolean isKilled) {
        isDead = true;
    }

    final boolean isDead() {
        return isDead;
    }

    @Override
    public final String toString() {
        return name;
    }
}
