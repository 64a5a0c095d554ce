package io.fedmesh.govern.agreement;

/** The rules do not allow a command; nothing was done and a second try changes nothing. */
public final class CommandRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    CommandRefusedException(String message) {
        super(message);
    }
}
