package io.fedmesh.govern.agreement;

/** The log did not answer: an outage, after which nobody knows whether a record was appended until the log is read. */
public final class GovernanceLogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public GovernanceLogException(String message, @org.jspecify.annotations.Nullable Throwable cause) {
        super(message, cause);
    }
}
