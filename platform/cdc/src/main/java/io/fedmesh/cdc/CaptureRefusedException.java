package io.fedmesh.cdc;

/**
 * Capture must not run as things are: going on would lose changes or publish wrong ones. The message says what must hold,
 * what it was, and what to do. Nothing was published and nothing has to be cleaned up; trying again without a change ends
 * in the same refusal.
 */
public final class CaptureRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CaptureRefusedException(String message) {
        super(message);
    }

    public CaptureRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
