package io.fedmesh.govern;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Domain;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.Source;
import io.fedmesh.contract.TopicName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;

/** Contracts for tests: domain {@code yard} captures crates, domain {@code harbour} derives loads from them. */
final class Fixtures {
    private Fixtures() {}

    static Contracts contracts() {
        return new Contracts(
                List.of(domain("yard"), domain("harbour")),
                List.of(source("yard", "db")),
                List.of(
                        captured("yard", "crate", "db", TopicName.Visibility.PUBLIC, 3),
                        captured("yard", "pallet", "db", TopicName.Visibility.PROTECTED, 1),
                        derived("yard", "stock", "stocktaking", "yard.pallet"),
                        derived("harbour", "load", "loading", "yard.crate", "yard.stock")));
    }

    static Domain domain(String name) {
        return new Domain(name, "a domain", "owner", "CC-1", List.of("u-1"), Path.of("domains", name, "domain.yaml"));
    }

    static Source source(String domain, String name) {
        return new Source(
                domain, name, "db", domain + ".heartbeat", Source.Truncate.TOMBSTONES, Path.of("sources", name));
    }

    static Contract captured(
            String domain, String product, String source, TopicName.Visibility visibility, int partitions) {
        return contract(
                new TopicName(domain, visibility, product, TopicName.Kind.STATE, 1),
                new Contract.Captured(source, domain + "." + product, Map.of("id", "id")),
                partitions);
    }

    static Contract derived(String domain, String product, String topology, String... inputs) {
        return contract(
                new TopicName(domain, TopicName.Visibility.PUBLIC, product, TopicName.Kind.DERIVED, 1),
                new Contract.Derived(
                        topology,
                        List.of(inputs).stream().map(ProductName::parse).toList(),
                        null),
                2);
    }

    static Contract contract(TopicName topic, Contract.Origin origin, int partitions) {
        Schema schema = SchemaBuilder.record("Thing")
                .namespace("io.fedmesh.test")
                .fields()
                .requiredString("id")
                .endRecord();
        return new Contract(
                topic.productName(),
                "1.0.0",
                "active",
                "a product",
                "owner",
                "CC-1",
                topic,
                schema,
                List.of("id"),
                Map.of("id", new Contract.Field(Classification.INTERNAL, Set.of())),
                origin,
                new Contract.Sla(Duration.ofSeconds(60), 99.9),
                new Contract.Retention(Duration.ofDays(365), Duration.ofDays(7)),
                partitions,
                Path.of("domains", topic.domain(), "products", topic.product() + ".odcs.yaml"));
    }
}
