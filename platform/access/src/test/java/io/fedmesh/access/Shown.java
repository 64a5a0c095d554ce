package io.fedmesh.access;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.AccessPolicy;
import io.fedmesh.govern.Decision;
import io.fedmesh.govern.Obligations;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.EventHeaders;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** A product whose readers are shown less than all of it, on a topic and in tables in memory. */
final class Shown {
    static final ProductName PAYEE = ProductName.parse("yard.payee");

    static final org.apache.avro.Schema SCHEMA = new org.apache.avro.Schema.Parser().parse("""
            {"type":"record","name":"Payee","namespace":"io.fedmesh.yard","fields":[
              {"name":"id","type":"string"},
              {"name":"account","type":["null","string"],"default":null},
              {"name":"email","type":["null","string"],"default":null},
              {"name":"number","type":"int"},
              {"name":"big","type":["null","long"],"default":null},
              {"name":"amount","type":["null",{"type":"bytes","logicalType":"decimal","precision":15,"scale":2}],"default":null},
              {"name":"born","type":["null",{"type":"int","logicalType":"date"}],"default":null},
              {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},
              {"name":"flag","type":["null","boolean"],"default":null},
              {"name":"words","type":{"type":"array","items":"string"}}
            ]}""");

    /** {@code email} is a token in the tables. */
    static final Contracts CONTRACTS = Fixtures.tokenised(
            new Contracts(
                    List.of(Fixtures.domain("yard")), List.of(), List.of(Fixtures.contract("yard.payee", SCHEMA))),
            PAYEE,
            "email");

    static final Contract CONTRACT = CONTRACTS.product(PAYEE).orElseThrow();

    static final Schema LATEST = columns(Types.NestedField.required(30, "mesh_version", Types.StringType.get()));

    static final Schema HISTORY = columns(
            Types.NestedField.required(31, "mesh_key", Types.StringType.get()),
            Types.NestedField.required(32, "mesh_op", Types.StringType.get()),
            Types.NestedField.required(33, "mesh_version", Types.StringType.get()),
            Types.NestedField.required(34, "mesh_offset", Types.LongType.get()));

    private Shown() {}

    private static Schema columns(Types.NestedField... more) {
        List<Types.NestedField> columns = new ArrayList<>(List.of(
                Types.NestedField.optional(1, "id", Types.StringType.get()),
                Types.NestedField.optional(2, "account", Types.StringType.get()),
                Types.NestedField.optional(3, "email", Types.StringType.get()),
                Types.NestedField.optional(4, "number", Types.IntegerType.get()),
                Types.NestedField.optional(5, "big", Types.LongType.get()),
                Types.NestedField.optional(6, "amount", Types.DecimalType.of(15, 2)),
                Types.NestedField.optional(7, "born", Types.DateType.get()),
                Types.NestedField.optional(8, "at", Types.TimestampType.withZone()),
                Types.NestedField.optional(9, "flag", Types.BooleanType.get()),
                Types.NestedField.optional(10, "words", Types.ListType.ofRequired(20, Types.StringType.get()))));
        columns.addAll(List.of(more));
        return new Schema(columns);
    }

    /** Yes, with these obligations, to everybody. */
    static AccessPolicy policy(Obligations obligations) {
        return (who, what, purpose) -> new Decision(true, List.of("a test"), Set.of(), null, obligations);
    }

    static GenericRecord entity(String id) {
        GenericRecord entity = new GenericData.Record(SCHEMA);
        entity.put("id", id);
        entity.put("number", 0);
        entity.put("at", Instant.EPOCH);
        entity.put("words", List.of());
        return entity;
    }

    /** A record of the topic's partition 0. */
    static ConsumerRecord<byte[], byte[]> record(
            EventCodec codec, long offset, String id, @Nullable GenericRecord entity) {
        RecordHeaders headers = new RecordHeaders();
        Op op = entity == null ? Op.DELETE : Op.UPDATE;
        new EventHeaders("/yard/db", PAYEE + ".v1", Instant.EPOCH, id, Classification.INTERNAL, op, version(offset), 7L)
                .writeTo(headers);
        headers.add("x-of-some-library", id.getBytes(StandardCharsets.UTF_8));
        byte[] value = entity == null ? null : codec.encode(entity);
        return new ConsumerRecord<>(
                CONTRACT.topic().toString(),
                0,
                offset,
                offset,
                TimestampType.CREATE_TIME,
                1,
                value == null ? 0 : value.length,
                id.getBytes(StandardCharsets.UTF_8),
                value,
                headers,
                Optional.empty());
    }

    static Version version(long number) {
        return new Version(number, number, 0);
    }

    /** A topic that holds these records and gets no more. */
    static TopicFeed.Opener feed(List<ConsumerRecord<byte[], byte[]>> records) {
        return (topic, start) -> new TopicFeed() {
            private final List<ConsumerRecord<byte[], byte[]>> rest = new ArrayList<>(records);

            @Override
            public List<ConsumerRecord<byte[], byte[]>> poll(Duration atMost) {
                List<ConsumerRecord<byte[], byte[]>> some = List.copyOf(rest.subList(0, Math.min(3, rest.size())));
                rest.subList(0, some.size()).clear();
                return some;
            }

            @Override
            public boolean isThrough() {
                return rest.isEmpty();
            }

            @Override
            public void close() {}
        };
    }

    /** Tables whose reader leaves out every row that a filter allows it to. */
    static ProductTables strict(ProductTables tables, List<Expression> filters) {
        return name -> tables.current(name).map(all -> new Strict(all, filters));
    }

    private record Strict(ProductTables.Snapshot all, List<Expression> filters) implements ProductTables.Snapshot {
        @Override
        public Schema schema() {
            return all.schema();
        }

        @Override
        public long rowsAtMost() {
            return all.rowsAtMost();
        }

        @Override
        public Map<Integer, Long> offsets() {
            return all.offsets();
        }

        @Override
        public List<Map<Integer, Long>> offsetsBefore() {
            return all.offsetsBefore();
        }

        @Override
        public Map<String, Long> counts() {
            return all.counts();
        }

        @Override
        public CloseableIterable<Record> scan(List<String> columns) {
            return all.scan(columns);
        }

        @Override
        public CloseableIterable<Record> scan(List<String> columns, Expression filter) {
            filters.add(filter);
            Schema projection =
                    new Schema(columns.stream().map(schema()::findField).toList());
            Evaluator evaluator = new Evaluator(projection.asStruct(), filter);
            InternalRecordWrapper wrapper = new InternalRecordWrapper(projection.asStruct());
            return CloseableIterable.filter(all.scan(columns), row -> evaluator.eval(wrapper.wrap(row)));
        }
    }
}
