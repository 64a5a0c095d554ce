package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.lake.Tokens;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.Resolver;
import org.apache.avro.Schema;
import org.apache.iceberg.FieldMetrics;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.DateTimeUtil;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * How changes become rows of a table: compiled once per table schema, and within it once per writer's schema. It writes to
 * one file at a time and can be used for the next one after. Used by one thread.
 */
final class RowPlan {
    private static final int MAX_WRITERS = 64;
    /** Columns whose values hardly repeat, or only climb: differences are smaller than what a dictionary says of them. */
    private static final Set<String> WITHOUT_DICTIONARY =
            Set.of(TableShape.KEY, TableShape.VERSION, TableShape.COMMITTED_AT, TableShape.TXID, TableShape.OFFSET);

    /** Fills a column from what is known of the change beside the entity. */
    private interface Mark {
        void put(Change change);
    }

    private final org.apache.iceberg.Schema schema;
    private final MessageType type;
    private final Contract contract;
    private final Map<Integer, Column> columns = new LinkedHashMap<>();
    private final Map<Integer, ColumnSample> samples = new HashMap<>();
    private final Puts puts;
    private final List<Types.NestedField> entity = new ArrayList<>();
    private final Mark[] marks;
    private final Mark[] gone;
    private final Map<Schema, Puts.Put> writers = new java.util.IdentityHashMap<>();
    private final AvroInput in = new AvroInput();
    private @Nullable Schema lastWriter;
    private Puts.@Nullable Put lastPut;

    /** @param tokens of the contract's domain; null when it tokenises nothing */
    RowPlan(org.apache.iceberg.Schema schema, MessageType type, Contract contract, @Nullable Tokens tokens) {
        this.schema = schema;
        this.type = type;
        this.contract = contract;
        for (ColumnDescriptor descriptor : type.getColumns()) {
            ColumnSample sample = new ColumnSample();
            Column column = new Column(descriptor, sample);
            columns.put(column.fieldId(), column);
            samples.put(column.fieldId(), sample);
        }
        this.puts = new Puts(columns, tokenised(schema, contract), tokens);
        List<Mark> all = new ArrayList<>();
        for (Types.NestedField field : schema.columns()) {
            Mark mark = mark(field);
            if (mark == null) {
                entity.add(field);
            } else {
                all.add(mark);
            }
        }
        this.marks = all.toArray(Mark[]::new);
        KeyColumns key = new KeyColumns(schema, contract.keyFields());
        this.gone = entity.stream().map(field -> gone(field, key)).toArray(Mark[]::new);
    }

    /** Ids of the columns that hold tokens. */
    private static Set<Integer> tokenised(org.apache.iceberg.Schema schema, Contract contract) {
        Set<Integer> ids = new HashSet<>();
        for (String name : contract.tokenised()) {
            Schema type = AvroTypes.value(contract.schema().getField(name).schema(), name);
            if (type.getType() != Schema.Type.STRING || contract.keyFields().contains(name)) {
                throw new TableRefusedException(
                        "[" + contract.name() + "] a tokenised field must be a string and no part" + " of the key but '"
                                + name + "' was a " + type.getType());
            }
            Types.NestedField column = schema.findField(name);
            if (column != null) {
                ids.add(column.fieldId());
            }
        }
        return ids;
    }

    org.apache.iceberg.Schema schema() {
        return schema;
    }

    /** The schema as Parquet has it. */
    MessageType type() {
        return type;
    }

    /** A new file begins. */
    void begin() {
        columns.values().forEach(Column::begin);
    }

    /** Whether a column of the next file should have a dictionary. */
    boolean isDictionaryWorth(Column column) {
        Types.NestedField field = schema.findField(column.fieldId());
        return !WITHOUT_DICTIONARY.contains(field.name())
                && Objects.requireNonNull(samples.get(column.fieldId())).isDictionaryWorth();
    }

    /** In the order of the file. */
    Collection<Column> leaves() {
        return columns.values();
    }

    /** Writes the change's row to the columns. */
    void write(Change change) {
        Change.Body body = change.value();
        if (body == null) {
            for (Mark mark : gone) {
                mark.put(change);
            }
        } else {
            put(body.schema()).put(in.begin(body.bytes(), body.offset()), 0);
        }
        for (Mark mark : marks) {
            mark.put(change);
        }
    }

    /** Counts and bounds that Parquet does not keep, of the file that was ended. */
    Stream<FieldMetrics<?>> metrics() {
        return columns.values().stream().<FieldMetrics<?>>map(Column::metrics).filter(Objects::nonNull);
    }

    private Puts.Put put(Schema writer) {
        if (writer == lastWriter && lastPut != null) {
            return lastPut;
        }
        Puts.Put put = writers.get(writer);
        if (put == null) {
            if (writers.size() == MAX_WRITERS) {
                writers.clear();
            }
            put = compile(writer);
            writers.put(writer, put);
        }
        lastWriter = writer;
        lastPut = put;
        return put;
    }

    private Puts.Put compile(Schema writer) {
        Resolver.Action action = AvroWalk.resolve(writer, contract.schema());
        if (!(action instanceof Resolver.RecordAdjust record)) {
            throw new IllegalStateException("[" + contract.name() + "] such a record must have been refused");
        }
        return puts.record(record, entity, contract.name().toString());
    }

    private @Nullable Mark mark(Types.NestedField field) {
        Column column = columns.get(field.fieldId());
        if (column == null) {
            return null;
        }
        switch (field.name()) {
            case TableShape.KEY:
                return change -> column.write(change.key().bytes(), 0);
            case TableShape.OP:
                byte[][] codes = Stream.of(Op.values())
                        .map(op -> op.code().getBytes(StandardCharsets.UTF_8))
                        .toArray(byte[][]::new);
                return change -> column.write(codes[change.op().ordinal()], 0);
            case TableShape.VERSION:
                byte[] hex = new byte[Version.HEX_LENGTH];
                return change -> {
                    change.version().hexTo(hex);
                    column.write(hex, 0);
                };
            case TableShape.COMMITTED_AT:
                return change -> column.write(change.committedAtMicros(), 0);
            case TableShape.TXID:
                return change -> {
                    if (change.transaction() == Change.NO_TRANSACTION) {
                        column.writeNull(0, 0);
                    } else {
                        column.write(change.transaction(), 0);
                    }
                };
            case TableShape.PARTITION:
                return change -> column.write(change.partition(), 0);
            case TableShape.OFFSET:
                return change -> column.write(change.offset(), 0);
            default:
                return null;
        }
    }

    /** The column of an entity that is gone: nothing, but for its key. */
    private Mark gone(Types.NestedField field, KeyColumns key) {
        Column[] leaves = puts.leaves(field);
        int part = contract.keyFields().indexOf(field.name());
        if (part < 0) {
            return change -> {
                for (Column leaf : leaves) {
                    leaf.writeNull(0, 0);
                }
            };
        }
        Column column = leaves[0];
        return change -> {
            Object value = key.values(change.key().text()).get(part);
            if (value == null) {
                column.writeNull(0, 0);
            } else {
                write(column, value);
            }
        };
    }

    /** A value that {@link KeyColumns} read back. */
    private static void write(Column column, Object value) {
        if (value instanceof String text) {
            column.write(text.getBytes(StandardCharsets.UTF_8), 0);
        } else if (value instanceof Long number) {
            column.write(number, 0);
        } else if (value instanceof Integer number) {
            column.write(number, 0);
        } else if (value instanceof Boolean truth) {
            column.write(truth, 0);
        } else if (value instanceof LocalDate date) {
            column.write((int) date.toEpochDay(), 0);
        } else if (value instanceof OffsetDateTime time) {
            column.write(DateTimeUtil.microsFromTimestamptz(time), 0);
        } else if (value instanceof UUID uuid) {
            byte[] bytes = new byte[Uuids.BYTES];
            Uuids.write(uuid, bytes);
            column.write(bytes, 0);
        } else {
            decimal(column, ((BigDecimal) value).unscaledValue().toByteArray());
        }
    }

    private static void decimal(Column column, byte[] unscaled) {
        switch (column.descriptor().getPrimitiveType().getPrimitiveTypeName()) {
            case INT32 -> column.write((int) Decimals.number(unscaled, 0, unscaled.length), 0);
            case INT64 -> column.write(Decimals.number(unscaled, 0, unscaled.length), 0);
            default -> {
                byte[] bytes = new byte[column.descriptor().getPrimitiveType().getTypeLength()];
                Decimals.write(unscaled, 0, unscaled.length, bytes);
                column.write(bytes, 0);
            }
        }
    }
}
