package io.fedmesh.access.reconcile;

/** Source and table could not be compared, and why; nothing is said about whether they agree. */
public final class ReconcileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ReconcileException(String message) {
        super(message);
    }

    public ReconcileException(String message, Throwable cause) {
        super(message, cause);
    }
}
