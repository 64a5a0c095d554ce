package io.fedmesh.bench.internal.sink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.jspecify.annotations.Nullable;

/**
 * What writers without a key index make of upserts: of each batch a file with the newest row of each key, and a file that
 * deletes every such key from all older files by its value. For one thread.
 */
final class EqualityTable {
    private static final int KEY_FIELD = 1;

    private final Table table;
    private final Schema keyColumn;
    private final GenericFileWriterFactory writers;
    private final OutputFileFactory files;

    /** @param table of format version 2 with the account's columns, empty */
    EqualityTable(Table table) {
        this.table = table;
        this.keyColumn = table.schema().select(Accounts.KEY);
        this.writers = new GenericFileWriterFactory.Builder(table)
                .dataSchema(table.schema())
                .dataFileFormat(FileFormat.PARQUET)
                .deleteFileFormat(FileFormat.PARQUET)
                .equalityFieldIds(new int[] {KEY_FIELD})
                .equalityDeleteRowSchema(keyColumn)
                .build();
        this.files = OutputFileFactory.builderFor(table, 0, 0)
                .format(FileFormat.PARQUET)
                .build();
    }

    /** Commits accounts that are new, as a loader appends them. */
    void load(List<AccountStream.Change> batch) {
        table.newAppend().appendFile(data(newest(batch))).commit();
    }

    /** Commits one batch of changes; a key without a row is deleted. */
    void commit(List<AccountStream.Change> batch) {
        Map<String, org.apache.avro.generic.@Nullable GenericRecord> newest = newest(batch);
        table.newRowDelta()
                .addRows(data(newest))
                .addDeletes(deletes(newest.keySet()))
                .commit();
    }

    private static Map<String, org.apache.avro.generic.@Nullable GenericRecord> newest(
            List<AccountStream.Change> batch) {
        Map<String, org.apache.avro.generic.@Nullable GenericRecord> newest = new LinkedHashMap<>();
        batch.forEach(change -> newest.put(change.key(), change.value()));
        return newest;
    }

    private DataFile data(Map<String, org.apache.avro.generic.@Nullable GenericRecord> newest) {
        DataWriter<Record> data = writers.newDataWriter(files.newOutputFile(), table.spec(), null);
        try (data) {
            newest.values().stream().filter(java.util.Objects::nonNull).forEach(value -> data.write(row(value)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return data.toDataFile();
    }

    private DeleteFile deletes(Set<String> keys) {
        EqualityDeleteWriter<Record> deletes =
                writers.newEqualityDeleteWriter(files.newOutputFile(), table.spec(), null);
        try (deletes) {
            Record key = GenericRecord.create(keyColumn);
            keys.forEach(text -> {
                key.set(0, text);
                deletes.write(key);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return deletes.toDeleteFile();
    }

    private Record row(org.apache.avro.generic.GenericRecord account) {
        Record row = GenericRecord.create(table.schema());
        for (int i = 0; i < account.getSchema().getFields().size(); i++) {
            Object value = account.get(i);
            row.set(i, value instanceof java.time.Instant time ? time.atOffset(java.time.ZoneOffset.UTC) : value);
        }
        return row;
    }
}
