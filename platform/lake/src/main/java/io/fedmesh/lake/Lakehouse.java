package io.fedmesh.lake;

import io.fedmesh.contract.ProductName;
import io.fedmesh.lake.internal.EncryptedCatalog;
import io.fedmesh.lake.internal.LakeTables;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;

/**
 * The tables of all products: one catalog, encrypted files. Thread-safe; the iterables that it hands out are not.
 *
 * <p>Every method throws {@link TableRefusedException} for a table whose metadata or key is not what the catalog's guard
 * knows, and {@link NoSuchTableException} for a product whose tables are not made yet.
 */
public final class Lakehouse implements AutoCloseable {
    private final EncryptedCatalog catalog;
    private final LakeTables tables;

    private Lakehouse(EncryptedCatalog catalog) {
        this.catalog = catalog;
        this.tables = new LakeTables(catalog);
    }

    /** Opens the catalog; its own tables are made in the database where they are missing. */
    public static Lakehouse open(LakeConfig config) {
        return open(config, Clock.systemUTC());
    }

    /** As {@link #open(LakeConfig)}; the clock bounds how long an unwrapped key is remembered. */
    public static Lakehouse open(LakeConfig config, Clock clock) {
        return new Lakehouse(EncryptedCatalog.open(config, clock));
    }

    /** Iceberg's own view, which encrypts and decrypts. {@code IcebergGenerics} does not decrypt deletes: use {@link #scan}. */
    public Catalog catalog() {
        return catalog;
    }

    /**
     * The rows of a product's current snapshot, streaming; close it.
     *
     * @param latest one row an entity, else every event
     * @param columns in the order wanted; empty means all
     */
    public CloseableIterable<Record> scan(ProductName product, boolean latest, List<String> columns) {
        return tables.scan(product, latest, columns, null);
    }

    /** As {@link #scan(ProductName, boolean, List)} of a given snapshot. */
    public CloseableIterable<Record> scan(ProductName product, boolean latest, List<String> columns, long snapshotId) {
        return tables.scan(product, latest, columns, snapshotId);
    }

    /**
     * As {@link #scan(ProductName, boolean, List, long)}, without files and parts of files in which no row can match.
     *
     * @param filter over the columns asked for; rows that do not match may remain, none that does is left out
     */
    public CloseableIterable<Record> scan(
            ProductName product, boolean latest, List<String> columns, long snapshotId, Expression filter) {
        return tables.scan(product, latest, columns, snapshotId, filter);
    }

    /** The text of a row's key, of rows whose first columns are the key's, in the order of {@code keyFields}. */
    public static Function<Record, String> keyTexts(Schema table, List<String> keyFields) {
        return LakeTables.keyTexts(table, keyFields);
    }

    /** The columns of a product's table. */
    public Schema schema(ProductName product, boolean latest) {
        return tables.load(product, latest).schema();
    }

    /** Per partition of the product's topic, the offset of the first record that the current snapshot does not hold. */
    public Map<Integer, Long> offsets(ProductName product, boolean latest) {
        return tables.offsets(product, latest);
    }

    /** As {@link #offsets(ProductName, boolean)} of one snapshot; empty when it says nothing of its source. */
    public static Map<Integer, Long> offsets(Snapshot snapshot) {
        return LakeTables.offsets(snapshot);
    }

    /** Per partition of the product's topic, how far the current snapshot is complete; a partition without records lacks. */
    public Map<Integer, Watermark> watermarks(ProductName product, boolean latest) {
        return tables.watermarks(product, latest);
    }

    /** As {@link #watermarks(ProductName, boolean)} of one snapshot; empty when it says nothing of its source. */
    public static Map<Integer, Watermark> watermarks(Snapshot snapshot) {
        return LakeTables.watermarks(snapshot);
    }

    /** The sink's account up to a snapshot of a {@code _latest} table, by the names of {@link SinkStatus}; else empty. */
    public static Map<String, Long> counts(Snapshot snapshot) {
        return LakeTables.counts(snapshot);
    }

    @Override
    public void close() {
        catalog.close();
    }

    EncryptedCatalog encrypted() {
        return catalog;
    }
}
