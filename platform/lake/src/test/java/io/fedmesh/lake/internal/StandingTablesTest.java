package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.lake.TableRefusedException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.junit.jupiter.api.Test;

class StandingTablesTest {
    private static final String BOUNDS = "write.metadata.metrics.column.owner_name";

    private final InMemoryCatalog catalog = new InMemoryCatalog();
    private final Contract contract = Samples.contract("well");
    private final StandingTables<InMemoryCatalog> tables;
    private final Table latest;

    StandingTablesTest() {
        catalog.initialize("memory", Map.of());
        tables = new StandingTables<>(catalog, LakeConfig.Encryption.DEMANDED);
        latest = make(contract);
    }

    @Test
    void aTableAsItsSinkMakesItHasWhatItMustHave() {
        Map<String, Map<String, String>> desired = tables.desired(List.of(contract));

        assertThat(desired).containsOnlyKeys("drilling.well_history", "drilling.well_latest");
        assertThat(desired.get("drilling.well_latest"))
                .containsEntry(BOUNDS, "none")
                .containsEntry("encryption.key-id", "domain-drilling");
        assertThat(tables.standing().get("drilling.well_latest"))
                .containsAllEntriesOf(desired.get("drilling.well_latest"));
    }

    @Test
    void aTableThatSomebodyElseMadeIsNotAmongThem() {
        catalog.createTable(TableIdentifier.of("drilling", "scratch"), latest.schema());

        assertThat(tables.standing()).containsOnlyKeys("drilling.well_latest");
        assertThatThrownBy(() -> tables.drop("drilling.scratch"))
                .isInstanceOf(TableRefusedException.class)
                .hasMessage("[drilling.scratch] a table must be a product's to be dropped but is not");
    }

    @Test
    void aPropertyIsSetBackButNotTheKey() {
        latest.updateProperties().remove(BOUNDS).commit();

        tables.set("drilling.well_latest", Map.of(BOUNDS, "none", "encryption.key-id", "domain-drilling"));

        latest.refresh();
        assertThat(latest.properties()).containsEntry(BOUNDS, "none");
        assertThatThrownBy(() -> tables.set("drilling.well_latest", Map.of("encryption.key-id", "other")))
                .isInstanceOf(TableRefusedException.class)
                .hasMessage("[drilling.well_latest] 'encryption.key-id' must stay domain-drilling, with which its files"
                        + " were written, but should become other");
    }

    @Test
    void aTableUnderALegalHoldIsNotDropped() {
        latest.newAppend()
                .appendFile(DataFiles.builder(latest.spec())
                        .withPath("memory:/a.parquet")
                        .withFileSizeInBytes(1)
                        .withRecordCount(1)
                        .build())
                .commit();
        latest.refresh();
        Holds.place(latest, "case-7");

        assertThatThrownBy(() -> tables.drop("drilling.well_latest"))
                .isInstanceOf(TableRefusedException.class)
                .hasMessage("[drilling.well_latest] a table must have no legal hold to be dropped but has [case-7]");
        assertThat(tables.standing()).containsKey("drilling.well_latest");

        latest.refresh();
        Holds.release(latest, "case-7");
        tables.drop("drilling.well_latest");
        assertThat(tables.standing()).isEmpty();
    }

    private Table make(Contract contract) {
        TableIdentifier identifier = ProductTables.identifier(contract.name(), true);
        catalog.createNamespace(identifier.namespace());
        return catalog.buildTable(identifier, TableShape.columns(contract, true))
                .withProperties(new HashMap<>(TableShape.properties(contract, true)))
                .create();
    }
}
