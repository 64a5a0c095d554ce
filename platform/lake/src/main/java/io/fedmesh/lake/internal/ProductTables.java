package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.lake.TableRefusedException;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * Makes the tables of a product, and moves their columns to a newer contract: added columns are optional, a field renamed
 * with an Avro alias keeps its column id, types only widen, a dropped field's column stays and is null from then on.
 */
final class ProductTables {
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
     * @throws TableRefusedException when its columns cannot take the contract's schema
     */
    Table ensure(Contract contract, boolean latest) {
        TableIdentifier identifier = identifier(contract.name(), latest);
        Schema wanted = TableShape.columns(contract, latest);
        if (!catalog.tableExists(identifier)) {
            create(identifier, wanted, properties(contract, latest));
        }
        Table table = catalog.loadTable(identifier);
        evolve(table, wanted, contract);
        properties(table, TableShape.properties(contract, latest));
        return table;
    }

    private Map<String, String> properties(Contract contract, boolean latest) {
        Map<String, String> properties = TableShape.properties(contract, latest);
        if (catalog.demand() == LakeConfig.Encryption.LEFT_TO_THE_BUCKET) {
            properties.remove(TableProperties.ENCRYPTION_TABLE_KEY);
        }
        return properties;
    }

    private void create(TableIdentifier identifier, Schema schema, Map<String, String> properties) {
        Namespace namespace = identifier.namespace();
        try {
            if (!catalog.namespaceExists(namespace)) {
                catalog.createNamespace(namespace);
            }
        } catch (AlreadyExistsException e) {
            // another product of the domain was quicker
        }
        try {
            catalog.createTable(identifier, schema, PartitionSpec.unpartitioned(), properties);
        } catch (AlreadyExistsException e) {
            // another sink was quicker: its table is as good
        }
    }

    private static void properties(Table table, Map<String, String> wanted) {
        UpdateProperties update = table.updateProperties();
        boolean changed = false;
        for (Map.Entry<String, String> property : wanted.entrySet()) {
            if (property.getKey().startsWith("write.metadata.metrics.column.")
                    && !property.getValue().equals(table.properties().get(property.getKey()))) {
                update.set(property.getKey(), property.getValue());
                changed = true;
            }
        }
        if (changed) {
            update.commit();
        }
    }

    private static void evolve(Table table, Schema wanted, Contract contract) {
        Schema have = table.schema();
        Map<String, String> renamed = renamed(have, contract);
        UpdateSchema update = table.updateSchema();
        boolean changed = false;
        for (Types.NestedField field : wanted.columns()) {
            String oldName = renamed.getOrDefault(field.name(), field.name());
            Types.NestedField old = have.findField(oldName);
            if (old == null) {
                update.addColumn(field.name(), field.type(), field.doc());
                changed = true;
                continue;
            }
            if (!oldName.equals(field.name())) {
                update.renameColumn(oldName, field.name());
                changed = true;
            }
            if (old.isRequired() && field.isOptional()) {
                update.makeColumnOptional(oldName);
                changed = true;
            }
            changed |= widen(update, table.name(), oldName, old.type(), field.type());
        }
        for (Types.NestedField old : have.columns()) {
            boolean kept = wanted.findField(old.name()) != null || renamed.containsValue(old.name());
            if (!kept && old.isRequired()) {
                update.makeColumnOptional(old.name());
                changed = true;
            }
        }
        if (changed) {
            update.commit();
        }
    }

    private static boolean widen(UpdateSchema update, String table, String column, Type have, Type want) {
        if (have.isPrimitiveType() && want.isPrimitiveType()) {
            if (have.equals(want)) {
                return false;
            }
            if (!TypeUtil.isPromotionAllowed(have, want.asPrimitiveType())) {
                throw new TableRefusedException(
                        "[" + table + "] column '" + column + "' must stay or widen but would change from " + have
                                + " to " + want + ": publish a new major version of the product");
            }
            update.updateColumn(column, want.asPrimitiveType());
            return true;
        }
        if (have.typeId() == want.typeId() && sameWithin(have, want)) {
            return false;
        }
        throw new TableRefusedException("[" + table + "] column '" + column
                + "' must keep its nested type but it changed: publish a new major version of the product");
    }

    /** Equal but for column ids, which the catalog deals out. */
    private static boolean sameWithin(Type have, Type want) {
        return withoutIds(have).equals(withoutIds(want));
    }

    private static String withoutIds(Type type) {
        return type.toString().replaceAll("\\b[0-9]+: ", "");
    }

    /** New name to old name, for fields whose alias is a column of the table. */
    private static Map<String, String> renamed(Schema have, Contract contract) {
        Map<String, String> renamed = new HashMap<>();
        for (org.apache.avro.Schema.Field field : contract.schema().getFields()) {
            if (have.findField(field.name()) == null) {
                for (String alias : field.aliases()) {
                    if (have.findField(alias) != null && contract.schema().getField(alias) == null) {
                        renamed.put(field.name(), alias);
                    }
                }
            }
        }
        return renamed;
    }
}
