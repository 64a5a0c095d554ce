package io.fedmesh.cdc.internal;

/** A right is missing that an operator can give: held like an outage, and capture goes on by itself once it is there. */
final class MissingRightException extends OutageException {
    private static final long serialVersionUID = 1L;

    /** What every message about a missing right ends with. */
    static final String GOES_ON = ": the capture then goes on by itself";

    MissingRightException(String message, Throwable cause) {
        super(message + GOES_ON, cause);
    }

    MissingRightException(String message) {
        super(message + GOES_ON);
    }
}
