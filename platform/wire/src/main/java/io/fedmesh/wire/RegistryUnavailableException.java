package io.fedmesh.wire;

/**
 * The registry could not be asked, or answered with something that says nothing about the record (5xx, 429, 401, a
 * time-out). The caller holds its position and tries again; no record is rejected for it.
 */
public final class RegistryUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RegistryUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    public RegistryUnavailableException(String message) {
        super(message);
    }
}
