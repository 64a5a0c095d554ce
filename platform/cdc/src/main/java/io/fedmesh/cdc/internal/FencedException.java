package io.fedmesh.cdc.internal;

/** Another instance captures this source now: this one must stop. */
public final class FencedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FencedException(String message) {
        super(message);
    }
}
