package io.fedmesh.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A small valid repository in a folder of the test's own: tests break one thing in it. */
final class TestRepository {
    static final String DOMAIN = "domains/sales/domain.yaml";
    static final String SOURCE = "domains/sales/sources/shop.yaml";
    static final String ORDER = "domains/sales/products/order.odcs.yaml";
    static final String TOTAL = "domains/sales/products/total.odcs.yaml";
    static final String TOTAL_SQL = "domains/sales/products/total.sql";
    static final String ORDER_SCHEMA = "schemas/sales/order.v1.avsc";
    static final String TOTAL_SCHEMA = "schemas/sales/total.v1.avsc";

    private static final String HEAD = """
            apiVersion: v3.1.0
            kind: DataContract
            id: sales.%1$s
            name: %1$s
            version: 1.0.0
            status: active
            domain: sales
            dataProduct: %1$s
            description:
              purpose: For tests.
            schema:
              - name: %1$s
                physicalName: sales.public.%1$s.%2$s.v1
            team:
              members:
                - username: u-1
                  role: owner
            slaProperties:
              - property: latency
                value: 5
                unit: m
              - property: availability
                value: 99.5
                unit: percent
            customProperties:
              - property: costCentre
                value: CC-1
              - property: classification
                value: internal
              - property: retention
                value: {history: P30D, tombstones: P7D}
              - property: partitions
                value: 3
            """;

    private final Path root;

    private TestRepository(Path root) {
        this.root = root;
    }

    static TestRepository in(Path root) {
        TestRepository repository = new TestRepository(root);
        repository.write(DOMAIN, """
                name: sales
                description: Who buys what.
                owner: u-1
                costCentre: CC-1
                stewards: [u-1, u-2]
                """);
        repository.write(SOURCE, """
                name: shop
                connection: shop
                heartbeatTable: sales.beat
                truncate: refuse
                """);
        repository.write(ORDER, HEAD.formatted("order", "state") + """
                  - property: key
                    value: [order_id, line]
                  - property: erasureSubject
                    value: email
                  - property: source
                    value:
                      name: shop
                      table: sales.orders
                      columns:
                        order_id: id
                        line: line
                        email: email
                        amount: amount
                """);
        repository.write(TOTAL, HEAD.formatted("total", "derived") + """
                  - property: key
                    value: [order_id]
                  - property: topology
                    value: total
                  - property: inputs
                    value: [sales.order]
                  - property: reconcileSql
                    value: total.sql
                  - property: derivedFrom
                    value:
                      order_id: [sales.order.order_id]
                      amount: [sales.order.amount]
                """);
        repository.write(TOTAL_SQL, "select id as order_id, sum(amount) as amount from sales.orders group by id\n");
        repository.write(ORDER_SCHEMA, """
                {
                  "type": "record",
                  "name": "Order",
                  "namespace": "test.sales",
                  "fields": [
                    {"name": "order_id", "type": "string"},
                    {"name": "line", "type": "int"},
                    {"name": "email", "type": ["null", "string"], "default": null, "classification": "restricted", "confluent:tags": ["PII"]},
                    {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}}
                  ]
                }
                """);
        repository.write(TOTAL_SCHEMA, """
                {
                  "type": "record",
                  "name": "Total",
                  "namespace": "test.sales",
                  "fields": [
                    {"name": "order_id", "type": "string"},
                    {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 24, "scale": 2}}
                  ]
                }
                """);
        return repository;
    }

    Path root() {
        return root;
    }

    void write(String file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    void write(String file, byte[] bytes) {
        try {
            Files.createDirectories(root.resolve(file).getParent());
            Files.write(root.resolve(file), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete(String file) {
        try {
            Files.delete(root.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces the one place where the text stands. */
    TestRepository change(String file, String from, String to) {
        try {
            String text = Files.readString(root.resolve(file));
            int at = text.indexOf(from);
            if (at < 0 || text.indexOf(from, at + 1) >= 0) {
                throw new IllegalArgumentException("'" + from + "' must stand once in " + file);
            }
            write(file, text.replace(from, to));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #in}, and so that the platform's policies hold of it. */
    static TestRepository orderlyIn(Path root) {
        return in(root).change(ORDER_SCHEMA, "\"restricted\",", "\"confidential\", \"protection\": \"tokenise\",");
    }

    Contracts load() throws InvalidContractsException {
        return Contracts.load(root);
    }

    /** Every problem as a person sees it; empty when all is well. */
    List<String> problems() {
        try {
            load();
            return List.of();
        } catch (InvalidContractsException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }
}
