package io.fedmesh.lake.internal;

import io.fedmesh.contract.ProductName;
import io.fedmesh.lake.Watermark;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Reads products' tables from a catalog. Thread-safe. */
public final class LakeTables {
    private final EncryptedCatalog catalog;

    public LakeTables(EncryptedCatalog catalog) {
        this.catalog = catalog;
    }

    /** The table as it stands now. */
    public Table load(ProductName product, boolean latest) {
        return catalog.loadTable(ProductTables.identifier(product, latest));
    }

    /** See {@link io.fedmesh.lake.Lakehouse#scan}; a null snapshot is the current one, and no snapshot has no rows. */
    public CloseableIterable<Record> scan(
            ProductName product, boolean latest, List<String> columns, @Nullable Long snapshotId) {
        return scan(product, latest, columns, snapshotId, Expressions.alwaysTrue());
    }

    /** See {@link io.fedmesh.lake.Lakehouse#keyTexts}. */
    public static Function<Record, String> keyTexts(Schema table, List<String> keyFields) {
        KeyColumns key = new KeyColumns(table, keyFields);
        return row -> key.text(row);
    }

    /** See {@link io.fedmesh.lake.Lakehouse#scan}; a null snapshot is the current one, and no snapshot has no rows. */
    public CloseableIterable<Record> scan(
            ProductName product, boolean latest, List<String> columns, @Nullable Long snapshotId, Expression filter) {
        Table table = load(product, latest);
        Snapshot current = table.currentSnapshot();
        if (snapshotId == null && current == null) {
            return CloseableIterable.empty();
        }
        long snapshot = snapshotId != null
                ? snapshotId
                : java.util.Objects.requireNonNull(current).snapshotId();
        return TableReader.readMatching(table, snapshot, projection(table.schema(), columns), filter);
    }

    /** See {@link io.fedmesh.lake.Lakehouse#offsets}. */
    public Map<Integer, Long> offsets(ProductName product, boolean latest) {
        Snapshot current = load(product, latest).currentSnapshot();
        return current == null ? Map.of() : Summary.offsets(current.summary().get(Summary.OFFSETS));
    }

    /** See {@link io.fedmesh.lake.Lakehouse#offsets(Snapshot)}. */
    public static Map<Integer, Long> offsets(Snapshot snapshot) {
        return Summary.offsets(snapshot.summary().get(Summary.OFFSETS));
    }

    /** See {@link io.fedmesh.lake.Lakehouse#watermarks}. */
    public Map<Integer, Watermark> watermarks(ProductName product, boolean latest) {
        Snapshot current = load(product, latest).currentSnapshot();
        return current == null ? Map.of() : watermarks(current);
    }

    /** See {@link io.fedmesh.lake.Lakehouse#watermarks(Snapshot)}. */
    public static Map<Integer, Watermark> watermarks(Snapshot snapshot) {
        return Summary.watermarks(snapshot.summary().get(Summary.WATERMARKS));
    }

    /** See {@link io.fedmesh.lake.Lakehouse#counts(Snapshot)}. */
    public static Map<String, Long> counts(Snapshot snapshot) {
        return Summary.counts(snapshot.summary().get(Summary.COUNTS));
    }

    /** The columns asked for, in that order. */
    static Schema projection(Schema schema, List<String> columns) {
        if (columns.isEmpty()) {
            return schema;
        }
        return new Schema(columns.stream()
                .map(column -> {
                    Types.NestedField field = schema.findField(column);
                    if (field == null) {
                        throw new IllegalArgumentException(
                                "a column must be one of the table's but was '" + column + "'");
                    }
                    return field;
                })
                .toList());
    }
}
