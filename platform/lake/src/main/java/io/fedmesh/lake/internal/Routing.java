package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Which partition of its table a change's row belongs to, by the table's current spec: only the fields that the spec asks
 * for are read. A row of a deletion has its key's fields alone. Compiled once per spec; used by one thread.
 */
final class Routing {
    private static final int MAX_WRITERS = 64;

    /** What a spec's field makes of a change. */
    private record Part(Schema.@Nullable Field field, int keyPart, Function<Object, @Nullable Object> value) {}

    private final PartitionSpec spec;
    private final org.apache.iceberg.data.GenericRecord template;
    private final List<Part> parts = new ArrayList<>();
    private final KeyColumns key;
    private final Schema projection;
    private final Map<Schema, GenericDatumReader<GenericRecord>> readers = new IdentityHashMap<>();
    private @Nullable BinaryDecoder decoder;
    private @Nullable GenericRecord reused;

    Routing(Table table, Contract contract) {
        this.spec = table.spec();
        this.template = org.apache.iceberg.data.GenericRecord.create(spec.partitionType());
        this.key = new KeyColumns(table.schema(), contract.keyFields());
        List<Schema.Field> wanted = new ArrayList<>();
        for (PartitionField by : spec.fields()) {
            Types.NestedField column = table.schema().findField(by.sourceId());
            Schema.Field of = contract.schema().getField(column.name());
            Schema.Field field = null;
            if (of != null && wanted.stream().noneMatch(known -> known.name().equals(of.name()))) {
                field = new Schema.Field(of, of.schema());
                of.aliases().forEach(field::addAlias);
                wanted.add(field);
            } else if (of != null) {
                field = wanted.stream()
                        .filter(known -> known.name().equals(of.name()))
                        .findFirst()
                        .orElseThrow();
            }
            parts.add(new Part(field, contract.keyFields().indexOf(column.name()), value(by, column.type())));
        }
        Schema record = contract.schema();
        this.projection = Schema.createRecord(record.getName(), record.getDoc(), record.getNamespace(), false, wanted);
    }

    /** Whether it follows the table's current spec. */
    boolean isOf(Table table) {
        return table.spec().specId() == spec.specId();
    }

    /** The row's partition, a value of its own. */
    Record of(Change change) {
        Record partition = template.copy();
        Change.Body body = change.value();
        GenericRecord entity = body == null ? null : read(body);
        List<@Nullable Object> keys = entity == null ? key.values(change.key().text()) : List.of();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            Schema.Field field = part.field();
            Object value = null;
            if (entity != null) {
                value = field == null ? null : entity.get(field.pos());
            } else if (part.keyPart() >= 0) {
                value = keys.get(part.keyPart());
            }
            partition.set(i, value == null ? null : part.value().apply(value));
        }
        return partition;
    }

    private GenericRecord read(Change.Body body) {
        if (readers.size() > MAX_WRITERS) {
            readers.clear();
        }
        GenericDatumReader<GenericRecord> reader =
                readers.computeIfAbsent(body.schema(), writer -> new GenericDatumReader<>(writer, projection));
        decoder = DecoderFactory.get().binaryDecoder(body.bytes(), body.offset(), body.length(), decoder);
        try {
            reused = reader.read(reused, decoder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return reused;
    }

    /** From an Avro value, without logical types, to the partition's value as Iceberg keeps it. */
    private static Function<Object, @Nullable Object> value(PartitionField by, Type type) {
        @SuppressWarnings("unchecked")
        Transform<Object, Object> transform = (Transform<Object, Object>) by.transform();
        var bound = transform.bind(type);
        return switch (type.typeId()) {
            case STRING -> value -> bound.apply(value.toString());
            case INTEGER, DATE -> value -> bound.apply(((Number) value).intValue());
            case LONG, TIMESTAMP -> value -> bound.apply(((Number) value).longValue());
            case DECIMAL -> {
                int scale = ((Types.DecimalType) type).scale();
                yield value -> bound.apply(decimal(value, scale));
            }
            default -> bound::apply;
        };
    }

    private static BigDecimal decimal(Object value, int scale) {
        if (value instanceof BigDecimal number) {
            return number.setScale(scale);
        }
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return new BigDecimal(new BigInteger(bytes), scale);
    }
}
