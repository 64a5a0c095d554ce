package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.lake.Tokens;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;

/**
 * Makes the tables of a product, and moves them to a newer contract: columns as {@link SchemaEvolution}, layout as {@link
 * TableLayout}. A table remembers the newest contract that it followed, so that a process with an older one, which would
 * write a renamed field nowhere, is refused.
 */
final class ProductTables {
    private static final String CONTRACT_VERSION = "mesh.contract-version";
    private static final String PARTITIONS = "mesh.partitions";

    private final EncryptedCatalog catalog;

    ProductTables(EncryptedCatalog catalog) {
        this.catalog = catalog;
    }

    /** The name of one of a product's tables. */
    static TableIdentifier identifier(ProductName product, boolean latest) {
        return TableIdentifier.of(product.namespace(), latest ? product.latestTable() : product.historyTable());
    }

    /**
     * The table, made or moved to the contract.
     *
     * @throws TableRefusedException when it cannot take the contract, or follows a newer one
     */
    Table ensure(Contract contract, boolean latest) {
        TableIdentifier identifier = identifier(contract.name(), latest);
        Schema wanted = TableShape.columns(contract, latest);
        Tokens tokens = Tokens.of(contract, catalog.tokenKeys());
        if (!catalog.tableExists(identifier)) {
            Map<String, String> properties = properties(contract, latest);
            properties.putAll(TokenColumns.properties(Map.of(), contract, tokens));
            create(identifier, wanted, contract, properties);
        }
        Table loaded = catalog.loadTable(identifier);
        Table table = StagedOperations.of(loaded);
        demandNewest(table, contract);
        demandPartitions(table, contract);
        demandAudit(table, contract);
        TokenColumns.mark(table, contract, tokens);
        if (!contract.quality().isAudited()) {
            Publication.end(loaded);
        }
        set(table, own(contract));
        SchemaEvolution.apply(table, wanted, contract.schema());
        set(table, bounds(TableShape.properties(contract, latest)));
        TableLayout.apply(table, contract.layout());
        return table;
    }

    /** Refuses a contract that is older than one that the table has followed. */
    static void demandNewest(Table table, Contract contract) {
        String followed = table.properties().get(CONTRACT_VERSION);
        if (followed != null && Arrays.compare(numbers(followed), numbers(contract.version())) > 0) {
            throw new TableRefusedException("[" + table.name() + "] the contract must be of version " + followed
                    + " or later, which the table follows, but was " + contract.version()
                    + ": start this process with the newer one");
        }
    }

    private static void demandPartitions(Table table, Contract contract) {
        String made = table.properties().get(PARTITIONS);
        if (made != null && !made.equals(Integer.toString(contract.partitions()))) {
            throw new TableRefusedException("[" + table.name() + "] 'partitions' must stay " + made + " but was "
                    + contract.partitions()
                    + ": keys would change their partition; publish a new major version of the product");
        }
    }

    /** Two processes that share a table and differ in this would make it the one and the other in turn. */
    private static void demandAudit(Table table, Contract contract) {
        boolean isAudited = Boolean.parseBoolean(table.properties().get(TableProperties.WRITE_AUDIT_PUBLISH_ENABLED));
        if (contract.version().equals(table.properties().get(CONTRACT_VERSION))
                && isAudited != contract.quality().isAudited()) {
            throw new TableRefusedException("[" + table.name() + "] 'writeAuditPublish' must stay " + isAudited
                    + " in version " + contract.version() + " of the contract, which the table follows, but was "
                    + contract.quality().isAudited() + ": raise the contract's version with it");
        }
    }

    private static Map<String, String> own(Contract contract) {
        Map<String, String> own = new HashMap<>();
        own.put(CONTRACT_VERSION, contract.version());
        own.put(PARTITIONS, Integer.toString(contract.partitions()));
        if (contract.quality().isAudited()) {
            own.put(TableProperties.WRITE_AUDIT_PUBLISH_ENABLED, "true");
        }
        return own;
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("\\.", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private Map<String, String> properties(Contract contract, boolean latest) {
        Map<String, String> properties = TableShape.properties(contract, latest);
        if (catalog.demand() == LakeConfig.Encryption.LEFT_TO_THE_BUCKET) {
            properties.remove(TableProperties.ENCRYPTION_TABLE_KEY);
        }
        return properties;
    }

    private void create(TableIdentifier identifier, Schema schema, Contract contract, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(properties);
        all.putAll(own(contract));
        create(catalog, identifier, schema, TableLayout.spec(schema, contract.layout()), all);
    }

    /** Makes a table, and its namespace where it is the first; one that somebody else was quicker to make is as good. */
    static void create(
            EncryptedCatalog catalog,
            TableIdentifier identifier,
            Schema schema,
            PartitionSpec spec,
            Map<String, String> properties) {
        Namespace namespace = identifier.namespace();
        try {
            if (!catalog.namespaceExists(namespace)) {
                catalog.createNamespace(namespace);
            }
        } catch (RuntimeException e) {
            // of two products of a domain that come at once, the catalog refuses one, in words of its database
            if (!catalog.namespaceExists(namespace)) {
                throw e;
            }
        }
        try {
            catalog.createTable(identifier, schema, spec, properties);
        } catch (AlreadyExistsException e) {
            // another sink was quicker: its table is as good
        }
    }

    private static Map<String, String> bounds(Map<String, String> properties) {
        Map<String, String> bounds = new HashMap<>(properties);
        bounds.keySet().removeIf(name -> !name.startsWith(TableProperties.METRICS_MODE_COLUMN_CONF_PREFIX));
        return bounds;
    }

    private static void set(Table table, Map<String, String> wanted) {
        UpdateProperties update = table.updateProperties();
        boolean isChanged = false;
        for (Map.Entry<String, String> property : wanted.entrySet()) {
            if (!property.getValue().equals(table.properties().get(property.getKey()))) {
                update.set(property.getKey(), property.getValue());
                isChanged = true;
            }
        }
        if (isChanged) {
            update.commit();
        }
    }
}
