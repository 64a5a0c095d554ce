package io.fedmesh.govern.agreement;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What was done: a command that the rules allowed.
 *
 * @param sequence number of the event among those that count, from 0
 * @param previous SHA-256, as hex, of the event before, or 64 zeros
 * @param at when, in whole milliseconds
 * @param subject who {@code command.as} was
 * @param command what was commanded
 */
record Event(long sequence, String previous, Instant at, String subject, Command command) {
    /** What the first event follows. */
    static final String NONE = "0".repeat(64);

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("8999-12-31T00:00:00Z");

    Event {
        Texts.hash("previous", previous);
        if (sequence < 0) {
            throw new IllegalArgumentException("'sequence' must be 0 or more but was " + sequence);
        }
        if (at.isBefore(EARLIEST) || at.isAfter(LATEST)) {
            throw new IllegalArgumentException("'at' must lie in the years 2000 to 8999 but was " + at);
        }
        if (!at.equals(at.truncatedTo(ChronoUnit.MILLIS))) {
            throw new IllegalArgumentException("'at' must be in whole milliseconds but was " + at);
        }
    }
}
