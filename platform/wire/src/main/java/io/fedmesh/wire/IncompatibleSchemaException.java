package io.fedmesh.wire;

/** The registry refuses a schema under a subject: it is invalid or breaks the subject's compatibility. */
public final class IncompatibleSchemaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public IncompatibleSchemaException(String message) {
        super(message);
    }
}
