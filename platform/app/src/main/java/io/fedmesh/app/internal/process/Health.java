package io.fedmesh.app.internal.process;

import java.util.Locale;

/**
 * How a component is.
 *
 * @param message for people: why it holds or failed, or what an operator should know though it runs; empty otherwise
 */
public record Health(State state, String message) {
    /** From start to end. */
    public enum State {
        /** Not at work yet. */
        STARTING,
        /** At work. */
        RUNNING,
        /** An outage: the position is held and the work tried again; alive but not ready. */
        HOLDING,
        /** It cannot go on: the process ends. */
        FAILED,
        /** Ended in order. */
        STOPPED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static Health of(State state) {
        return new Health(state, "");
    }
}
