package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rows as Iceberg records, written by Iceberg's generic Parquet writer. */
final class GenericRowWriter implements RowWriter {
    private static final Logger LOG = LoggerFactory.getLogger(GenericRowWriter.class);

    /** How a change fills each column of a table; compiled once per table schema. */
    static final class Plan {
        private final Record template;
        private final List<Function<Change, @Nullable Object>> columns;

        Plan(org.apache.iceberg.Schema schema, Contract contract) {
            this.template = GenericRecord.create(schema);
            this.columns = new ArrayList<>();
            KeyColumns key = new KeyColumns(schema, contract.keyFields());
            for (Types.NestedField column : schema.columns()) {
                columns.add(column(column, contract, key));
            }
        }

        Record row(Change change) {
            Record row = template.copy();
            for (int i = 0; i < columns.size(); i++) {
                row.set(i, columns.get(i).apply(change));
            }
            return row;
        }

        private static Function<Change, @Nullable Object> column(
                Types.NestedField column, Contract contract, KeyColumns key) {
            switch (column.name()) {
                case TableShape.KEY:
                    return Change::key;
                case TableShape.OP:
                    return change -> change.op().code();
                case TableShape.VERSION:
                    return change -> change.version().hex();
                case TableShape.COMMITTED_AT:
                    return change -> AvroValues.time(change.committedAt());
                case TableShape.TXID:
                    return Change::transaction;
                case TableShape.PARTITION:
                    return Change::partition;
                case TableShape.OFFSET:
                    return Change::offset;
                default:
                    return entity(column, contract, key);
            }
        }

        private static Function<Change, @Nullable Object> entity(
                Types.NestedField column, Contract contract, KeyColumns key) {
            Schema.Field field = contract.schema().getField(column.name());
            if (field == null) {
                return change -> null;
            }
            Function<Object, Object> conversion = AvroValues.conversion(field.schema(), column.type(), column.name());
            int position = field.pos();
            int keyPart = contract.keyFields().indexOf(column.name());
            return change -> {
                if (change.value() == null) {
                    return keyPart < 0 ? null : key.values(change.key()).get(keyPart);
                }
                Object value = change.value().get(position);
                return value == null ? null : conversion.apply(value);
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

    @Override
    public String location() {
        return location;
    }

    @Override
    public void write(Change change) {
        writer.write(plan.row(change));
    }

    @Override
    public DataFile close() {
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return writer.toDataFile();
    }

    @Override
    public void discard() {
        try {
            writer.close();
        } catch (IOException | RuntimeException e) {
            LOG.debug("a file that was given up could not be closed", e);
        }
    }
}
