package io.fedmesh.access;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.lake.Watermark;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How fresh a product's table is at one moment, against what its contract promises.
 *
 * @param state whether the promise is kept
 * @param version up to which the table is complete, as hexadecimal text; where partitions differ, the lowest of those that
 *     have more to come, or else the highest; null before the first record
 * @param completeTo when the source committed the change of that version
 * @param lagRecords offsets between table and topic, markers of transactions included
 * @param lag how long ago the source committed the oldest change that the table lacks; zero when it lacks none
 * @param promised the contract's freshness
 */
public record FreshnessReport(
        ProductName product,
        State state,
        @Nullable String version,
        @Nullable Instant completeTo,
        long lagRecords,
        Duration lag,
        Duration promised) {
    /** How a product stands. */
    public enum State {
        FRESH,
        /** The table lacks a change that is older than the contract allows. */
        LATE,
        /** There is no topic: nothing can be said, so nothing is kept. */
        NO_TOPIC
    }

    /** Whether the contract's promise is broken. */
    public boolean broken() {
        return state != State.FRESH;
    }

    /** Looks at a product. */
    public static FreshnessReport of(Contract contract, ProductTables tables, TopicLag topics, Clock clock) {
        String topic = contract.topic().toString();
        Duration promised = contract.sla().freshness();
        // The table first: what the sink commits meanwhile makes the answer too late, never too fresh.
        Optional<ProductTables.Snapshot> table = tables.current(TableName.latest(contract.name()));
        Map<Integer, Long> offsets = table.map(ProductTables.Snapshot::offsets).orElse(Map.of());
        Map<Integer, Watermark> watermarks =
                table.map(ProductTables.Snapshot::watermarks).orElse(Map.of());
        Map<Integer, Long> end = topics.end(topic);
        if (end.isEmpty()) {
            return new FreshnessReport(contract.name(), State.NO_TOPIC, null, null, 0, Duration.ZERO, promised);
        }
        long lagRecords = end.entrySet().stream()
                .mapToLong(e -> Math.max(0, e.getValue() - offsets.getOrDefault(e.getKey(), 0L)))
                .sum();
        Optional<Instant> oldest = lagRecords == 0 ? Optional.empty() : topics.oldestBehind(topic, offsets, end);
        Instant now = clock.instant();
        Duration lag = oldest.map(time -> time.isAfter(now) ? Duration.ZERO : Duration.between(time, now))
                .orElse(Duration.ZERO);
        Comparator<Watermark> order = Comparator.comparing(Watermark::version);
        Optional<Watermark> complete = watermarks.entrySet().stream()
                .filter(e ->
                        oldest.isPresent() && end.getOrDefault(e.getKey(), 0L) > offsets.getOrDefault(e.getKey(), 0L))
                .map(Map.Entry::getValue)
                .min(order)
                .or(() -> watermarks.values().stream().max(order));
        return new FreshnessReport(
                contract.name(),
                lag.compareTo(promised) > 0 ? State.LATE : State.FRESH,
                complete.map(w -> w.version().hex()).orElse(null),
                complete.map(Watermark::time).orElse(null),
                oldest.isPresent() ? lagRecords : 0,
                lag,
                promised);
    }
}
