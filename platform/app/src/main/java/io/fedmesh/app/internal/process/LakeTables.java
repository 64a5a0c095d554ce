package io.fedmesh.app.internal.process;

import io.fedmesh.contract.Contract;
import io.fedmesh.govern.Provisioner;
import io.fedmesh.govern.ProvisioningException;
import io.fedmesh.lake.KeptTables;
import io.fedmesh.lake.TableRefusedException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** The tables of the lake, as plans see them. */
final class LakeTables implements Provisioner.Tables {
    private final KeptTables tables;
    private final List<Contract> contracts;

    LakeTables(KeptTables tables, List<Contract> contracts) {
        this.tables = tables;
        this.contracts = contracts;
    }

    @Override
    public Map<String, Map<String, String>> standing() {
        return asked(tables::standing);
    }

    @Override
    public Map<String, Map<String, String>> desired() {
        return tables.desired(contracts);
    }

    @Override
    public void set(String table, Map<String, String> properties) {
        asked(() -> {
            tables.set(table, properties);
            return true;
        });
    }

    @Override
    public void drop(String table) {
        asked(() -> {
            tables.drop(table);
            return true;
        });
    }

    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (TableRefusedException | NoSuchTableException e) {
            throw new ProvisioningException(String.valueOf(e.getMessage()), e);
        }
    }
}
