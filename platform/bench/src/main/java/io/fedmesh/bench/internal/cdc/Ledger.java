package io.fedmesh.bench.internal.cdc;

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

/** The captured table: twelve columns with decimals, times and texts, and the contract that names them. */
final class Ledger {
    static final String DATABASE = "bench";
    static final String TABLE = "ledger.entry";
    static final String USER = "capture";
    static final String DDL = """
            create schema ledger;
            create table ledger.entry (
              id bigint primary key,
              account text not null,
              status text not null,
              amount numeric(12,2) not null,
              price numeric(12,4),
              quantity integer not null,
              score double precision,
              active boolean not null,
              region text not null,
              note text,
              booked_at timestamptz not null,
              changed_at timestamptz not null);
            alter table ledger.entry replica identity full;
            create table ledger.beat (source text primary key, beat_at timestamptz not null);
            insert into ledger.entry
              select n, 'account-' || n % 977, 'open', n % 10000 + 0.25, n % 100 + 0.125, n % 50, n / 7.0, true,
                'region-' || n % 12, case when n % 3 = 0 then null else 'a note on entry ' || n end,
                timestamptz '2026-01-01 00:00:00+00' + n * interval '1 second', now()
              from generate_series(1, :rows) n;
            """;

    private static final String SCHEMA = """
            {"type":"record","name":"Entry","namespace":"bench","fields":[
             {"name":"id","type":"long"},
             {"name":"account","type":"string"},
             {"name":"status","type":"string"},
             {"name":"amount","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}},
             {"name":"price","type":["null",{"type":"bytes","logicalType":"decimal","precision":12,"scale":4}],"default":null},
             {"name":"quantity","type":"int"},
             {"name":"score","type":["null","double"],"default":null},
             {"name":"active","type":"boolean"},
             {"name":"region","type":"string"},
             {"name":"note","type":["null","string"],"default":null},
             {"name":"booked_at","type":{"type":"long","logicalType":"timestamp-micros"}},
             {"name":"changed_at","type":{"type":"long","logicalType":"timestamp-micros"}}]}
            """;

    private Ledger() {}

    static Source source() {
        return new Source(
                "bench", "ledger", "ledger", "ledger.beat", Source.Truncate.TOMBSTONES, Path.of("ledger.yaml"));
    }

    static Contract contract() {
        Schema schema = new Schema.Parser().parse(SCHEMA);
        Map<String, String> columns = new LinkedHashMap<>();
        Map<String, Contract.Field> fields = new LinkedHashMap<>();
        for (Schema.Field field : schema.getFields()) {
            columns.put(field.name(), field.name());
            fields.put(field.name(), new Contract.Field(Classification.INTERNAL, Set.of()));
        }
        return new Contract(
                new ProductName("bench", "entry"),
                "1.0.0",
                "active",
                "entry",
                "bench",
                "cc-1",
                new TopicName("bench", TopicName.Visibility.PUBLIC, "entry", TopicName.Kind.STATE, 1),
                schema,
                List.of("id"),
                fields,
                new Contract.Captured("ledger", TABLE, columns),
                new Contract.Sla(Duration.ofSeconds(30), 99.0),
                new Contract.Retention(Duration.ofDays(30), Duration.ofDays(7)),
                2,
                Path.of("entry.odcs.yaml"));
    }
}
