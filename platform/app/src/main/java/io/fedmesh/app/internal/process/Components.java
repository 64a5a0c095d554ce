package io.fedmesh.app.internal.process;

import io.fedmesh.app.internal.config.MeshConfig;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Source;
import io.fedmesh.govern.ProvisioningSettings;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.stream.DomainTopologies;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Makes the components that a process runs, from its configuration and the contracts. */
public final class Components {
    private static final Duration START_PATIENCE = Duration.ofMinutes(5);

    private final Connections connections;
    private final Contracts contracts;
    private final Patience patience =
            new Patience(START_PATIENCE, new SecureRandom(), System::nanoTime, TimeUnit.MILLISECONDS::sleep);

    public Components(MeshConfig config, Contracts contracts, Map<String, String> environment) {
        this.connections = new Connections(config, environment);
        this.contracts = contracts;
    }

    /** Everything: what one worker hosts on a small machine. */
    public List<Component> all() {
        List<Component> all = new ArrayList<>(captures(List.of()));
        List<String> deriving = contracts.domains().stream()
                .map(domain -> domain.name())
                .filter(this::derives)
                .toList();
        all.addAll(streams(deriving));
        all.add(sink());
        all.addAll(lake());
        all.add(governor());
        return all;
    }

    /**
     * One component a source.
     *
     * @param domains whose sources; none means every domain
     * @throws IllegalArgumentException when a domain has no source
     */
    public List<Component> captures(List<String> domains) {
        for (String domain : domains) {
            if (contracts.sources().stream().noneMatch(source -> source.domain().equals(domain))) {
                throw new IllegalArgumentException("'domain' must be one of "
                        + contracts.sources().stream()
                                .map(Source::domain)
                                .distinct()
                                .toList() + " but was '" + domain + "'");
            }
        }
        String instance = "mesh-" + ProcessHandle.current().pid();
        return contracts.sources().stream()
                .filter(source -> domains.isEmpty() || domains.contains(source.domain()))
                .<Component>map(source -> new CaptureComponent(connections, contracts, source, instance))
                .toList();
    }

    /**
     * One component a domain.
     *
     * @throws IllegalArgumentException when a domain's topologies are not on the class path
     */
    public List<Component> streams(List<String> domains) {
        Map<String, DomainTopologies> found = ServiceLoader.load(DomainTopologies.class).stream()
                .map(ServiceLoader.Provider::get)
                .collect(Collectors.toMap(DomainTopologies::domain, d -> d, (one, other) -> one, TreeMap::new));
        List<Component> streams = new ArrayList<>();
        for (String domain : domains) {
            DomainTopologies topologies = found.get(domain);
            if (topologies == null) {
                throw new IllegalArgumentException("'domain' must be one whose topologies are on the class path, of "
                        + found.keySet() + ", but was '" + domain + "'");
            }
            streams.add(new StreamComponent(connections, contracts, topologies, patience));
        }
        return streams;
    }

    /** The sink of every product. */
    public Component sink() {
        return new SinkComponent(connections, contracts.products(), patience);
    }

    /** The upkeep of every product's tables. */
    public Component upkeep() {
        return new UpkeepComponent(connections, contracts.products(), patience);
    }

    /** What keeps tables: their upkeep, and the copy of the record of decisions where there is a record. */
    public List<Component> lake() {
        List<Component> lake = new ArrayList<>(List.of(upkeep()));
        if (connections.config().audit() != null) {
            lake.add(new AuditCopyComponent(new AuditCopyComponent.Real(connections), System::nanoTime));
        }
        return lake;
    }

    /** Opens and closes topics to consumers as agreements begin and end. */
    public Component governor() {
        return new GovernanceComponent(new GoverningMesh(connections), Clock.systemUTC(), System::nanoTime);
    }

    /**
     * Looks whether what stands is still what should.
     *
     * @param directory who there is and what there is to ask for; {@link Directory#EMPTY} where nobody says so
     * @param interval between two looks
     */
    public Component drift(ProvisioningSettings settings, Directory directory, Duration interval) {
        return new DriftComponent(new DriftComponent.Looking(connections, contracts, settings, directory), interval);
    }

    private boolean derives(String domain) {
        return contracts.ofDomain(domain).stream().anyMatch(c -> c.origin() instanceof Contract.Derived);
    }
}
