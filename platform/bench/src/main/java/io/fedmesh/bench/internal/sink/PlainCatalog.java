package io.fedmesh.bench.internal.sink;

import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** Iceberg's own JDBC catalog, for legs that are not ours: same database, same store, same file format settings. */
final class PlainCatalog {
    /** The catalog's name, which is part of its tables' key in the database. */
    static final String NAME = "bench";

    static final String NAMESPACE = "bench";

    /** As our own tables have it. */
    static final String ZSTD_LEVEL = "2";

    private PlainCatalog() {}

    /** As it stands in a client's configuration; holds passwords. */
    static Map<String, String> properties(LegSettings settings) {
        Map<String, String> properties = new HashMap<>(settings.fileIo());
        properties.put(CatalogProperties.URI, settings.catalogUri());
        properties.put(CatalogProperties.WAREHOUSE_LOCATION, settings.warehouse());
        properties.put(CatalogProperties.FILE_IO_IMPL, "org.apache.iceberg.aws.s3.S3FileIO");
        properties.put("jdbc.schema-version", "V1");
        properties.put("jdbc.user", settings.user());
        properties.put("jdbc.password", settings.password());
        return properties;
    }

    static JdbcCatalog open(LegSettings settings) {
        JdbcCatalog catalog = new JdbcCatalog();
        catalog.initialize(NAME, properties(settings));
        return catalog;
    }

    static TableIdentifier identifier(String product) {
        return TableIdentifier.of(NAMESPACE, product);
    }

    /** Makes a table without partitions, Parquet with zstd. */
    static Table create(JdbcCatalog catalog, String product, Schema schema, int formatVersion) {
        TableIdentifier identifier = identifier(product);
        if (!catalog.namespaceExists(identifier.namespace())) {
            catalog.createNamespace(identifier.namespace());
        }
        return catalog.createTable(
                identifier,
                schema,
                PartitionSpec.unpartitioned(),
                Map.of(
                        TableProperties.FORMAT_VERSION,
                        Integer.toString(formatVersion),
                        TableProperties.PARQUET_COMPRESSION,
                        "zstd",
                        TableProperties.PARQUET_COMPRESSION_LEVEL,
                        ZSTD_LEVEL));
    }
}
