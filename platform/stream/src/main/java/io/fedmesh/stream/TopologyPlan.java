package io.fedmesh.stream;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Names;
import io.fedmesh.stream.internal.Settings;
import io.fedmesh.wire.SchemaRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.TopologyDescription;

/**
 * A topology, built and held against its contract: it reads exactly the inputs that the contract names and writes exactly
 * the contract's topic. Immutable.
 *
 * @param product the contract of what it computes
 * @param inputs the contracts of what it reads
 * @param topology ready to run
 * @param properties of the Kafka Streams application; hold secrets
 */
public record TopologyPlan(Contract product, List<Contract> inputs, Topology topology, Properties properties) {

    /**
     * Plans every topology of a domain.
     *
     * @throws IllegalArgumentException when a derived product has no topology, a topology no product, or the two disagree
     */
    public static List<TopologyPlan> of(
            DomainTopologies domain, Contracts contracts, SchemaRegistry registry, StreamConfig config) {
        Set<String> promised = contracts.ofDomain(domain.domain()).stream()
                .filter(contract -> contract.origin() instanceof Contract.Derived)
                .map(contract -> ((Contract.Derived) contract.origin()).topology())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> written =
                domain.topologies().stream().map(ProductTopology::name).collect(Collectors.toCollection(TreeSet::new));
        if (!promised.equals(written) || written.size() != domain.topologies().size()) {
            throw new IllegalArgumentException(
                    "[" + domain.domain() + "] contracts and topologies must name each other but " + "contracts name "
                            + promised + " and topologies " + written);
        }
        return domain.topologies().stream()
                .map(topology -> of(topology, domain.domain(), contracts, registry, config))
                .toList();
    }

    /** Plans one topology of a domain. */
    public static TopologyPlan of(
            ProductTopology topology,
            String domain,
            Contracts contracts,
            SchemaRegistry registry,
            StreamConfig config) {
        List<Contract> products = contracts.ofDomain(domain).stream()
                .filter(contract -> contract.origin() instanceof Contract.Derived derived
                        && derived.topology().equals(topology.name()))
                .toList();
        if (products.size() != 1) {
            throw new IllegalArgumentException("[" + domain + "] one contract must name the topology '"
                    + topology.name() + "' but " + products.size() + " do");
        }
        Contract product = products.get(0);
        List<Contract> inputs = inputs(product, contracts);
        Properties properties = Settings.properties(product, Names.applicationId(domain, topology.name()), config);
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(properties)));
        topology.build(builder, new Topics(product, inputs, registry));
        Topology built = builder.build(properties);
        demandArrows(product, inputs, built.describe());
        return new TopologyPlan(product, inputs, built, properties);
    }

    /** {@code <domain>.<topology>}. */
    public String applicationId() {
        return properties.getProperty(StreamsConfig.APPLICATION_ID_CONFIG);
    }

    @Override
    public String toString() {
        return "TopologyPlan[" + applicationId() + "]";
    }

    private static List<Contract> inputs(Contract product, Contracts contracts) {
        return ((Contract.Derived) product.origin())
                .inputs().stream()
                        .map(name -> contracts
                                .product(name)
                                .orElseThrow(() -> new IllegalArgumentException("[" + product.file()
                                        + "] 'inputs' must name products of the mesh but was '" + name + "'")))
                        .toList();
    }

    private static void demandArrows(Contract product, List<Contract> inputs, TopologyDescription description) {
        Set<String> sources = new TreeSet<>();
        Set<String> sinks = new TreeSet<>();
        for (TopologyDescription.Subtopology part : description.subtopologies()) {
            for (TopologyDescription.Node node : part.nodes()) {
                if (node instanceof TopologyDescription.Source source) {
                    sources.addAll(source.topicSet());
                } else if (node instanceof TopologyDescription.Sink sink && sink.topic() != null) {
                    sinks.add(sink.topic());
                }
            }
        }
        Set<String> internal = new TreeSet<>(sources);
        internal.retainAll(sinks); // a repartition topic is written and read
        sources.removeAll(internal);
        sinks.removeAll(internal);
        Set<String> named =
                inputs.stream().map(input -> input.topic().toString()).collect(Collectors.toCollection(TreeSet::new));
        List<String> problems = new ArrayList<>();
        if (!sources.equals(named)) {
            problems.add("must read " + named + " but reads " + sources);
        }
        if (!sinks.equals(Set.of(product.topic().toString()))) {
            problems.add("must write [" + product.topic() + "] but writes " + sinks);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    "[" + product.file() + "] the topology " + String.join(" and ", problems));
        }
    }
}
