package io.fedmesh.access.reconcile;

import io.fedmesh.access.ProductTables;
import io.fedmesh.access.TableName;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.Source;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Knows which parts a change of the source passes on its way to a product's tables, and waits until it has. */
final class Pipeline {
    private final Contracts contracts;
    private final Positions positions;
    private final ProductTables tables;
    private final Waiting waiting;

    Pipeline(Contracts contracts, Positions positions, ProductTables tables, Waiting waiting) {
        this.contracts = contracts;
        this.positions = positions;
        this.tables = tables;
        this.waiting = waiting;
    }

    /** The source that fills a captured product. */
    Source source(Contract contract, Contract.Captured captured) {
        return contracts.sources().stream()
                .filter(s ->
                        s.domain().equals(contract.name().domain()) && s.name().equals(captured.source()))
                .findFirst()
                .orElseThrow(() -> new ReconcileException("[" + contract.name()
                        + "] 'source' must be a source of the domain but was '" + captured.source() + "'"));
    }

    /** The sources that a product's data comes from, through however many topologies. */
    Set<Source> sources(Contract contract) {
        Set<Source> sources = new LinkedHashSet<>();
        if (contract.origin() instanceof Contract.Captured captured) {
            sources.add(source(contract, captured));
        } else if (contract.origin() instanceof Contract.Derived derived) {
            derived.inputs().forEach(input -> sources.addAll(sources(contract(input))));
        }
        return sources;
    }

    /** Waits until the source's initial snapshot is published. */
    void awaitSnapshot(Source source) {
        waiting.until(
                "[" + source.positionTopic() + "] the initial snapshot must be published",
                () -> positions
                        .position(source)
                        .filter(SourcePosition::snapshotComplete)
                        .isPresent());
    }

    /** Waits until every change that was committed before the log's position is published. */
    void awaitCapture(Source source, long lsn) {
        waiting.until(
                "[" + source.positionTopic() + "] capture must pass " + Lsn.text(lsn),
                () -> positions
                        .position(source)
                        .filter(p -> Long.compareUnsigned(p.commitLsn(), lsn) >= 0)
                        .isPresent());
    }

    /** Waits until every topology on the way to a product has done what its inputs hold now. */
    void awaitTopologies(Contract contract) {
        Map<String, Contract> topologies = new LinkedHashMap<>();
        collect(contract, topologies);
        topologies.forEach((applicationId, product) -> awaitTopology(applicationId, inputs(applicationId)));
    }

    private void awaitTopology(String applicationId, Set<ProductName> inputs) {
        for (ProductName input : inputs) {
            awaitGroup(applicationId, contract(input).topic().toString());
        }
        // What is done with an input is in the next internal topic by the time that it counts as done; so after as many
        // looks as there are internal topics the last of them has passed it on.
        Set<String> internal = positions.internalTopics(applicationId);
        for (int look = 0; look < internal.size(); look++) {
            internal.forEach(topic -> awaitGroup(applicationId, topic));
        }
    }

    private void awaitGroup(String group, String topic) {
        awaitOffsets(
                "[" + topic + "] group " + group + " must pass what is there",
                topic,
                positions.end(topic),
                () -> positions.committed(group, topic));
    }

    /** Waits until the sink has put everything that the product's topic holds now into the table; gives the table. */
    ProductTables.Snapshot awaitTable(Contract contract, TableName table, Map<Integer, Long> ends) {
        awaitOffsets(
                "[" + table + "] the sink must pass what the topic holds"
                        + (contract.quality().isAudited()
                                ? " and its quality rules must hold, so that it is published,"
                                : ""),
                contract.topic().toString(),
                ends,
                () -> tables.current(table).map(ProductTables.Snapshot::offsets).orElse(Map.of()));
        Optional<ProductTables.Snapshot> snapshot = tables.current(table);
        return snapshot.orElseThrow(() -> new ReconcileException("[" + table + "] must exist but does not"));
    }

    /** Per partition, the end of what the product's topic holds now. */
    Map<Integer, Long> ends(Contract contract) {
        Map<Integer, Long> ends = positions.end(contract.topic().toString());
        if (ends.isEmpty()) {
            throw new ReconcileException("[" + contract.topic() + "] must be a topic but is not there");
        }
        return ends;
    }

    private void awaitOffsets(
            String what, String topic, Map<Integer, Long> ends, Supplier<Map<Integer, Long>> reached) {
        waiting.until(
                what,
                () -> passed(ends, reached.get()),
                // A transaction that was aborted leaves no record for anybody to reach.
                () -> {
                    Map<Integer, Long> now = reached.get();
                    return ends.entrySet().stream()
                            .allMatch(end -> now.getOrDefault(end.getKey(), 0L) >= end.getValue()
                                    || !positions.holdsRecords(
                                            topic, end.getKey(), now.getOrDefault(end.getKey(), 0L), end.getValue()));
                });
    }

    private static boolean passed(Map<Integer, Long> ends, Map<Integer, Long> reached) {
        return ends.entrySet().stream().allMatch(end -> reached.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    /** Topologies by application.id, those first that others read from. */
    private void collect(Contract contract, Map<String, Contract> topologies) {
        if (contract.origin() instanceof Contract.Derived derived) {
            String applicationId = applicationId(contract, derived);
            inputs(applicationId).forEach(input -> collect(contract(input), topologies));
            topologies.putIfAbsent(applicationId, contract);
        }
    }

    /** The inputs of every product that the topology makes. */
    private Set<ProductName> inputs(String applicationId) {
        Set<ProductName> inputs = new LinkedHashSet<>();
        Set<ProductName> own = new LinkedHashSet<>();
        for (Contract product : contracts.products()) {
            if (product.origin() instanceof Contract.Derived derived
                    && applicationId(product, derived).equals(applicationId)) {
                own.add(product.name());
                inputs.addAll(derived.inputs());
            }
        }
        inputs.removeAll(own);
        return inputs;
    }

    private static String applicationId(Contract contract, Contract.Derived derived) {
        return Names.applicationId(contract.name().domain(), derived.topology());
    }

    private Contract contract(ProductName name) {
        List<Contract> found =
                contracts.products().stream().filter(c -> c.name().equals(name)).toList();
        if (found.isEmpty()) {
            throw new ReconcileException("[" + name + "] must be a product of the mesh but is not");
        }
        return found.get(0);
    }
}
