package io.fedmesh.govern;

/**
 * The desired state could not be reached. What was applied before stays; {@link Provisioner#apply} may be called again
 * once the cause is mended.
 */
public final class ProvisioningException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ProvisioningException(String message) {
        super(message);
    }

    public ProvisioningException(String message, Throwable cause) {
        super(message, cause);
    }
}
