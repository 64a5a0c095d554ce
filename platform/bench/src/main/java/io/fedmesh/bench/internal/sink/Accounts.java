package io.fedmesh.bench.internal.sink;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.TopicName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;

/** The product that is measured: accounts, thirteen columns of the usual types, keyed by one of them. */
final class Accounts {
    static final Schema SCHEMA = new Schema.Parser().parse("""
                    {"type":"record","name":"Account","namespace":"io.fedmesh.bench","fields":[
                     {"name":"account_id","type":"string"},
                     {"name":"revision","type":"long"},
                     {"name":"region","type":"string"},
                     {"name":"status","type":"string"},
                     {"name":"holder_name","type":"string"},
                     {"name":"email","type":["null","string"],"default":null},
                     {"name":"note","type":["null","string"],"default":null},
                     {"name":"balance","type":{"type":"bytes","logicalType":"decimal","precision":18,"scale":2}},
                     {"name":"score","type":"double"},
                     {"name":"active","type":"boolean"},
                     {"name":"updated_at","type":{"type":"long","logicalType":"timestamp-micros"}},
                     {"name":"reviewed_at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"default":null},
                     {"name":"visits","type":"long"}]}
                    """);

    static final String KEY = "account_id";
    static final String REVISION = "revision";
    /** No record is without it. */
    static final String HOLDER = "holder_name";

    private Accounts() {}

    /**
     * The contract of one product of accounts.
     *
     * @param product name of the product in the domain {@code bench}
     * @param partitions of its topic
     */
    static Contract contract(String product, int partitions) {
        return contract(product, partitions, Map.of());
    }

    /** The same, with personal fields that are classified and tagged, and the holder's name as a token. */
    static Contract checked(String product, int partitions) {
        Set<String> tags = Set.of("PII");
        return contract(
                product,
                partitions,
                Map.of(
                        HOLDER,
                        new Contract.Field(Classification.RESTRICTED, tags, Contract.Protection.TOKENISE),
                        "email",
                        new Contract.Field(Classification.CONFIDENTIAL, tags)));
    }

    private static Contract contract(String product, int partitions, Map<String, Contract.Field> guarded) {
        Contract.Field usual = new Contract.Field(Classification.INTERNAL, Set.of());
        Map<String, Contract.Field> fields = new LinkedHashMap<>();
        Map<String, String> columns = new LinkedHashMap<>();
        for (Schema.Field field : SCHEMA.getFields()) {
            fields.put(field.name(), guarded.getOrDefault(field.name(), usual));
            columns.put(field.name(), field.name());
        }
        return new Contract(
                new ProductName("bench", product),
                "1.0.0",
                "active",
                "accounts to measure with",
                "bench",
                "bench",
                new TopicName("bench", TopicName.Visibility.PUBLIC, product, TopicName.Kind.STATE, 1),
                SCHEMA,
                List.of(KEY),
                fields,
                new Contract.Captured("main", "public.account", columns),
                new Contract.Sla(Duration.ofSeconds(5), 99.0),
                new Contract.Retention(Duration.ofDays(365), Duration.ofDays(7)),
                partitions,
                Path.of("bench/" + product + ".odcs.yaml"));
    }
}
