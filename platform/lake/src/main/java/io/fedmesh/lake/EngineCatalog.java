package io.fedmesh.lake;

import io.fedmesh.lake.internal.EncryptedCatalog;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.BaseMetastoreCatalog;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.encryption.EncryptionUtil;
import org.jspecify.annotations.Nullable;

/**
 * The mesh's tables for other engines, which name it as their {@code catalog-impl}: Spark, Flink, Trino and whatever else
 * takes an Iceberg catalog by its class. It checks metadata against the guard, unwraps keys, and reads only: whatever would
 * change a table or the catalog throws {@link TableRefusedException}. The user needs no more than SELECT on the catalog's
 * database, {@code kms:Decrypt} and {@code s3:GetObject}. Thread-safe.
 *
 * <p>Properties: {@code uri}, {@code jdbc.user}, {@code jdbc.password}, {@code warehouse}; those of Iceberg's
 * {@code S3FileIO}; and who holds the keys, {@code encryption.kms-impl}: the name of a
 * {@link org.apache.iceberg.encryption.KeyManagementClient} with a public constructor without parameters, which is given
 * all the properties, for example {@link AwsKeyManagement}; {@value #ENCRYPTION}.
 */
public final class EngineCatalog extends BaseMetastoreCatalog implements SupportsNamespaces {
    /** Property: {@code demanded}, the default, or {@code left-to-the-bucket}, to read tables without a key as well. */
    public static final String ENCRYPTION = "mesh.encryption";

    private String name = "";
    private @Nullable EncryptedCatalog catalog;

    /** For the engine, which calls {@link #initialize} next. */
    public EngineCatalog() {}

    @Override
    public void initialize(String catalogName, Map<String, String> properties) {
        name = catalogName;
        catalog = EncryptedCatalog.openExisting(
                new LakeConfig(
                        demand(properties, CatalogProperties.URI),
                        demand(properties, "jdbc.user"),
                        properties.getOrDefault("jdbc.password", ""),
                        demand(properties, CatalogProperties.WAREHOUSE_LOCATION),
                        properties,
                        encryption(properties.getOrDefault(ENCRYPTION, "demanded")),
                        EncryptionUtil.createKmsClient(properties)),
                Clock.systemUTC());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<TableIdentifier> listTables(Namespace namespace) {
        return catalog().listTables(namespace);
    }

    @Override
    public List<Namespace> listNamespaces(Namespace namespace) {
        return catalog().listNamespaces(namespace);
    }

    @Override
    public boolean namespaceExists(Namespace namespace) {
        return catalog().namespaceExists(namespace);
    }

    @Override
    public Map<String, String> loadNamespaceMetadata(Namespace namespace) {
        return catalog().loadNamespaceMetadata(namespace);
    }

    @Override
    protected TableOperations newTableOps(TableIdentifier table) {
        return catalog().readOnly(table);
    }

    @Override
    protected String defaultWarehouseLocation(TableIdentifier table) {
        throw readOnly(table);
    }

    @Override
    public TableBuilder buildTable(TableIdentifier table, Schema schema) {
        throw readOnly(table);
    }

    @Override
    public Table registerTable(TableIdentifier table, String metadataFileLocation) {
        throw readOnly(table);
    }

    @Override
    public boolean dropTable(TableIdentifier table, boolean purge) {
        throw readOnly(table);
    }

    @Override
    public void renameTable(TableIdentifier from, TableIdentifier to) {
        throw readOnly(from);
    }

    @Override
    public void createNamespace(Namespace namespace, Map<String, String> metadata) {
        throw readOnly(namespace);
    }

    @Override
    public boolean dropNamespace(Namespace namespace) {
        throw readOnly(namespace);
    }

    @Override
    public boolean setProperties(Namespace namespace, Map<String, String> properties) {
        throw readOnly(namespace);
    }

    @Override
    public boolean removeProperties(Namespace namespace, Set<String> properties) {
        throw readOnly(namespace);
    }

    @Override
    public void close() throws IOException {
        if (catalog != null) {
            catalog.close();
        }
        super.close();
    }

    private EncryptedCatalog catalog() {
        return Objects.requireNonNull(catalog, "initialize the catalog before it is used");
    }

    private static TableRefusedException readOnly(Object what) {
        return new TableRefusedException("[" + what + "] must be changed by the mesh alone: this catalog only reads");
    }

    private static LakeConfig.Encryption encryption(String name) {
        return switch (name) {
            case "demanded" -> LakeConfig.Encryption.DEMANDED;
            case "left-to-the-bucket" -> LakeConfig.Encryption.LEFT_TO_THE_BUCKET;
            default ->
                throw new IllegalArgumentException(
                        "[catalog] '" + ENCRYPTION + "' must be demanded or left-to-the-bucket but was '" + name + "'");
        };
    }

    private static String demand(Map<String, String> properties, String property) {
        String value = properties.get(property);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("[catalog] '" + property + "' must be set but was not");
        }
        return value;
    }
}
