package io.fedmesh.app.internal.process;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Names;
import io.fedmesh.stream.DomainTopologies;
import io.fedmesh.stream.StreamConfig;
import io.fedmesh.stream.TopologyHealth;
import io.fedmesh.stream.TopologyRunner;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The topologies of one domain. */
final class StreamComponent implements Component {
    /** Of internal topics: what the brokers say. */
    private static final int BROKERS_DEFAULT = -1;

    private final Connections connections;
    private final Contracts contracts;
    private final DomainTopologies domain;
    private final Patience patience;
    private volatile Health starting = Health.of(Health.State.STARTING);
    private volatile @Nullable TopologyRunner runner;
    private boolean isClosed;

    StreamComponent(Connections connections, Contracts contracts, DomainTopologies domain, Patience patience) {
        this.connections = connections;
        this.contracts = contracts;
        this.domain = domain;
        this.patience = patience;
    }

    @Override
    public String name() {
        return Names.principal(domain.domain(), "stream");
    }

    @Override
    public void start() throws Exception {
        TopologyRunner started = patience.until(
                () -> TopologyRunner.start(
                        domain,
                        contracts,
                        connections.registry(),
                        StreamConfig.of(
                                connections.kafka(name()),
                                connections.config().state().resolve("stream"),
                                BROKERS_DEFAULT),
                        Clock.systemUTC()),
                why -> starting = new Health(Health.State.HOLDING, why));
        synchronized (this) {
            runner = started;
            if (isClosed) {
                started.close();
            }
        }
    }

    @Override
    public Health health() {
        TopologyRunner running = runner;
        return running == null ? starting : health(running.health());
    }

    /** The worst of the topologies: a bug in one stops the process, so that somebody sees it. */
    static Health health(List<TopologyHealth> topologies) {
        for (TopologyHealth.State worst : List.of(
                TopologyHealth.State.FAILED,
                TopologyHealth.State.HELD,
                TopologyHealth.State.STARTING,
                TopologyHealth.State.STOPPED)) {
            List<TopologyHealth> these =
                    topologies.stream().filter(t -> t.state() == worst).toList();
            if (!these.isEmpty()) {
                return new Health(
                        state(worst),
                        these.stream()
                                .filter(t -> t.problem() != null)
                                .map(t -> t.applicationId() + ": " + Objects.requireNonNull(t.problem()))
                                .collect(Collectors.joining("; ")));
            }
        }
        return Health.of(Health.State.RUNNING);
    }

    private static Health.State state(TopologyHealth.State state) {
        return switch (state) {
            case STARTING -> Health.State.STARTING;
            case RUNNING -> Health.State.RUNNING;
            case HELD -> Health.State.HOLDING;
            case FAILED -> Health.State.FAILED;
            case STOPPED -> Health.State.STOPPED;
        };
    }

    @Override
    public List<Metric> metrics() {
        TopologyRunner running = runner;
        List<Metric> metrics = new ArrayList<>();
        for (TopologyHealth topology : running == null ? List.<TopologyHealth>of() : running.health()) {
            metrics.add(Metric.gauge(
                    "mesh_topology_running",
                    "1 while the topology runs.",
                    Map.of("topology", topology.applicationId()),
                    topology.state() == TopologyHealth.State.RUNNING ? 1 : 0));
        }
        return metrics;
    }

    @Override
    public Map<String, Object> details() {
        TopologyRunner running = runner;
        List<Map<String, Object>> list = new ArrayList<>();
        for (TopologyHealth topology : running == null ? List.<TopologyHealth>of() : running.health()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("topology", topology.applicationId());
            one.put("state", topology.state().toString().toLowerCase(Locale.ROOT));
            list.add(one);
        }
        return Map.of("topologies", list);
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        TopologyRunner running = runner;
        if (running != null) {
            running.close();
        }
    }
}
