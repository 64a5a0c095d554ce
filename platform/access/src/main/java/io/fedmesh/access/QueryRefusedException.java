package io.fedmesh.access;

/** A question that gets no answer, and why: for the one who asked. Nothing was changed. */
public final class QueryRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public QueryRefusedException(String message) {
        super(message);
    }

    public QueryRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
