package io.fedmesh.cdc.internal;

/** How to wait while something is away: the only place where capture sleeps. */
public interface Pause {
    /**
     * Waits before the next attempt.
     *
     * @param attempt 1 for the first wait in a row
     * @param cause what is away
     * @throws StoppedException when capture is to stop instead
     */
    void before(int attempt, OutageException cause);

    /** What was away is back. */
    void over();

    /** Capture is to stop: whatever is not committed is captured again at the next start. */
    final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public StoppedException() {
            super("capture is stopping");
        }
    }
}
