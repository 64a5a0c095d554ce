package io.fedmesh.lake.internal;

import java.time.Clock;

/** When a sink's batch is due, by its limits and by how long its flushes take, and when its tables must be looked at. Used by one thread. */
final class Pace {
    /** A record that is read within this time after a flush had to wait for its end. */
    private static final long WAITING_MS = 100;

    private static final long NEVER_MS = Long.MIN_VALUE / 2;

    /** How long the first batch takes what stood there when the sink began. */
    private static final long FIRST_MS = 100;

    private final SinkCore.Limits limits;
    private final Clock clock;
    private long lastFlushMs;
    private long flushedMs = NEVER_MS;
    private long stoodMs;
    private long lookedMs;

    Pace(SinkCore.Limits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /** A record goes into the batch. */
    void read(Batch batch, long timestampMs, long size) {
        long now = clock.millis();
        if (batch.records() == 0) {
            stoodMs = flushedMs == NEVER_MS
                    ? Math.min(now - timestampMs, limits.interval().toMillis() - FIRST_MS)
                    : 0;
        }
        batch.read(timestampMs, size, now);
    }

    /** A flush that began then has just ended. */
    void flushed(long startMs) {
        flushedMs = clock.millis();
        lastFlushMs = flushedMs - startMs;
        lookedMs = flushedMs;
    }

    /** The tables have just been looked at. */
    void looked() {
        lookedMs = clock.millis();
    }

    /** Whether nobody looked at the tables for a while; a clock that is set back does not end the looks. */
    boolean isUnseen() {
        return Math.abs(clock.millis() - lookedMs) >= limits.look().toMillis();
    }

    /**
     * While more is coming: whether the batch's first record would be visible at the end of the interval. It is read for at
     * least as long as the last flush took, so that a machine with more to do than it can writes larger commits instead of
     * more.
     */
    boolean isDue(Batch batch) {
        return isDue(batch, lastFlushMs);
    }

    /** While nothing more is coming: by the end of the interval if that can be. */
    boolean isDueWhenIdle(Batch batch) {
        return isDue(batch, earlyMs());
    }

    private boolean isDue(Batch batch, long leastMs) {
        if (batch.records() == 0 || isFull(batch)) {
            return batch.records() > 0;
        }
        long now = clock.millis();
        long readMs = batch.startedMs();
        // what is read right after a flush came while it ran, what is read first while no sink ran
        long cameMs = readMs - flushedMs < WAITING_MS ? flushedMs - lastFlushMs : readMs - Math.max(0, stoodMs);
        return now - cameMs >= limits.interval().toMillis() - earlyMs() && now - readMs >= leastMs;
    }

    /** How much before the end of the interval a flush begins: by what the last one took, at most half of it. */
    private long earlyMs() {
        return Math.min(lastFlushMs, limits.interval().toMillis() / 2);
    }

    private boolean isFull(Batch batch) {
        return batch.records() >= limits.maxRecords() || batch.bytes() >= limits.maxBytes();
    }
}
