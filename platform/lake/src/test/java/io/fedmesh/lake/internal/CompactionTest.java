package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;

class CompactionTest {
    private final MemoryLake lake = new MemoryLake();
    private final MemorySink sink = new MemorySink(lake);
    private int id;

    @Test
    void smallFilesOfAKafkaPartitionBecomeOneAndTheirVectorsGo() {
        lake.create(PartitionSpec.unpartitioned(), SortOrder.unsorted());
        commits(3);
        sink.commit(List.of(), List.of(0L, 1L));
        sink.checkLineage();
        Compaction.Result result = read().commit();
        assertThat(result.filesBefore()).isEqualTo(6);
        assertThat(result.filesAfter()).isEqualTo(2);
        assertThat(result.vectors()).isPositive();
        sink.check();
        sink.checkLineage();
        assertThat(files())
                .extracting(file -> FileNames.partition(file.location()))
                .containsExactlyInAnyOrder(0, 1);
        assertThat(compaction().read()).isNull();
    }

    @Test
    void aDeleteBetweenReadAndCommitIsKept() {
        lake.create(PartitionSpec.unpartitioned(), SortOrder.unsorted());
        commits(3);
        sink.commit(List.of(), List.of(0L));
        Compaction.Rewritten rewritten = read();
        sink.commit(List.of(4L), List.of(1L, 2L, 3L));
        sink.commit(List.of(), List.of(5L));
        assertThat(rewritten.commit().filesAfter()).isEqualTo(2);
        sink.check();
        sink.commit(List.of(6L, 1L), List.of(7L));
        sink.check();
        sink.checkLineage();
    }

    @Test
    void aDeleteThatComesWhileTheCommitIsOnItsWayIsKept() {
        lake.create(PartitionSpec.unpartitioned(), SortOrder.unsorted());
        commits(3);
        Compaction.Rewritten rewritten = read();
        lake.beforeCommit = () -> {
            sink.commit(List.of(4L), List.of(1L, 2L, 3L));
            lake.beforeCommit = () -> sink.commit(List.of(8L), List.of(5L));
        };
        assertThat(rewritten.commit().filesAfter()).isEqualTo(2);
        sink.check();
    }

    @Test
    void ofTwoCompactionsOfTheSameFilesOneTakesPlaceAndTheOtherLeavesNothing() {
        Table table = lake.create(PartitionSpec.unpartitioned(), SortOrder.unsorted());
        commits(3);
        Compaction.Rewritten one = read();
        Compaction.Rewritten other = read();
        assertThat(one.commit().filesAfter()).isEqualTo(2);
        table.refresh();
        Snapshot now = table.currentSnapshot();
        assertThat(other.commit()).isEqualTo(new Compaction.Result(0, 0, 0, 0, 2));
        table.refresh();
        assertThat(table.currentSnapshot()).isEqualTo(now);
        sink.check();
    }

    @Test
    void aCrashBeforeTheCommitCostsOnlyTheWork() {
        lake.create(PartitionSpec.unpartitioned(), SortOrder.unsorted());
        commits(3);
        read();
        assertThat(read().commit().filesAfter()).isEqualTo(2);
        sink.check();
    }

    @Test
    void aLostResponseIsLookedUp() {
        lake.create(PartitionSpec.unpartitioned(), SortOrder.unsorted());
        commits(3);
        lake.faults = real -> new Lossy(real, true);
        Compaction.Rewritten applied = read();
        lake.faults = real -> real;
        assertThat(applied.commit().filesAfter()).isEqualTo(2);
        sink.check();
    }

    @Test
    void anUnknownOutcomeThatCannotBeFoundDeletesNothing() {
        lake.create(PartitionSpec.unpartitioned(), SortOrder.unsorted());
        commits(3);
        lake.faults = real -> new Lossy(real, false);
        Compaction.Rewritten lost = read();
        lake.faults = real -> real;
        assertThatThrownBy(lost::commit).isInstanceOf(CommitStateUnknownException.class);
        sink.check();
        assertThat(read().commit().filesAfter()).isEqualTo(2);
        sink.check();
    }

    @Test
    void filesOfTwoPartitionsOfTheTableNeverMeet() {
        lake.create(PartitionSpec.builderFor(MemoryLake.ROW).identity("day").build(), SortOrder.unsorted());
        commits(5);
        sink.commit(List.of(), List.of(3L, 4L));
        Compaction.Rewritten rewritten = read();
        sink.commit(List.of(5L), List.of(8L));
        rewritten.commit();
        sink.check();
        sink.checkLineage();
        assertThat(files())
                .allSatisfy(file -> assertThat(file.partition().size()).isOne());
    }

    @Test
    void rowsComeInTheTablesOrderAndADeleteMeanwhileFindsItsRow() {
        Table table = lake.create(
                PartitionSpec.unpartitioned(),
                SortOrder.builderFor(MemoryLake.ROW).desc("id").build());
        commits(3);
        Compaction.Rewritten rewritten = read();
        sink.commit(List.of(), List.of(7L, 10L));
        rewritten.commit();
        sink.check();
        sink.checkLineage();
        table.refresh();
        assertThat(files())
                .extracting(DataFile::sortOrderId)
                .containsOnly(table.sortOrder().orderId());
        List<Long> ids = new ArrayList<>();
        for (DataFile file : files()) {
            ids.clear();
            try (CloseableIterable<org.apache.iceberg.data.Record> rows =
                    org.apache.iceberg.formats.FormatModelRegistry.<org.apache.iceberg.data.Record, Object>readBuilder(
                                    org.apache.iceberg.FileFormat.PARQUET,
                                    org.apache.iceberg.data.Record.class,
                                    table.io().newInputFile(file))
                            .project(MemoryLake.ROW)
                            .build()) {
                rows.forEach(row -> ids.add(row.get(0, Long.class)));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            assertThat(ids)
                    .isSortedAccordingTo(java.util.Comparator.reverseOrder())
                    .hasSizeGreaterThan(4);
        }
    }

    @Test
    void aFileWithoutALiveRowGoesWithoutBeingRead() {
        lake.create(PartitionSpec.unpartitioned(), SortOrder.unsorted());
        sink.commit(List.of(0L, 2L), List.of());
        sink.commit(List.of(4L), List.of(0L, 2L));
        Compaction.Result result = read().commit();
        assertThat(result.filesBefore()).isOne();
        assertThat(result.filesAfter()).isZero();
        sink.check();
    }

    @Test
    void aTableWithoutTheSinksWordIsLeftAlone() {
        Table table = lake.create(PartitionSpec.unpartitioned(), SortOrder.unsorted());
        table.newAppend().commit();
        assertThat(compaction().read()).isNull();
    }

    private void commits(int commits) {
        for (long first = 0; first < commits; first++) {
            long at = first * 4;
            sink.commit(LongStream.range(at, at + 4).boxed().toList(), List.of());
        }
    }

    private Compaction.Rewritten read() {
        return Objects.requireNonNull(compaction().read());
    }

    private Compaction compaction() {
        return new Compaction(
                lake.load(), new CompactionPlan(1 << 20, 3, 1 << 20), () -> "upkeep" + id++, pauseMs -> {});
    }

    private List<DataFile> files() {
        Table table = lake.load();
        List<DataFile> files = new ArrayList<>();
        table.newScan()
                .useSnapshot(Objects.requireNonNull(table.currentSnapshot()).snapshotId())
                .planFiles()
                .forEach(task -> files.add(task.file()));
        return files;
    }

    /** Loses the response of every commit, or the request. */
    private record Lossy(TableOperations real, boolean isApplied) implements TableOperations {
        @Override
        public void commit(TableMetadata base, TableMetadata metadata) {
            if (isApplied) {
                real.commit(base, metadata);
            }
            throw new CommitStateUnknownException(new IllegalStateException("lost"));
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
        public org.apache.iceberg.io.FileIO io() {
            return real.io();
        }

        @Override
        public String metadataFileLocation(String fileName) {
            return real.metadataFileLocation(fileName);
        }

        @Override
        public org.apache.iceberg.io.LocationProvider locationProvider() {
            return real.locationProvider();
        }
    }
}
