package io.fedmesh.lake;

/**
 * A table must not be read or written as it stands: its metadata or its key is not what the catalog's guard knows, it is
 * gone, it is another table of the same name, or its columns cannot take the contract's schema. Trying again does not
 * help; nothing of the table may be cleaned up on its account.
 */
public final class TableRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TableRefusedException(String message) {
        super(message);
    }

    public TableRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
