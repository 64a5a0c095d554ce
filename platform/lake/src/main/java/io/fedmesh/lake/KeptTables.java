package io.fedmesh.lake;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.internal.EncryptedCatalog;
import io.fedmesh.lake.internal.StandingTables;
import java.util.Collection;
import java.util.Map;

/**
 * The tables of a lake and their properties, for who keeps them to the contracts; tables are named {@code
 * <namespace>.<table>}. Thread-safe.
 */
public final class KeptTables {
    private final StandingTables<EncryptedCatalog> tables;

    /** @param lakehouse stays the caller's to close */
    public KeptTables(Lakehouse lakehouse) {
        this.tables = StandingTables.of(lakehouse.encrypted());
    }

    /**
     * Every table that is a product's or was one's, with all its properties; tables that others made in the catalog are not
     * among them.
     *
     * @throws TableRefusedException for a table whose metadata or key is not what the catalog's guard knows
     */
    public Map<String, Map<String, String>> standing() {
        return tables.standing();
    }

    /** The tables of the contracts, with the properties that each must have as long as it stands. */
    public Map<String, Map<String, String>> desired(Collection<Contract> contracts) {
        return tables.desired(contracts);
    }

    /**
     * Sets properties of a table.
     *
     * @throws TableRefusedException when its key or its product would be another
     */
    public void set(String table, Map<String, String> properties) {
        tables.set(table, properties);
    }

    /**
     * Takes a table out of the catalog: nobody finds or reads it any more. Its encrypted files stay in the bucket.
     *
     * @throws TableRefusedException when a legal hold is on it, or it is no product's
     */
    public void drop(String table) {
        tables.drop(table);
    }
}
