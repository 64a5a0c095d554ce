package io.fedmesh.govern.internal.audit;

import org.jspecify.annotations.Nullable;

/**
 * A record as it stands on the topic, believed in nothing.
 *
 * @param offset on the topic
 * @param timestampMs when the broker appended it, milliseconds since 1970
 * @param link what its headers claim; null when they cannot be read
 * @param value the event as bytes; nobody changes the array
 */
record LoggedRecord(long offset, long timestampMs, @Nullable Link link, byte[] value) {
    /** The claim of a record: its place, what it follows and what it is. */
    record Link(long sequence, Hash previous, Hash hash) {
        Link {
            if (sequence < 0 || sequence == Long.MAX_VALUE) {
                throw new IllegalArgumentException("'sequence' must be 0 or more but was " + sequence);
            }
        }
    }
}
