package io.fedmesh.cdc.internal;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.Source;
import io.fedmesh.contract.TopicName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;

/** A stranger's database: vessels with every type that a column may have, berths with a key of two columns. */
final class Harbour {
    static final String DDL = """
            create schema port;
            create type port.kind as enum ('tug', 'ferry', 'barge');
            create table port.vessel (
              id bigint primary key,
              title text not null,
              tonnage numeric(12,2),
              built date,
              registered timestamptz not null default '2026-01-02 03:04:05.678901+00',
              moored timestamp,
              active boolean not null default true,
              crew int not null default 7,
              draught double precision,
              flags text[] not null default '{}',
              notes text,
              papers jsonb,
              token uuid,
              kind port.kind not null default 'tug',
              scan bytea,
              secret text default 'not for publication');
            alter table port.vessel replica identity full;
            create table port.berth (quay text not null, number int not null, label text default 'free',
              primary key (quay, number));
            alter table port.berth replica identity full;
            create table port.other (id int primary key, text text);
            create table port.beat (source text primary key, beat_at timestamptz not null);
            """;

    private static final String VESSEL = """
            {"type":"record","name":"Vessel","namespace":"harbour","fields":[
             {"name":"id","type":"long"},
             {"name":"name","type":"string"},
             {"name":"tonnage","type":["null",{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}],"default":null},
             {"name":"built","type":["null",{"type":"int","logicalType":"date"}],"default":null},
             {"name":"registered","type":{"type":"long","logicalType":"timestamp-micros"}},
             {"name":"moored","type":["null",{"type":"long","logicalType":"local-timestamp-micros"}],"default":null},
             {"name":"active","type":"boolean"},
             {"name":"crew","type":"int"},
             {"name":"draught","type":["null","double"],"default":null},
             {"name":"flags","type":{"type":"array","items":"string"}},
             {"name":"notes","type":["null","string"],"default":null},
             {"name":"papers","type":["null","string"],"default":null},
             {"name":"token","type":["null","string"],"default":null},
             {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["tug","ferry","barge"]}},
             {"name":"scan","type":["null","bytes"],"default":null}]}
            """;

    private static final String BERTH = """
            {"type":"record","name":"Berth","namespace":"harbour","fields":[
             {"name":"quay","type":"string"},
             {"name":"number","type":"int"},
             {"name":"label","type":["null","string"],"default":null}]}
            """;

    private Harbour() {}

    static Source source(String domain, Source.Truncate truncate) {
        return new Source(domain, "registry", "registry", "port.beat", truncate, Path.of("source.yaml"));
    }

    static Contract vessel(String domain) {
        Schema schema = new Schema.Parser().parse(VESSEL);
        Map<String, String> columns = new LinkedHashMap<>();
        schema.getFields().forEach(f -> columns.put(f.name(), f.name()));
        columns.put("name", "title");
        return contract(domain, "vessel", schema, List.of("id"), "port.vessel", columns);
    }

    static Contract berth(String domain) {
        Schema schema = new Schema.Parser().parse(BERTH);
        Map<String, String> columns = new LinkedHashMap<>();
        schema.getFields().forEach(f -> columns.put(f.name(), f.name()));
        return contract(domain, "berth", schema, List.of("quay", "number"), "port.berth", columns);
    }

    static List<Product> products(Source source) {
        return Product.of(source, List.of(vessel(source.domain()), berth(source.domain())));
    }

    static Contract contract(
            String domain, String product, Schema schema, List<String> key, String table, Map<String, String> columns) {
        Map<String, Contract.Field> fields = new LinkedHashMap<>();
        schema.getFields().forEach(f -> fields.put(f.name(), new Contract.Field(Classification.INTERNAL, Set.of())));
        return new Contract(
                new ProductName(domain, product),
                "1.0.0",
                "active",
                product,
                "harbour master",
                "cc-1",
                new TopicName(domain, TopicName.Visibility.PUBLIC, product, TopicName.Kind.STATE, 1),
                schema,
                key,
                fields,
                new Contract.Captured("registry", table, columns),
                new Contract.Sla(Duration.ofSeconds(30), 99.0),
                new Contract.Retention(Duration.ofDays(30), Duration.ofDays(7)),
                2,
                Path.of(product + ".odcs.yaml"));
    }
}
