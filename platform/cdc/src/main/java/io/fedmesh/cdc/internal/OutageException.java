package io.fedmesh.cdc.internal;

/** Something that capture needs cannot be reached: hold the position and try again. */
public class OutageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OutageException(String message, Throwable cause) {
        super(message, cause);
    }

    public OutageException(String message) {
        super(message);
    }
}
