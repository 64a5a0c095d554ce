package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;

/** A product's {@code _latest} table, and how its key index is rebuilt from it and from {@code _history}. */
final class IcebergLatestPort extends IcebergTablePort implements LatestPort {
    IcebergLatestPort(EncryptedCatalog catalog, Contract contract) {
        super(catalog, contract, true);
    }

    @Override
    public void rows(Head head, BiConsumer<String, KeyIndex.Entry> rows) {
        Table at = at(head);
        KeyColumns key = new KeyColumns(at.schema(), contract.keyFields());
        List<Types.NestedField> columns = new ArrayList<>(key.columns());
        columns.add(at.schema().findField(TableShape.VERSION));
        columns.add(MetadataColumns.FILE_PATH);
        columns.add(MetadataColumns.ROW_POSITION);
        int version = key.columns().size();
        try (CloseableIterable<Record> records =
                TableReader.read(at, head.snapshotId(), new Schema(columns), Expressions.alwaysTrue())) {
            for (Record row : records) {
                rows.accept(
                        key.text(row),
                        new KeyIndex.Entry(
                                Version.parse(row.get(version, String.class)),
                                new Place(row.get(version + 1, String.class), row.get(version + 2, Long.class))));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void deletes(Map<Integer, Long> before, BiConsumer<String, KeyIndex.Entry> rows) {
        Table history = catalog.loadTable(ProductTables.identifier(contract.name(), false));
        Snapshot snapshot = history.currentSnapshot();
        if (snapshot == null) {
            return;
        }
        Schema columns = LakeTables.projection(
                history.schema(),
                List.of(TableShape.OP, TableShape.KEY, TableShape.VERSION, TableShape.PARTITION, TableShape.OFFSET));
        try (CloseableIterable<Record> records = TableReader.read(
                history, snapshot.snapshotId(), columns, Expressions.equal(TableShape.OP, Op.DELETE.code()))) {
            for (Record row : records) {
                boolean applied = row.get(4, Long.class) < before.getOrDefault(row.get(3, Integer.class), 0L);
                if (applied && Op.DELETE.code().equals(row.get(0, String.class))) {
                    rows.accept(
                            row.get(1, String.class),
                            new KeyIndex.Entry(Version.parse(row.get(2, String.class)), null));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
