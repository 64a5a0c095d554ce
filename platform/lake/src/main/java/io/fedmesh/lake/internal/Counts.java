package io.fedmesh.lake.internal;

import java.util.Map;

/**
 * The account of a product's records, kept in the summary of each {@code _latest} snapshot and so exactly as true as the
 * table: {@code captured = applied + superseded + rejected + filtered}.
 *
 * @param captured records read from the topic
 * @param applied written to {@code _latest}, or deleted from it
 * @param superseded overtaken by a newer version of their key in the same commit
 * @param rejected refused, and on the rejected topic
 * @param filtered not newer than what the table had: redelivered or late
 */
public record Counts(long captured, long applied, long superseded, long rejected, long filtered) {
    /** Nothing yet. */
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    /** Reads {@link #toMap()} back; a missing count is 0. */
    public static Counts of(Map<String, Long> counts) {
        return new Counts(
                counts.getOrDefault("captured", 0L),
                counts.getOrDefault("applied", 0L),
                counts.getOrDefault("superseded", 0L),
                counts.getOrDefault("rejected", 0L),
                counts.getOrDefault("filtered", 0L));
    }

    /** By name. */
    public Map<String, Long> toMap() {
        return Map.of(
                "captured", captured,
                "applied", applied,
                "superseded", superseded,
                "rejected", rejected,
                "filtered", filtered);
    }

    Counts plus(Counts other) {
        return new Counts(
                captured + other.captured,
                applied + other.applied,
                superseded + other.superseded,
                rejected + other.rejected,
                filtered + other.filtered);
    }
}
