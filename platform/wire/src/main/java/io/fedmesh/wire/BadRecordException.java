package io.fedmesh.wire;

/**
 * A record is definitely bad: trying again cannot help. The caller sends it to its {@code rejected} topic and goes on.
 * The message never holds a value of the record.
 */
public final class BadRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a record is refused; the name travels in the rejected record's headers. */
    public enum Reason {
        /** Neither framing V0 nor V1, or cut short. */
        BAD_FRAMING,
        /** The registry knows no such schema id, definitely. */
        UNKNOWN_SCHEMA,
        /** The schema id belongs to another subject. */
        WRONG_SUBJECT,
        /** The bytes do not follow their schema. */
        UNDECODABLE,
        /** Decoded, but against the contract: a header, a key, a field's rule. */
        CONTRACT,
        /** No key where a key must be. */
        NULL_KEY,
        /** Larger than the limit. */
        TOO_LARGE,
        /** The topology's code refused it. */
        PROCESSING
    }

    private final Reason reason;

    public BadRecordException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public BadRecordException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
