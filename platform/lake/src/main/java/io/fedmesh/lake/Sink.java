package io.fedmesh.lake;

import io.fedmesh.lake.internal.SinkThreads;
import io.fedmesh.wire.SchemaRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

/**
 * Writes products' topics to their tables, each event exactly once, until it is closed. Any number of processes may do so
 * for the same products: each product's consumer group deals its topic's partitions out among them. One product's trouble never stops
 * another's: {@link #status()} tells who runs, who waits for an outage to end and who stopped. Thread-safe.
 */
public final class Sink implements AutoCloseable {
    private final SinkThreads threads;

    private Sink(SinkThreads threads) {
        this.threads = threads;
    }

    /**
     * Starts one thread for each product. Tables are made or moved to their contract first.
     *
     * @param lakehouse stays open until the sink is closed
     * @param clock decides when a commit is due and measures freshness, never order
     * @param random makes commit ids and jitter
     */
    public static Sink start(
            Lakehouse lakehouse, SinkConfig config, SchemaRegistry registry, Clock clock, SecureRandom random) {
        return new Sink(SinkThreads.start(lakehouse.encrypted(), config, registry, clock, random));
    }

    /** Each product's status, in the order of the configuration. */
    public List<SinkStatus> status() {
        return threads.status();
    }

    /** Commits what was read, then stops; waits for that at most a minute. */
    @Override
    public void close() {
        threads.close();
    }
}
