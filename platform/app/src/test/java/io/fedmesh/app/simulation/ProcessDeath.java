package io.fedmesh.app.simulation;

/** A process is killed in the middle of a call: no code of it runs any more, so nothing may catch it. */
final class ProcessDeath extends Error {
    private static final long serialVersionUID = 1L;

    ProcessDeath(String where) {
        super(where, null, false, false);
    }
}
