package io.fedmesh.stream;

import org.jspecify.annotations.Nullable;

/**
 * How a topology is.
 *
 * @param applicationId {@code <domain>.<topology>}
 * @param state what it does now
 * @param problem why it is held or has failed, for people, without any record's value; else null
 */
public record TopologyHealth(
        String applicationId, State state, @Nullable String problem) {
    /** What a topology does. */
    public enum State {
        /** Joins its group or restores its stores. */
        STARTING,
        RUNNING,
        /** Something that it needs does not answer: it keeps its position and tries again by itself. */
        HELD,
        /** It has stopped for good: only a restart, after the problem is mended, brings it back. */
        FAILED,
        /** It was closed. */
        STOPPED
    }
}
