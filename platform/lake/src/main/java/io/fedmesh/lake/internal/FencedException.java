package io.fedmesh.lake.internal;

/** Another writer has taken over: this one must stop and touch nothing. */
public final class FencedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FencedException(String message) {
        super(message);
    }
}
