package io.fedmesh.access;

import io.fedmesh.contract.ProductName;

/**
 * One of a product's two tables. A value.
 *
 * @param kind which of the two
 */
public record TableName(ProductName product, Kind kind) {
    /** Which table of a product. */
    public enum Kind {
        /** One row an entity. */
        LATEST,
        /** Every event. */
        HISTORY
    }

    /** The product's table of one row an entity. */
    public static TableName latest(ProductName product) {
        return new TableName(product, Kind.LATEST);
    }

    /** The product's table of every event. */
    public static TableName history(ProductName product) {
        return new TableName(product, Kind.HISTORY);
    }

    /** The name of the table in its schema. */
    public String table() {
        return switch (kind) {
            case LATEST -> product.latestTable();
            case HISTORY -> product.historyTable();
        };
    }

    /** The name in SQL: {@code schema.table}. */
    @Override
    public String toString() {
        return product.namespace() + "." + table();
    }
}
