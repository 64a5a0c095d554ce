package io.fedmesh.lake.internal;

import io.fedmesh.wire.Version;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What was read since the last commit: of each partition the newest change of each key and how far it was read, and the
 * account. Used by one thread.
 */
final class Batch {
    /** What was read of one partition. */
    static final class Part {
        private final int partition;
        private long next;
        private @Nullable Version furthest;
        private long furthestMicros;
        private @Nullable NewestChanges newest;

        private Part(int partition) {
            this.partition = partition;
        }

        int partition() {
            return partition;
        }

        /** The offset up to which it was read. */
        long next() {
            return next;
        }

        /** The greatest version that was read; null when no change was. */
        @Nullable
        Version furthest() {
            return furthest;
        }

        /** When the source committed it, in microseconds of the epoch. */
        long furthestMicros() {
            return furthestMicros;
        }

        /** The newest change of each key; null when none was added. */
        @Nullable
        NewestChanges newest() {
            return newest;
        }
    }

    private final IntFunction<KeySet> keys;
    private final Map<Integer, Part> parts = new TreeMap<>();
    private @Nullable Part last;
    private long[] timestampsMs = new long[1024];
    private int records;
    private long bytes;
    private long captured;
    private long superseded;
    private long rejected;
    private long filtered;
    private long events;
    private long startedMs;

    /** @param keys an empty set for the keys of a partition */
    Batch(IntFunction<KeySet> keys) {
        this.keys = keys;
    }

    /** Takes a record that {@code _latest} does not hold yet. */
    void add(Change change) {
        captured++;
        Part part = part(change.partition());
        if (part.newest == null) {
            part.newest = new NewestChanges(part.partition, keys.apply(part.partition));
        }
        switch (part.newest.add(change)) {
            case NEW -> {}
            case NEWER, OLDER -> superseded++;
            case SAME -> filtered++;
        }
    }

    /** Accounts for a record that goes to history alone. */
    void addEvent() {
        captured++;
        events++;
    }

    /** Accounts for a refused record that {@code _latest} has not accounted for yet. */
    void reject() {
        captured++;
        rejected++;
    }

    /** A record was read, whatever became of it. */
    void read(long timestampMs, long size, long nowMs) {
        if (records == 0) {
            startedMs = nowMs;
        }
        if (records == timestampsMs.length) {
            timestampsMs = Arrays.copyOf(timestampsMs, records * 2);
        }
        timestampsMs[records++] = timestampMs;
        bytes += size;
    }

    /** The partition was read up to and with this change. */
    void advance(Change change) {
        Part part = part(change.partition());
        part.next = Math.max(part.next, change.offset() + 1);
        if (part.furthest == null || part.furthest.compareTo(change.version()) < 0) {
            part.furthest = change.version();
            part.furthestMicros = change.committedAtMicros();
        }
    }

    /** The partition was read up to, not including, this offset. */
    void advance(int partition, long nextOffset) {
        Part part = part(partition);
        part.next = Math.max(part.next, nextOffset);
    }

    /** What was read, by partition, in their order. */
    Collection<Part> parts() {
        return parts.values();
    }

    Counts counts(long applied, long stale) {
        return new Counts(captured, applied, superseded, rejected, filtered + stale);
    }

    /** Records that went to history alone. */
    long events() {
        return events;
    }

    int records() {
        return records;
    }

    long bytes() {
        return bytes;
    }

    long startedMs() {
        return startedMs;
    }

    /** The timestamps of all records read. */
    long[] timestampsMs() {
        return Arrays.copyOf(timestampsMs, records);
    }

    private Part part(int partition) {
        if (last == null || last.partition != partition) {
            last = parts.computeIfAbsent(partition, Part::new);
        }
        return last;
    }
}
