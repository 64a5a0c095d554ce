package io.fedmesh.govern.audit;

import org.jspecify.annotations.Nullable;

/** An event was not recorded, or nobody knows whether it was: what it would have recorded must not be done. */
public final class AuditUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AuditUnavailableException(String message) {
        super(message);
    }

    public AuditUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
