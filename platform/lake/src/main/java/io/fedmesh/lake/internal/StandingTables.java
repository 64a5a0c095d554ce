package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.lake.TableRefusedException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** As {@link io.fedmesh.lake.KeptTables}, over any catalog. */
public final class StandingTables<C extends Catalog & SupportsNamespaces> {
    private static final String PRODUCT = "mesh.product";

    private final C catalog;
    private final LakeConfig.Encryption demand;

    StandingTables(C catalog, LakeConfig.Encryption demand) {
        this.catalog = catalog;
        this.demand = demand;
    }

    /** Those of a lake. */
    public static StandingTables<EncryptedCatalog> of(EncryptedCatalog catalog) {
        return new StandingTables<>(catalog, catalog.demand());
    }

    /** As {@link io.fedmesh.lake.KeptTables#standing}. */
    public Map<String, Map<String, String>> standing() {
        Map<String, Map<String, String>> standing = new TreeMap<>();
        for (Namespace namespace : catalog.listNamespaces()) {
            for (TableIdentifier identifier : catalog.listTables(namespace)) {
                try {
                    Map<String, String> properties =
                            catalog.loadTable(identifier).properties();
                    if (properties.containsKey(PRODUCT)) {
                        standing.put(identifier.toString(), properties);
                    }
                } catch (NoSuchTableException e) {
                    // Dropped since it was listed.
                }
            }
        }
        return standing;
    }

    /** As {@link io.fedmesh.lake.KeptTables#desired}. */
    public Map<String, Map<String, String>> desired(Collection<Contract> contracts) {
        Map<String, Map<String, String>> desired = new TreeMap<>();
        for (Contract contract : contracts) {
            desired.put(ProductTables.identifier(contract.name(), true).toString(), properties(contract, true));
            desired.put(ProductTables.identifier(contract.name(), false).toString(), properties(contract, false));
        }
        return desired;
    }

    private Map<String, String> properties(Contract contract, boolean latest) {
        Map<String, String> properties = TableShape.properties(contract, latest);
        // Not a property of a table that is made: its format.
        properties.remove(TableProperties.FORMAT_VERSION);
        if (demand == LakeConfig.Encryption.LEFT_TO_THE_BUCKET) {
            properties.remove(TableProperties.ENCRYPTION_TABLE_KEY);
        }
        return properties;
    }

    /** As {@link io.fedmesh.lake.KeptTables#set}. */
    public void set(String table, Map<String, String> properties) {
        Table loaded = catalog.loadTable(TableIdentifier.parse(table));
        for (String fixed : Set.of(TableProperties.ENCRYPTION_TABLE_KEY, PRODUCT)) {
            String standing = loaded.properties().get(fixed);
            if (properties.containsKey(fixed) && !properties.get(fixed).equals(standing)) {
                throw new TableRefusedException("[" + table + "] '" + fixed + "' must stay " + standing
                        + ", with which its files were written, but should become " + properties.get(fixed));
            }
        }
        UpdateProperties update = loaded.updateProperties();
        properties.forEach(update::set);
        update.commit();
    }

    /** As {@link io.fedmesh.lake.KeptTables#drop}. */
    public void drop(String table) {
        TableIdentifier identifier = TableIdentifier.parse(table);
        Table loaded = catalog.loadTable(identifier);
        if (!loaded.properties().containsKey(PRODUCT)) {
            throw new TableRefusedException("[" + table + "] a table must be a product's to be dropped but is not");
        }
        Set<String> holds = new TreeSet<>(Holds.of(loaded).keySet());
        if (!holds.isEmpty()) {
            throw new TableRefusedException(
                    "[" + table + "] a table must have no legal hold to be dropped but has " + holds);
        }
        catalog.dropTable(identifier, false);
    }
}
