package io.fedmesh.access;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;

/** Tables in memory; they note what was opened. */
public final class FakeTables implements ProductTables {
    /** {@code table: columns} of every scan, in order. */
    public final List<String> scans = new ArrayList<>();

    /** What every table says of the sink's account. */
    public Map<String, Long> counts = Map.of();

    private final Map<TableName, Table> tables = new HashMap<>();

    private record Table(
            Schema schema, List<Record> rows, Map<Integer, Long> offsets, List<Map<Integer, Long>> before) {}

    /** Replaces a table. */
    public void put(TableName name, Schema schema, List<Record> rows, Map<Integer, Long> offsets) {
        Table old = tables.get(name);
        List<Map<Integer, Long>> before = new ArrayList<>();
        if (old != null) {
            before.addAll(old.before());
            before.add(old.offsets());
        }
        tables.put(name, new Table(schema, List.copyOf(rows), Map.copyOf(offsets), List.copyOf(before)));
    }

    @Override
    public Optional<Snapshot> current(TableName name) {
        return Optional.ofNullable(tables.get(name)).map(table -> new Snapshot() {
            @Override
            public Schema schema() {
                return table.schema();
            }

            @Override
            public long rowsAtMost() {
                return table.rows().size();
            }

            @Override
            public Map<Integer, Long> offsets() {
                return table.offsets();
            }

            @Override
            public List<Map<Integer, Long>> offsetsBefore() {
                return table.before();
            }

            @Override
            public Map<String, Long> counts() {
                return counts;
            }

            @Override
            public CloseableIterable<Record> scan(List<String> columns) {
                scans.add(name + ": " + columns);
                Schema projection = new Schema(
                        columns.stream().map(table.schema()::findField).toList());
                return CloseableIterable.transform(
                        CloseableIterable.withNoopClose(table.rows()), row -> project(row, projection));
            }
        });
    }

    private static Record project(Record row, Schema projection) {
        GenericRecord projected = GenericRecord.create(projection);
        for (Types.NestedField field : projection.columns()) {
            projected.setField(field.name(), row.getField(field.name()));
        }
        return projected;
    }
}
