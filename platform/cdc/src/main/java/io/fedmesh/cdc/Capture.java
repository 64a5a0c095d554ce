package io.fedmesh.cdc;

import io.fedmesh.cdc.internal.CaptureWorker;
import io.fedmesh.contract.ProductName;
import io.fedmesh.wire.SchemaRegistry;
import java.time.Instant;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Captures one source: every committed change of the captured tables becomes one event on its product's topic, exactly
 * once, in the order of commits for each key. One instance a source: starting a second one fences the first, which fails.
 *
 * <p>While the brokers, the database or the registry are away it holds its position and tries again; nothing is dropped.
 * Thread-safe.
 */
public final class Capture implements AutoCloseable {

    /** What a capture does. */
    public enum State {
        STARTING,
        /** Publishes the rows that stood in the tables. */
        SNAPSHOT,
        /** Publishes changes as they are committed. */
        STREAMING,
        /** Something is away: the position is held until it is back. */
        HOLDING,
        /** Ended by itself; it will not go on. */
        FAILED,
        /** Ended by {@link #close()}. */
        STOPPED
    }

    /**
     * How many changes of a product have been dealt with since the start.
     *
     * @param published events on the product's topic, deletes and snapshot rows included
     * @param rejected rows on its rejected topic
     * @param duplicates changes that the source told again and that were published already
     */
    public record Counts(long published, long rejected, long duplicates) {}

    /**
     * How a capture fares.
     *
     * @param cause why it is HOLDING or FAILED; null otherwise. Holds no value of a row
     * @param commitLsn the stored position: end of the last transaction that is published as a whole; 0 before the first
     * @param lagBytes how far the database's log was ahead of the stored position at the last heartbeat; 0 before it
     * @param lastEventAt when the source committed the last published change; null before the first
     */
    public record Health(
            State state,
            @Nullable Throwable cause,
            Map<ProductName, Counts> products,
            long commitLsn,
            long lagBytes,
            @Nullable Instant lastEventAt) {}

    private final CaptureWorker worker;

    /**
     * @param random spreads the pauses between attempts
     */
    public Capture(CaptureConfig config, SchemaRegistry registry, RandomGenerator random) {
        this.worker = new CaptureWorker(config, registry, random);
    }

    /**
     * Starts, once. Returns when capture runs, or holds because something is away.
     *
     * @throws CaptureRefusedException when it must not run as things are; the message says what to do
     */
    public void start() {
        worker.start();
    }

    public Health health() {
        return worker.health();
    }

    /**
     * Asks for a re-sync: stops whoever captures the source now and stores that the next start takes a new snapshot,
     * publishes every row again and deletes what is gone. This capture must not be started.
     */
    public void requestResync() {
        worker.requestResync();
    }

    /** Stops within seconds; what is in flight is committed or captured again at the next start. */
    @Override
    public void close() {
        worker.close();
    }
}
