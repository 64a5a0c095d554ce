package io.fedmesh.access;

import io.fedmesh.lake.Lakehouse;
import io.fedmesh.lake.Watermark;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.SnapshotUtil;

/** The tables of a {@link Lakehouse}, decrypted. */
public final class LakehouseTables implements ProductTables {
    private final Lakehouse lakehouse;

    /**
     * @param lakehouse stays the caller's to close
     */
    public LakehouseTables(Lakehouse lakehouse) {
        this.lakehouse = lakehouse;
    }

    @Override
    public Optional<Snapshot> current(TableName name) {
        Table table;
        try {
            table = lakehouse
                    .catalog()
                    .loadTable(TableIdentifier.of(name.product().namespace(), name.table()));
        } catch (NoSuchTableException e) {
            return Optional.empty();
        }
        return Optional.of(new TableSnapshot(lakehouse, name, table));
    }

    private static final class TableSnapshot implements Snapshot {
        private final Lakehouse lakehouse;
        private final TableName name;
        private final Table table;
        private final Optional<org.apache.iceberg.Snapshot> snapshot;

        private TableSnapshot(Lakehouse lakehouse, TableName name, Table table) {
            this.lakehouse = lakehouse;
            this.name = name;
            this.table = table;
            this.snapshot = Optional.ofNullable(table.currentSnapshot());
        }

        @Override
        public Schema schema() {
            return table.schema();
        }

        @Override
        public long rowsAtMost() {
            return snapshot.map(s -> Long.parseLong(s.summary().getOrDefault("total-records", "0")))
                    .orElse(0L);
        }

        @Override
        public Map<Integer, Long> offsets() {
            return snapshot.map(Lakehouse::offsets).orElse(Map.of());
        }

        @Override
        public List<Map<Integer, Long>> offsetsBefore() {
            List<Map<Integer, Long>> offsets = new ArrayList<>();
            for (org.apache.iceberg.Snapshot ancestor : SnapshotUtil.currentAncestors(table)) {
                offsets.add(Lakehouse.offsets(ancestor));
            }
            Collections.reverse(offsets);
            return offsets.isEmpty() ? offsets : offsets.subList(0, offsets.size() - 1);
        }

        @Override
        public Map<String, Long> counts() {
            return snapshot.map(Lakehouse::counts).orElse(Map.of());
        }

        @Override
        public Map<Integer, Watermark> watermarks() {
            return snapshot.map(Lakehouse::watermarks).orElse(Map.of());
        }

        @Override
        public CloseableIterable<Record> scan(List<String> columns) {
            return scan(columns, Expressions.alwaysTrue());
        }

        @Override
        public CloseableIterable<Record> scan(List<String> columns, Expression filter) {
            return snapshot.map(s -> lakehouse.scan(
                            name.product(), name.kind() == TableName.Kind.LATEST, columns, s.snapshotId(), filter))
                    .orElse(CloseableIterable.empty());
        }
    }
}
