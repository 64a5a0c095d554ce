package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.lake.LogTable;
import io.fedmesh.lake.TableRefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One lost response destroyed a table, and a retry without a look doubled its rows, on Iceberg versions of old. */
class LostResponseIT {
    private final LakeRig rig = LakeRig.get();
    private final Contract contract = Samples.contract("well");

    @TempDir
    Path index;

    @Test
    void aLostResponseOfTheDatabaseNeitherDoublesNorDestroys() throws IOException {
        LakeConfig real = rig.newLake();
        LakeConfig lake = new LakeConfig(
                LossyDriver.uri(real.catalogUri()),
                real.user(),
                real.password(),
                real.warehouse(),
                real.fileIo(),
                real.keys());
        try (EncryptedCatalog catalog = EncryptedCatalog.open(lake, Clock.systemUTC());
                SinkCore core = rig.core(catalog, contract, index)) {
            int before = LossyDriver.LOST.get();
            core.open(Set.of(0, 1));
            for (int commit = 0; commit < 4; commit++) {
                core.add(Samples.upsert(0, 2L * commit, commit, 2L * commit + 1, "a" + commit), 1);
                core.add(Samples.upsert(0, 2L * commit + 1, 0, 2L * commit + 2, "b" + commit), 1);
                LossyDriver.TO_LOSE.set(commit % 2 == 0 ? 1 : 3);
                core.flush();
                LossyDriver.TO_LOSE.set(0);
            }
            assertThat(LossyDriver.LOST.get() - before).isGreaterThanOrEqualTo(4);
            assertThat(LakeRig.latest(catalog, contract)).isEqualTo(Map.of(0L, "b3", 1L, "a1", 2L, "a2", 3L, "a3"));
            assertThat(LakeRig.historyRows(catalog, contract)).isEqualTo(8);
            everySnapshotCanBeReadAndNoFileWasAddedTwice(catalog, 4);
        }
    }

    @Test
    void anErrorOfAnAppliedCommitOrOfOneThatWasNotIsToldApart() throws IOException {
        isToldApart(contract);
    }

    @Test
    void soItIsOnABranchThatIsAuditedBeforeItIsPublished() throws IOException {
        isToldApart(AuditedSinkIT.audited(contract));
    }

    private void isToldApart(Contract contract) throws IOException {
        Deque<String> faults = new ArrayDeque<>();
        try (EncryptedCatalog catalog = EncryptedCatalog.open(
                        rig.newLake(), Clock.systemUTC(), operations -> new Lossy(operations, faults));
                SinkCore core = rig.core(catalog, contract, index)) {
            core.open(Set.of(0, 1));
            long offset = 0;
            for (String fault : List.of("applied", "conflict", "lost", "applied", "lost")) {
                faults.add(fault);
                faults.add(fault);
                core.add(Samples.upsert(0, offset, 1, offset + 1, "v" + offset), 1);
                core.add(Samples.upsert(1, offset, 2 + offset, offset + 1, "w" + offset), 1);
                core.flush();
                faults.clear();
                offset++;
            }
            if (contract.quality().isAudited()) {
                assertThat(LakeRig.latest(catalog, contract)).isEmpty();
                assertThat(AuditedSinkIT.audit(catalog, contract).run().isPublished())
                        .isTrue();
            }
            assertThat(LakeRig.latest(catalog, contract))
                    .isEqualTo(Map.of(1L, "v4", 2L, "w0", 3L, "w1", 4L, "w2", 5L, "w3", 6L, "w4"));
            assertThat(LakeRig.historyRows(catalog, contract)).isEqualTo(10);
            everySnapshotCanBeReadAndNoFileWasAddedTwice(catalog, 5);
        }
    }

    @Test
    void aLogsRecordsAreAppendedOnceWhateverIsLostAndWhoeverElseAppends() throws IOException {
        LakeConfig real = rig.newLake();
        LakeConfig lake = new LakeConfig(
                LossyDriver.uri(real.catalogUri()),
                real.user(),
                real.password(),
                real.warehouse(),
                real.fileIo(),
                real.keys());
        try (EncryptedCatalog catalog = EncryptedCatalog.open(lake, Clock.systemUTC())) {
            AppendedTable one = log(catalog);
            AppendedTable other = log(catalog);
            one.ensure("mesh");
            other.ensure("mesh");
            assertThat(one.offsets()).isEmpty();
            for (long offset = 0; offset < 20; offset += 2) {
                LossyDriver.TO_LOSE.set(offset == 8 ? 3 : 1);
                long from = offset;
                AppendedTable writer = offset % 3 == 0 ? one : other;
                assertThat(writer.append(List.of(step(0, from, 2), step(1, from, 1))))
                        .isTrue();
                LossyDriver.TO_LOSE.set(0);
                assertThat(other.append(List.of(step(0, from, 2))))
                        .as("the table stands elsewhere")
                        .isFalse();
                assertThat(one.offsets()).isEqualTo(Map.of(0, from + 2, 1, from + 2));
            }
            one.keep();
            assertThat(other.append(List.of(step(2, 0, 1)))).isTrue();
            assertThat(one.offsets()).isEqualTo(Map.of(0, 20L, 1, 20L, 2, 2L));
            Table table = catalog.loadTable(LOG);
            assertThat(table.properties())
                    .containsEntry("encryption.key-id", "domain-mesh")
                    .doesNotContainKey("mesh.product");
            assertThat(new HashSet<>(values(table))).hasSize(31).hasSameSizeAs(values(table));
            assertThat(table.currentSnapshot().summary().get("total-data-files"))
                    .as("upkeep made few files of many")
                    .isEqualTo("3");
        }
    }

    private static final TableIdentifier LOG = TableIdentifier.of("mesh", "diary_history");
    private static final Schema LINES = new Schema(
            Types.NestedField.optional(1, "text", Types.StringType.get()),
            Types.NestedField.optional(2, "words", Types.ListType.ofRequired(3, Types.StringType.get())),
            Types.NestedField.required(4, "mesh_partition", Types.IntegerType.get()),
            Types.NestedField.required(5, "mesh_offset", Types.LongType.get()));

    private static AppendedTable log(EncryptedCatalog catalog) {
        return new AppendedTable(
                catalog, new ProductName("mesh", "diary"), LINES, Clock.systemUTC(), new SecureRandom(), ms -> {});
    }

    private static LogTable.Step step(int partition, long from, int rows) {
        List<Record> records = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            GenericRecord record = GenericRecord.create(LINES);
            record.setField("text", "line");
            record.setField("words", List.of("a", "b"));
            record.setField("mesh_partition", partition);
            record.setField("mesh_offset", from + i);
            records.add(record);
        }
        return new LogTable.Step(partition, from, from + 2, records);
    }

    private static List<String> values(Table table) throws IOException {
        List<String> values = new ArrayList<>();
        try (CloseableIterable<Record> rows = TableReader.read(
                table, table.currentSnapshot().snapshotId(), table.schema(), Expressions.alwaysTrue())) {
            rows.forEach(row -> values.add(
                    row.getField("mesh_partition") + ":" + row.getField("mesh_offset") + row.getField("words")));
        }
        return values;
    }

    @Test
    void aTableDroppedOrMadeAnewUnderTheSinkIsRefused() {
        try (EncryptedCatalog catalog = EncryptedCatalog.open(rig.newLake(), Clock.systemUTC());
                SinkCore core = rig.core(catalog, contract, index)) {
            core.open(Set.of(0, 1));
            core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
            core.flush();
            TableIdentifier table = ProductTables.identifier(contract.name(), true);
            catalog.dropTable(table, false);
            core.add(Samples.upsert(0, 1, 1, 2, "b"), 1);
            assertThatThrownBy(core::flush)
                    .isInstanceOf(TableRefusedException.class)
                    .hasMessageContaining("it was dropped or renamed under the sink");
            new ProductTables(catalog).ensure(contract, true);
            assertThatThrownBy(() -> core.open(Set.of(0, 1)))
                    .isInstanceOf(TableRefusedException.class)
                    .hasMessageContaining("it was dropped and made anew under the sink");
        }
    }

    @Test
    void aTableDroppedOrSetBackUnderAnIdleSinkIsFoundByItsNextLook() {
        try (EncryptedCatalog catalog = EncryptedCatalog.open(rig.newLake(), Clock.systemUTC());
                SinkCore core = rig.core(catalog, contract, index)) {
            core.open(Set.of(0, 1));
            core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
            core.flush();
            core.add(Samples.upsert(0, 1, 2, 2, "b"), 1);
            core.flush();
            core.keepUp();
            TableIdentifier table = ProductTables.identifier(contract.name(), false);
            TableOperations operations = ((BaseTable) catalog.loadTable(table)).operations();
            TableMetadata now = operations.current();
            long first = Objects.requireNonNull(now.currentSnapshot().parentId());
            operations.commit(
                    now,
                    TableMetadata.buildFrom(now)
                            .setBranchSnapshot(first, SnapshotRef.MAIN_BRANCH)
                            .build());
            assertThatThrownBy(core::keepUp).isInstanceOf(TablePort.StaleBaseException.class);
            assertThat(core.open(Set.of(0, 1))).isEqualTo(Map.of(0, 1L));
            core.add(Samples.upsert(0, 1, 2, 2, "b"), 1);
            core.flush();
            assertThat(LakeRig.latest(catalog, contract)).isEqualTo(Map.of(1L, "a", 2L, "b"));
            assertThat(LakeRig.historyRows(catalog, contract)).isEqualTo(2);

            catalog.dropTable(table, false);
            assertThatThrownBy(core::keepUp)
                    .isInstanceOf(TableRefusedException.class)
                    .hasMessageContaining("it was dropped or renamed under the sink");
        }
    }

    @Test
    void anIndexThatIsGoneOrBehindIsRebuiltFromTheTables() {
        try (EncryptedCatalog catalog = EncryptedCatalog.open(rig.newLake(), Clock.systemUTC())) {
            try (SinkCore core = rig.core(catalog, contract, index.resolve("one"))) {
                core.open(Set.of(0, 1));
                for (long i = 0; i < 50; i++) {
                    core.add(Samples.upsert(0, i, i % 20, i + 1, "a" + i), 1);
                }
                core.add(Samples.delete(0, 50, 3, 51), 1);
                core.flush();
                core.add(Samples.upsert(0, 51, 4, 52, "new"), 1);
                core.flush();
            }
            try (SinkCore core = rig.core(catalog, contract, index.resolve("two"))) {
                assertThat(core.open(Set.of(0, 1))).isEqualTo(Map.of(0, 52L));
                core.add(Samples.upsert(0, 52, 3, 51, "as old as its delete"), 1);
                core.add(Samples.upsert(0, 53, 4, 53, "newer"), 1);
                core.add(Samples.delete(0, 54, 5, 54), 1);
                core.flush();
                Map<Long, String> rows = LakeRig.latest(catalog, contract);
                assertThat(rows).hasSize(18).containsEntry(4L, "newer").doesNotContainKeys(3L, 5L);
                assertThat(core.counts()).isEqualTo(new Counts(55, 20 + 1 + 2, 31, 0, 1));
            }
        }
    }

    @Test
    void aSinkThatBeginsWithANewKeyReplacesTheVectorsThatItFinds() throws IOException {
        try (EncryptedCatalog catalog = EncryptedCatalog.open(rig.newLake(), Clock.systemUTC())) {
            try (SinkCore core = rig.core(catalog, contract, index)) {
                core.open(Set.of(0, 1));
                core.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
                core.add(Samples.upsert(0, 1, 2, 2, "b"), 1);
                core.add(Samples.upsert(0, 2, 3, 3, "c"), 1);
                core.flush();
                core.add(Samples.upsert(0, 3, 1, 4, "d"), 1);
                core.flush();
            }
            try (SinkCore core = rig.core(catalog, contract, index)) {
                core.open(Set.of(0, 1));
                core.add(Samples.upsert(0, 4, 4, 5, "e"), 1);
                core.flush();
                core.add(Samples.upsert(0, 5, 2, 6, "f"), 1);
                core.flush();
            }
            assertThat(LakeRig.latest(catalog, contract)).isEqualTo(Map.of(1L, "d", 2L, "f", 3L, "c", 4L, "e"));
            everySnapshotCanBeReadAndNoFileWasAddedTwice(catalog, 4);
        }
    }

    private void everySnapshotCanBeReadAndNoFileWasAddedTwice(EncryptedCatalog catalog, int commits)
            throws IOException {
        for (boolean latest : List.of(true, false)) {
            Table table = new LakeTables(catalog).load(contract.name(), latest);
            assertThat(table.snapshots()).hasSize(commits);
            Set<String> added = new HashSet<>();
            for (Snapshot snapshot : table.snapshots()) {
                for (DataFile file : SnapshotChanges.builderFor(table)
                        .snapshot(snapshot)
                        .build()
                        .addedDataFiles()) {
                    assertThat(added.add(file.location())).as("added once").isTrue();
                }
                try (CloseableIterable<?> rows =
                        new LakeTables(catalog).scan(contract.name(), latest, List.of(), snapshot.snapshotId())) {
                    try (CloseableIterator<?> row = rows.iterator()) {
                        assertThat(row.hasNext()).isTrue();
                    }
                }
            }
        }
    }

    /** Table operations that fail around the real commit, as ordered. */
    private static final class Lossy implements TableOperations {
        private final TableOperations real;
        private final Deque<String> faults;

        private Lossy(TableOperations real, Deque<String> faults) {
            this.real = real;
            this.faults = faults;
        }

        @Override
        public void commit(TableMetadata base, TableMetadata metadata) {
            String fault = faults.isEmpty() ? "" : faults.remove();
            if (fault.equals("lost")) {
                throw new IllegalStateException("the request was lost");
            }
            real.commit(base, metadata);
            if (fault.equals("applied")) {
                throw new IllegalStateException("the response was lost");
            }
            if (fault.equals("conflict")) {
                throw new CommitFailedException("the pool sent the update twice");
            }
        }

        @Override
        public TableMetadata current() {
            return real.current();
        }

        @Override
        public TableMetadata refresh() {
            return real.refresh();
        }

        @Override
        public FileIO io() {
            return real.io();
        }

        @Override
        public String metadataFileLocation(String fileName) {
            return real.metadataFileLocation(fileName);
        }

        @Override
        public LocationProvider locationProvider() {
            return real.locationProvider();
        }
    }
}
