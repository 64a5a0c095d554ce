package io.fedmesh.stream;

import io.fedmesh.contract.Contracts;
import io.fedmesh.stream.internal.RunningTopology;
import io.fedmesh.wire.SchemaRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the topologies of one domain, each as its own Kafka Streams application. A bad record goes to the product's
 * rejected topic and the rest goes on; an outage holds the position; a bug stops that topology and shows in
 * {@link #health()}. Thread-safe.
 */
public final class TopologyRunner implements AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final List<RunningTopology> running;

    private TopologyRunner(List<RunningTopology> running) {
        this.running = running;
    }

    /**
     * Plans and starts every topology of the domain; returns at once, {@link #health()} tells when they run.
     *
     * @throws IllegalArgumentException when contracts and topologies disagree; nothing is started then
     */
    public static TopologyRunner start(
            DomainTopologies domain, Contracts contracts, SchemaRegistry registry, StreamConfig config, Clock clock) {
        List<TopologyPlan> plans = TopologyPlan.of(domain, contracts, registry, config);
        List<RunningTopology> running = new ArrayList<>();
        try {
            for (TopologyPlan plan : plans) {
                running.add(RunningTopology.start(plan, clock));
            }
        } catch (RuntimeException e) {
            running.forEach(topology -> topology.close(CLOSE_TIMEOUT));
            throw e;
        }
        return new TopologyRunner(List.copyOf(running));
    }

    /** One entry a topology, in the domain's order. */
    public List<TopologyHealth> health() {
        return running.stream().map(RunningTopology::health).toList();
    }

    /**
     * Commits what was done and leaves the groups, so that the next start need not wait for a time-out.
     *
     * @param timeout for each topology
     * @return whether every topology ended in time
     */
    public boolean close(Duration timeout) {
        boolean isClosed = true;
        for (RunningTopology topology : running) {
            isClosed &= topology.close(timeout);
        }
        return isClosed;
    }

    /** Closes with a time-out of 10 s a topology. */
    @Override
    public void close() {
        close(CLOSE_TIMEOUT);
    }
}
