package io.fedmesh.lake.internal;

import io.fedmesh.lake.LakeConfig;
import io.fedmesh.lake.TokenKeys;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.aws.HttpClientProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.jdbc.JdbcClientPool;

/** Iceberg's JDBC catalog on PostgreSQL with every table's operations wrapped by {@link EncryptedTableOperations}. */
public final class EncryptedCatalog extends JdbcCatalog {
    private static final String NAME = "mesh";
    static final String FILE_IO = "org.apache.iceberg.aws.s3.S3FileIO";
    private static final Duration KEY_AGE = Duration.ofMinutes(5);

    /** Each file that is being read holds a connection, and who waits for one in vain fails: many more than are ever read. */
    private static final String CONNECTIONS = "1000";

    /** Whether the catalog's own tables are made in its database. */
    private enum Preparation {
        MADE_WHERE_MISSING,
        THERE
    }

    private final MetadataGuard guard;
    private final CachedKeys keys;
    private final LakeConfig.Encryption demand;
    private final TokenKeys tokenKeys;
    private final UnaryOperator<TableOperations> inner;

    private EncryptedCatalog(
            MetadataGuard guard,
            CachedKeys keys,
            LakeConfig.Encryption demand,
            TokenKeys tokenKeys,
            Preparation preparation,
            UnaryOperator<TableOperations> inner) {
        super(
                properties -> new GuardedFileIO(CatalogUtil.loadFileIO(FILE_IO, properties, null), guard),
                properties -> new JdbcClientPool(properties.get(CatalogProperties.URI), properties),
                preparation == Preparation.MADE_WHERE_MISSING);
        this.guard = guard;
        this.keys = keys;
        this.demand = demand;
        this.tokenKeys = tokenKeys;
        this.inner = inner;
    }

    /** Opens the catalog and makes its tables where they are missing. */
    public static EncryptedCatalog open(LakeConfig config, Clock clock) {
        return open(config, clock, UnaryOperator.identity());
    }

    /**
     * As {@link #open(LakeConfig, Clock)}, with something between us and the JDBC catalog's operations: a place where a
     * test loses responses.
     */
    public static EncryptedCatalog open(LakeConfig config, Clock clock, UnaryOperator<TableOperations> inner) {
        return open(config, clock, Preparation.MADE_WHERE_MISSING, inner);
    }

    /** Opens a catalog that exists, for one who may only read its database. */
    public static EncryptedCatalog openExisting(LakeConfig config, Clock clock) {
        return open(config, clock, Preparation.THERE, UnaryOperator.identity());
    }

    private static EncryptedCatalog open(
            LakeConfig config, Clock clock, Preparation preparation, UnaryOperator<TableOperations> inner) {
        Map<String, String> properties = new HashMap<>(config.fileIo());
        properties.put(CatalogProperties.URI, config.catalogUri());
        properties.put(CatalogProperties.WAREHOUSE_LOCATION, config.warehouse());
        properties.put(CatalogProperties.CLIENT_POOL_SIZE, "4");
        properties.put(CatalogProperties.UNIQUE_TABLE_LOCATION, "true");
        properties.putIfAbsent(HttpClientProperties.APACHE_MAX_CONNECTIONS, CONNECTIONS);
        properties.put("jdbc.schema-version", "V1");
        properties.put("jdbc.user", config.user());
        properties.put("jdbc.password", config.password());
        MetadataGuard guard = new MetadataGuard(new JdbcClientPool(config.catalogUri(), properties));
        EncryptedCatalog catalog = new EncryptedCatalog(
                guard,
                new CachedKeys(config.keys(), clock, KEY_AGE),
                config.encryption(),
                config.tokenKeys(),
                preparation,
                inner);
        try {
            if (preparation == Preparation.MADE_WHERE_MISSING) {
                guard.prepare();
            }
            catalog.initialize(NAME, properties);
            return catalog;
        } catch (RuntimeException e) {
            guard.close();
            throw e;
        }
    }

    @Override
    protected TableOperations newTableOps(TableIdentifier table) {
        return new EncryptedTableOperations(
                table.toString(), Objects.requireNonNull(inner.apply(super.newTableOps(table))), guard, keys, demand);
    }

    /** A table's operations for a reader: whatever would change it is refused. */
    public TableOperations readOnly(TableIdentifier table) {
        return new ReadOnlyOperations(table.toString(), newTableOps(table));
    }

    /** Whether tables may be made without a key. */
    LakeConfig.Encryption demand() {
        return demand;
    }

    /** What makes the tokens of tokenised fields. */
    TokenKeys tokenKeys() {
        return tokenKeys;
    }

    @Override
    public void close() {
        try {
            super.close();
        } finally {
            guard.close();
            keys.close();
        }
    }
}
