package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.DateTimeUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The oracle of {@link RowWriter}: Avro's own reader makes records, they become Iceberg records, and Iceberg's generic
 * Parquet writer writes them.
 */
final class GenericRowWriter {
    private static final Logger LOG = LoggerFactory.getLogger(GenericRowWriter.class);

    /** How a change fills each column of a table; compiled once per table schema. */
    static final class Plan {
        private final Record template;
        private final List<BiFunction<Change, @Nullable IndexedRecord, @Nullable Object>> columns;

        Plan(org.apache.iceberg.Schema schema, Contract contract) {
            this.template = GenericRecord.create(schema);
            this.columns = new ArrayList<>();
            KeyColumns key = new KeyColumns(schema, contract.keyFields());
            for (Types.NestedField column : schema.columns()) {
                columns.add(column(column, contract, key));
            }
        }

        Record row(Change change, @Nullable IndexedRecord value) {
            Record row = template.copy();
            for (int i = 0; i < columns.size(); i++) {
                row.set(i, columns.get(i).apply(change, value));
            }
            return row;
        }

        private static BiFunction<Change, @Nullable IndexedRecord, @Nullable Object> column(
                Types.NestedField column, Contract contract, KeyColumns key) {
            switch (column.name()) {
                case TableShape.KEY:
                    return (change, value) -> change.key().text();
                case TableShape.OP:
                    return (change, value) -> change.op().code();
                case TableShape.VERSION:
                    return (change, value) -> change.version().hex();
                case TableShape.COMMITTED_AT:
                    return (change, value) -> DateTimeUtil.timestamptzFromMicros(change.committedAtMicros());
                case TableShape.TXID:
                    return (change, value) ->
                            change.transaction() == Change.NO_TRANSACTION ? null : change.transaction();
                case TableShape.PARTITION:
                    return (change, value) -> change.partition();
                case TableShape.OFFSET:
                    return (change, value) -> change.offset();
                default:
                    return entity(column, contract, key);
            }
        }

        private static BiFunction<Change, @Nullable IndexedRecord, @Nullable Object> entity(
                Types.NestedField column, Contract contract, KeyColumns key) {
            Schema.Field field = contract.schema().getField(column.name());
            if (field == null) {
                return (change, value) -> null;
            }
            Function<Object, Object> conversion = AvroValues.conversion(field.schema(), column.type(), column.name());
            int position = field.pos();
            boolean isTokenised = contract.tokenised().contains(column.name());
            int keyPart = contract.keyFields().indexOf(column.name());
            return (change, entity) -> {
                if (entity == null) {
                    return keyPart < 0 ? null : key.values(change.key().text()).get(keyPart);
                }
                Object value = entity.get(position);
                if (value == null) {
                    return null;
                }
                return isTokenised ? Samples.token(value.toString()) : conversion.apply(value);
            };
        }
    }

    private final Plan plan;
    private final String location;
    private final DataWriter<Record> writer;

    GenericRowWriter(Table table, Plan plan, EncryptedOutputFile file) {
        this.plan = plan;
        this.location = file.encryptingOutputFile().location();
        this.writer = new GenericFileWriterFactory.Builder(table)
                .dataFileFormat(FileFormat.PARQUET)
                .dataSchema(table.schema())
                .build()
                .newDataWriter(file, table.spec(), null);
    }

    String location() {
        return location;
    }

    void write(Change change, @Nullable IndexedRecord value) {
        writer.write(plan.row(change, value));
    }

    DataFile close() {
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return writer.toDataFile();
    }

    void discard() {
        try {
            writer.close();
        } catch (IOException | RuntimeException e) {
            LOG.debug("a file that was given up could not be closed", e);
        }
    }
}
