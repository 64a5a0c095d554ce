package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.internal.EvolvingTank.Written;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;

class EvolvedRowsTest {
    private final List<Written> all = new ArrayList<>();

    @Test
    void everyRowEverWrittenReadsAsAvroReadsIt() throws IOException {
        Contract before = EvolvingTank.contract(0);
        InMemoryCatalog catalog = new InMemoryCatalog();
        catalog.initialize("memory", Map.of());
        catalog.createNamespace(Namespace.of("drilling"));
        Table table = catalog.buildTable(TableIdentifier.of("drilling", "tank"), TableShape.columns(before, false))
                .withProperties(Map.of("format-version", "3", "write.parquet.compression-codec", "uncompressed"))
                .create();
        for (int step = 0; step < EvolvingTank.SCHEMAS.size(); step++) {
            Contract now = EvolvingTank.contract(step);
            SchemaEvolution.apply(table, TableShape.columns(now, false), now.schema());
            table.refresh();
            write(table, now, before, step);
            assertThat(rows(table, now)).as("step " + step).isEqualTo(EvolvingTank.expected(now, all));
            before = now;
        }
    }

    /** Records of the schema before and of the one now, as a sink with the contract of now writes them. */
    private void write(Table table, Contract now, Contract before, int step) {
        TablePort.Head base = new TablePort.Head(table.uuid().toString(), 1, Map.of(), 1, null, Map.of(), Map.of());
        IcebergStage stage = new IcebergStage(
                table,
                base,
                new IcebergStage.Means(new DeletionVectors(), new FilePartitions(), new RowWriter.Plans(now, null)),
                null);
        for (Contract contract : List.of(before, now)) {
            for (int i = 0; i < 6; i++) {
                long number = all.size();
                Written written =
                        EvolvingTank.written(EvolvingTank.entity(contract.schema(), "k" + number, number + step));
                all.add(written);
                stage.append(new Change(
                        0,
                        number,
                        number,
                        Key.of("k" + number),
                        Op.UPDATE,
                        new Version(number, number, 0),
                        number,
                        Change.NO_TRANSACTION,
                        Change.Body.ofRest(written.bytes(), 0, written.schema())));
            }
        }
        AppendFiles append = table.newAppend();
        stage.close().rows().forEach(append::appendFile);
        append.commit();
        table.refresh();
    }

    private static List<String> rows(Table table, Contract contract) throws IOException {
        List<String> rows = new ArrayList<>();
        try (CloseableIterable<Record> records = TableReader.read(
                table, table.currentSnapshot().snapshotId(), table.schema(), Expressions.alwaysTrue())) {
            for (Record row : records) {
                rows.add(String.valueOf(EvolvingTank.plain(contract.schema(), row)));
            }
        }
        rows.sort(null);
        return rows;
    }
}
