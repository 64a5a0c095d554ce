package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.lake.TableRefusedException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.BaseEncryptedKey;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StagedOperationsTest {
    private final MemoryLake lake = new MemoryLake();
    private final MemorySink sink = new MemorySink(lake);

    @BeforeEach
    void create() {
        lake.create(PartitionSpec.unpartitioned(), SortOrder.unsorted());
    }

    @Test
    void aTableThatIsNotAuditedIsAsItIs() {
        sink.commit(List.of(1L), List.of());
        TableOperations real = operations(lake.published());

        assertThat(new StagedOperations("rows", real).current()).isSameAs(real.current());
    }

    @Test
    void readersSeeNothingOfATableThatWasNeverPublished() {
        lake.audit();
        sink.commit(List.of(1L, 2L), List.of());
        sink.commit(List.of(3L), List.of(2L));

        assertThat(lake.published().currentSnapshot()).isNull();
        assertThat(lake.published().history()).isEmpty();
        sink.check();
        sink.checkLineage();
    }

    @Test
    void aStagedCommitChangesNothingOfTheMainBranch() {
        sink.commit(List.of(1L, 2L), List.of());
        sink.commit(List.of(2L), List.of());
        lake.audit();
        TableMetadata before = real();

        sink.commit(List.of(2L, 3L), List.of(1L));

        TableMetadata after = real();
        Snapshot main = Objects.requireNonNull(before.currentSnapshot());
        assertThat(after.currentSnapshot()).isEqualTo(main);
        assertThat(after.snapshotLog()).isEqualTo(before.snapshotLog());
        assertThat(after.properties()).isEqualTo(before.properties());
        assertThat(after.schemas()).usingRecursiveComparison().isEqualTo(before.schemas());
        assertThat(after.refs()).containsOnlyKeys("main", "staged").containsEntry("main", before.ref("main"));
        Snapshot staged = Objects.requireNonNull(StagedOperations.head(after));
        assertThat(staged.parentId()).isEqualTo(main.snapshotId());
        assertThat(after.lastSequenceNumber()).isEqualTo(before.lastSequenceNumber() + 1);
        assertThat(after.nextRowId()).isEqualTo(before.nextRowId() + 2);
        assertThat(after.previousFiles()).hasSize(before.previousFiles().size() + 1);
        assertThat(after.previousFiles().get(before.previousFiles().size()).file())
                .isEqualTo(before.metadataFileLocation());
        sink.check();
    }

    @Test
    void writersSeeTheRolesChanged() {
        sink.commit(List.of(1L), List.of());
        lake.audit();
        sink.commit(List.of(2L), List.of());

        TableMetadata real = real();
        TableMetadata view = operations(lake.load()).current();
        assertThat(view.currentSnapshot()).isEqualTo(StagedOperations.head(real));
        assertThat(view.refs()).containsOnlyKeys("main", "published");
        assertThat(view.ref("published").snapshotId())
                .isEqualTo(Objects.requireNonNull(real.currentSnapshot()).snapshotId());
        assertThat(view.metadataFileLocation()).isEqualTo(real.metadataFileLocation());
        assertThat(view.lastUpdatedMillis()).isEqualTo(real.lastUpdatedMillis());
        assertThat(view.previousFiles()).isEqualTo(real.previousFiles());
        assertThat(view.nextRowId()).isEqualTo(real.nextRowId());
        assertThat(view.changes()).isEmpty();
    }

    @Test
    void whatIsNoBranchIsChangedForBoth() {
        sink.commit(List.of(1L), List.of());
        lake.audit();
        sink.commit(List.of(2L), List.of());
        Table staged = lake.load();

        staged.updateSchema().addColumn("more", Types.StringType.get()).commit();
        staged.updateSpec().addField("day").commit();
        staged.replaceSortOrder().asc("id").commit();
        staged.updateProperties().set("a", "b").commit();
        Holds.place(staged, "case");
        TableOperations operations = operations(staged);
        TableMetadata base = operations.refresh();
        operations.commit(
                base,
                TableMetadata.buildFrom(base)
                        .addEncryptionKey(
                                new BaseEncryptedKey("key", ByteBuffer.wrap(new byte[] {1}), "master", Map.of()))
                        .build());

        TableMetadata real = real();
        assertThat(real.schema().findField("more")).isNotNull();
        assertThat(real.spec().fields()).hasSize(1);
        assertThat(real.sortOrder().fields()).hasSize(1);
        assertThat(real.properties()).containsEntry("a", "b");
        assertThat(real.encryptionKeys()).extracting(key -> key.keyId()).containsExactly("key");
        assertThat(real.refs()).containsOnlyKeys("main", "staged", "hold-case");
        assertThat(real.ref("hold-case").snapshotId())
                .isEqualTo(Objects.requireNonNull(StagedOperations.head(real)).snapshotId());
    }

    @Test
    void aWriterMovesNoBranchButItsOwn() {
        sink.commit(List.of(1L), List.of());
        lake.audit();
        sink.commit(List.of(2L), List.of());
        for (String branch : List.of("published", "staged")) {
            assertThatThrownBy(() -> change(builder -> builder.setRef(
                            branch,
                            SnapshotRef.branchBuilder(Objects.requireNonNull(StagedOperations.head(real()))
                                            .snapshotId())
                                    .build())))
                    .isInstanceOf(TableRefusedException.class)
                    .hasMessage("[memory.lake.rows] the branch '" + branch
                            + "' must be moved by the audit alone but a writer tried to");
        }
        assertThatThrownBy(() -> change(builder -> builder.removeRef("published")))
                .isInstanceOf(TableRefusedException.class);
    }

    @Test
    void aBranchOfTheNameThatWritersKnowTheMainBranchByIsRefused() {
        sink.commit(List.of(1L), List.of());
        TableOperations operations = operations(lake.published());
        TableMetadata base = operations.current();
        operations.commit(
                base,
                TableMetadata.buildFrom(base)
                        .setRef(
                                "published",
                                SnapshotRef.branchBuilder(base.currentSnapshot().snapshotId())
                                        .build())
                        .build());
        Table opened = StagedOperations.of(lake.published());
        assertThat(opened.currentSnapshot()).isNotNull();
        lake.audit();

        for (int look = 0; look < 2; look++) {
            assertThatThrownBy(opened::refresh).isInstanceOf(TableRefusedException.class);
            assertThatThrownBy(opened::currentSnapshot).isInstanceOf(TableRefusedException.class);
        }
        assertThatThrownBy(() -> lake.load().currentSnapshot())
                .isInstanceOf(TableRefusedException.class)
                .hasMessage(
                        "[memory.lake.rows] an audited table must have no branch or tag 'published', which its writers"
                                + " know the main branch by, but has one");
    }

    @Test
    void aTableThatBecomesAuditedIsStagedByWhoeverHasItOpen() {
        sink.commit(List.of(1L), List.of());
        Table open = StagedOperations.of(lake.published());
        Snapshot main = Objects.requireNonNull(open.currentSnapshot());
        lake.audit();

        open.newAppend().set(Summary.OFFSETS, "{\"0\":1}").commit();

        assertThat(lake.published().currentSnapshot()).isEqualTo(main);
        assertThat(Objects.requireNonNull(StagedOperations.head(real())).parentId())
                .isEqualTo(main.snapshotId());
    }

    @Test
    void aCommitOnAnOlderLookIsAConflict() {
        sink.commit(List.of(1L), List.of());
        lake.audit();
        TableOperations operations = operations(lake.load());
        TableMetadata base = operations.current();
        sink.commit(List.of(2L), List.of());
        TableMetadata next =
                TableMetadata.buildFrom(base).setProperties(Map.of("a", "b")).build();

        assertThatThrownBy(() -> operations.commit(base, next)).isInstanceOf(CommitFailedException.class);
        operations.refresh();
        assertThatThrownBy(() -> operations.commit(base, next)).isInstanceOf(CommitFailedException.class);
    }

    private void change(java.util.function.Consumer<TableMetadata.Builder> change) {
        TableOperations operations = operations(lake.load());
        TableMetadata.Builder next = TableMetadata.buildFrom(operations.current());
        change.accept(next);
        operations.commit(operations.current(), next.build());
    }

    private TableMetadata real() {
        return operations(lake.published()).current();
    }

    private static TableOperations operations(Table table) {
        return ((HasTableOperations) table).operations();
    }
}
