package io.fedmesh.app.simulation;

import io.fedmesh.cdc.internal.Product;
import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
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

/** The simulated domain: two tables of one source, each a product of three partitions. */
final class Bank {
    static final int PARTITIONS = 3;
    static final Schema SCHEMA = SchemaBuilder.record("Row")
            .namespace("bank")
            .fields()
            .requiredString("id")
            .requiredString("state")
            .endRecord();
    static final Source SOURCE =
            new Source("bank", "main", "bank", "bank.heartbeat", Source.Truncate.TOMBSTONES, Path.of("bank.yaml"));
    static final List<Contract> CONTRACTS = List.of(contract("account"), contract("card"));

    private Bank() {}

    /** Fresh products: they count, so each process has its own. */
    static List<Product> products() {
        return Product.of(SOURCE, CONTRACTS);
    }

    static String topic(int table) {
        return CONTRACTS.get(table).topic().toString();
    }

    static String rejectedTopic(int table) {
        return CONTRACTS.get(table).topic().rejected().toString();
    }

    static String name(int table) {
        return CONTRACTS.get(table).name().toString();
    }

    private static Contract contract(String product) {
        Contract.Field field = new Contract.Field(Classification.INTERNAL, Set.of());
        return new Contract(
                new ProductName("bank", product),
                "1.0.0",
                "active",
                "simulated",
                "nobody",
                "0",
                new TopicName("bank", TopicName.Visibility.PUBLIC, product, TopicName.Kind.STATE, 1),
                SCHEMA,
                List.of("id"),
                Map.of("id", field, "state", field),
                new Contract.Captured("main", "bank." + product, Map.of("id", "id", "state", "state")),
                new Contract.Sla(Duration.ofMinutes(1), 99.0),
                new Contract.Retention(Duration.ofDays(365), Duration.ofDays(7)),
                PARTITIONS,
                Path.of(product + ".odcs.yaml"));
    }
}
