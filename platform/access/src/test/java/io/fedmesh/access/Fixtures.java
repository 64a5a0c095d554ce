package io.fedmesh.access;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Domain;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.Quality;
import io.fedmesh.contract.TopicName;
import io.fedmesh.lake.TokenKeys;
import io.fedmesh.lake.Tokens;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;

/** Contracts for tests. */
public final class Fixtures {
    /** Every type that a product may have. */
    public static final Schema EVERY_TYPE = new Schema.Parser().parse("""
            {"type":"record","name":"Thing","namespace":"io.fedmesh.test","fields":[
              {"name":"id","type":"string"},
              {"name":"flag","type":["null","boolean"],"default":null},
              {"name":"small","type":["null","int"],"default":null},
              {"name":"big","type":["null","long"],"default":null},
              {"name":"single","type":["null","float"],"default":null},
              {"name":"twice","type":["null","double"],"default":null},
              {"name":"amount","type":["null",{"type":"bytes","logicalType":"decimal","precision":15,"scale":2}],"default":null},
              {"name":"day","type":["null",{"type":"int","logicalType":"date"}],"default":null},
              {"name":"at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"default":null},
              {"name":"local","type":["null",{"type":"long","logicalType":"local-timestamp-micros"}],"default":null},
              {"name":"clock","type":["null",{"type":"long","logicalType":"time-micros"}],"default":null},
              {"name":"text","type":["null","string"],"default":null},
              {"name":"raw","type":["null","bytes"],"default":null},
              {"name":"guid","type":["null",{"type":"string","logicalType":"uuid"}],"default":null},
              {"name":"words","type":["null",{"type":"array","items":["null","string"]}],"default":null},
              {"name":"numbers","type":["null",{"type":"array","items":"long"}],"default":null}
            ]}""");

    /** Each domain's key of tokens is its name, over and over. */
    public static final TokenKeys TOKEN_KEYS =
            domain -> domain.repeat(Tokens.MIN_KEY_BYTES).getBytes(StandardCharsets.UTF_8);

    private Fixtures() {}

    /** The same contracts, one field of one product tokenised. */
    public static Contracts tokenised(Contracts of, ProductName product, String field) {
        return new Contracts(
                of.domains(),
                of.sources(),
                of.products().stream()
                        .map(contract -> contract.name().equals(product) ? tokenised(contract, field) : contract)
                        .toList());
    }

    private static Contract tokenised(Contract of, String field) {
        Map<String, Contract.Field> fields = new LinkedHashMap<>(of.fields());
        fields.put(field, new Contract.Field(Classification.INTERNAL, Set.of(), Contract.Protection.TOKENISE));
        return contract(of.name(), of.schema(), of.topic(), of.origin(), fields);
    }

    /** Two products of two domains, both with {@link #EVERY_TYPE}. */
    public static Contracts contracts() {
        return new Contracts(
                List.of(domain("yard"), domain("harbour")),
                List.of(),
                List.of(contract("yard.small-crate", EVERY_TYPE), contract("harbour.load", EVERY_TYPE)));
    }

    /** A domain. */
    public static Domain domain(String name) {
        return new Domain(name, "a domain", "owner", "CC-1", List.of("u-1"), Path.of("domains", name, "domain.yaml"));
    }

    /** A captured product with key field {@code id}. */
    public static Contract contract(String product, Schema schema) {
        ProductName name = ProductName.parse(product);
        Map<String, String> columns = new LinkedHashMap<>();
        schema.getFields().forEach(f -> columns.put(f.name(), f.name()));
        return contract(
                name,
                schema,
                new TopicName(name.domain(), TopicName.Visibility.PUBLIC, name.product(), TopicName.Kind.STATE, 1),
                new Contract.Captured("db", name.domain() + "." + name.product().replace('-', '_'), columns));
    }

    /** A product. */
    public static Contract contract(ProductName name, Schema schema, TopicName topic, Contract.Origin origin) {
        Map<String, Contract.Field> fields = new LinkedHashMap<>();
        schema.getFields().forEach(f -> fields.put(f.name(), new Contract.Field(Classification.INTERNAL, Set.of())));
        return contract(name, schema, topic, origin, fields);
    }

    private static Contract contract(
            ProductName name,
            Schema schema,
            TopicName topic,
            Contract.Origin origin,
            Map<String, Contract.Field> fields) {
        return new Contract(
                name,
                "1.0.0",
                "active",
                "a product",
                "owner",
                "CC-1",
                topic,
                schema,
                List.of("id"),
                fields,
                origin,
                new Contract.Sla(Duration.ofSeconds(60), 99.9),
                new Contract.Retention(Duration.ofDays(365), Duration.ofDays(7)),
                1,
                Path.of("domains", name.domain(), "products", name.product() + ".odcs.yaml"));
    }

    /** The product with a rule. */
    static Contract audited(Contract of) {
        return new Contract(
                of.name(),
                of.version(),
                of.status(),
                of.description(),
                of.owner(),
                of.costCentre(),
                of.topic(),
                of.schema(),
                of.keyFields(),
                of.fields(),
                of.origin(),
                of.sla(),
                of.retention(),
                of.partitions(),
                of.layout(),
                of.upkeep(),
                new Quality(List.of(new Quality.Rule(
                        "some rows",
                        new Quality.RowCount(),
                        new Quality.Demand(
                                Quality.Operator.MUST_BE_GREATER_THAN, BigDecimal.ZERO, null, Quality.Unit.ROWS)))),
                of.file());
    }
}
