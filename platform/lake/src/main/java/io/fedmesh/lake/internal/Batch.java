package io.fedmesh.lake.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was read since the last commit: the newest change of each key, how far each partition was read, and the account. */
final class Batch {
    private final Map<Key, Change> newest = new LinkedHashMap<>();
    private final Map<Integer, Long> next = new HashMap<>();
    private long[] timestampsMs = new long[1024];
    private int records;
    private long bytes;
    private long captured;
    private long superseded;
    private long rejected;
    private long filtered;
    private long events;
    private long startedMs;

    /** Takes a record that {@code _latest} does not hold yet. */
    void add(Change change) {
        captured++;
        Change known = newest.get(change.key());
        if (known == null) {
            newest.put(change.key(), change);
            return;
        }
        int order = change.version().compareTo(known.version());
        if (order > 0) {
            newest.put(change.key(), change);
            superseded++;
        } else if (order < 0) {
            superseded++;
        } else {
            filtered++;
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

    /** The partition was read up to, not including, this offset. */
    void advance(int partition, long nextOffset) {
        next.merge(partition, nextOffset, Math::max);
    }

    /** Per partition the newest change of each key, in the order of their keys' coming. */
    Map<Integer, List<Change>> newest() {
        Map<Integer, List<Change>> parts = new TreeMap<>();
        for (Change change : newest.values()) {
            parts.computeIfAbsent(change.partition(), p -> new ArrayList<>()).add(change);
        }
        return parts;
    }

    /** These offsets, moved on to what was read. */
    Map<Integer, Long> offsets(Map<Integer, Long> from) {
        Map<Integer, Long> to = new HashMap<>(from);
        next.forEach((partition, offset) -> to.merge(partition, offset, Math::max));
        return to;
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
}
