package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.lake.TableRefusedException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublicationTest {
    private final MemoryLake lake = new MemoryLake();
    private final MemorySink sink = new MemorySink(lake);
    private int id;

    @BeforeEach
    void create() {
        lake.create(PartitionSpec.unpartitioned(), SortOrder.unsorted());
        lake.audit();
    }

    @Test
    void readersSeeWhatWasPublishedAndNothingThatWasStagedSince() {
        sink.commit(List.of(1L, 2L), List.of());
        Map<Long, String> audited = Map.copyOf(sink.expected);
        long snapshot = staged();
        sink.commit(List.of(3L), List.of(1L));

        Publication.publish(lake.published(), snapshot);

        assertThat(read()).isEqualTo(audited);
        assertThat(lake.published().history()).hasSize(1);
        sink.check();
    }

    @Test
    void theMainBranchNeverGoesBack() {
        sink.commit(List.of(1L), List.of());
        long older = staged();
        sink.commit(List.of(1L), List.of());
        Publication.publish(lake.published(), staged());
        TableMetadata published = metadata();

        Publication.publish(lake.published(), older);
        Publication.publish(lake.published(), staged());

        assertThat(metadata().metadataFileLocation()).isEqualTo(published.metadataFileLocation());
    }

    @Test
    void aMainBranchThatSomethingElseMovedIsLeftWhereItIs() {
        sink.commit(List.of(1L), List.of());
        Publication.publish(lake.published(), staged());
        sink.commit(List.of(2L), List.of());
        lake.published().newAppend().commit();
        Snapshot strange = Objects.requireNonNull(lake.published().currentSnapshot());

        assertThatThrownBy(() -> Publication.publish(lake.published(), staged()))
                .isInstanceOf(TableRefusedException.class)
                .hasMessage(
                        "[memory.lake.rows] snapshot " + staged() + " must descend from the main branch to be published"
                                + " but does not: something else moved the branch; set it back to a snapshot that was published");
        assertThat(lake.published().currentSnapshot()).isEqualTo(strange);
    }

    @Test
    void whatLiesBetweenMayHaveExpired() {
        sink.commit(List.of(1L), List.of());
        Publication.publish(lake.published(), staged());
        Map<Long, String> audited = Map.copyOf(sink.expected);
        for (long key = 0; key < 12; key++) {
            sink.commit(List.of(key % 4), List.of());
        }
        assertThat(expire()).isGreaterThan(2);
        assertThat(read()).isEqualTo(audited);

        Publication.publish(lake.published(), staged());

        assertThat(read()).isEqualTo(sink.expected);
        sink.check();
    }

    @Test
    void aMainBranchThatWasMovedWhileTheWayExpiredIsLeftWhereItIs() {
        sink.commit(List.of(1L), List.of());
        Publication.publish(lake.published(), staged());
        lake.published().newAppend().commit();
        for (long key = 0; key < 12; key++) {
            sink.commit(List.of(key % 4), List.of());
        }
        expire();

        assertThatThrownBy(() -> Publication.publish(lake.published(), staged()))
                .isInstanceOf(TableRefusedException.class)
                .hasMessageContaining("something else moved the branch");
    }

    @Test
    void aSnapshotThatExpiredMeanwhileIsAuditedAnew() {
        sink.commit(List.of(1L), List.of());
        long snapshot = staged();
        for (long key = 0; key < 12; key++) {
            sink.commit(List.of(key % 4), List.of());
        }
        expire();

        assertThatThrownBy(() -> Publication.publish(lake.published(), snapshot))
                .isInstanceOf(TablePort.StaleBaseException.class)
                .hasMessage("[memory.lake.rows] a snapshot must be known until it is audited but was dropped:"
                        + " 'upkeep.snapshotRetention' is shorter than an audit takes");
    }

    @Test
    void aSinkThatCommitsMeanwhileIsNotInTheWay() {
        sink.commit(List.of(1L), List.of());
        Map<Long, String> audited = Map.copyOf(sink.expected);
        lake.beforeCommit = () -> sink.commit(List.of(2L), List.of());

        Publication.publish(lake.published(), staged());

        assertThat(read()).isEqualTo(audited);
        sink.check();
    }

    @Test
    void aPublicationMeanwhileIsNotInTheWayOfTheSink() {
        sink.commit(List.of(1L), List.of());
        lake.beforeCommit = () -> Publication.publish(lake.published(), staged());

        sink.commit(List.of(2L), List.of(1L));

        assertThat(read()).containsOnlyKeys(1L);
        sink.check();
    }

    @Test
    void noBranchTagOrSnapshotLeadsAnotherEngineToWhatIsStaged() {
        sink.commit(List.of(1L), List.of());
        TableOperations engine = new ReadOnlyOperations("rows", ((HasTableOperations) lake.published()).operations());
        assertThat(engine.refresh().snapshots()).isEmpty();
        Publication.publish(lake.published(), staged());
        sink.commit(List.of(2L), List.of());
        Holds.place(lake.load(), "case");
        sink.commit(List.of(3L), List.of());

        TableMetadata seen = engine.refresh();

        assertThat(seen.snapshots()).containsExactly(metadata().currentSnapshot());
        assertThat(seen.currentSnapshot()).isEqualTo(metadata().currentSnapshot());
        assertThat(seen.refs()).containsOnlyKeys("main");
        assertThat(seen.snapshotLog()).isEqualTo(metadata().snapshotLog());
        assertThat(engine.current()).isSameAs(seen);
        assertThat(metadata().refs()).containsOnlyKeys("main", "staged", "hold-case");
    }

    @Test
    void aTableThatIsNoLongerAuditedShowsWhatWasStaged() {
        sink.commit(List.of(1L), List.of());
        Publication.publish(lake.published(), staged());
        sink.commit(List.of(2L), List.of());

        Publication.end(lake.published());
        Publication.end(lake.published());

        assertThat(read()).isEqualTo(sink.expected);
        assertThat(lake.published().refs()).containsOnlyKeys("main");
        assertThat(lake.published().properties()).doesNotContainKeys("write.wap.enabled", "mesh.published-snapshot");
        sink.commit(List.of(3L), List.of());
        assertThat(read()).isEqualTo(sink.expected);
    }

    /** Snapshots that were dropped, of a table an hour older. */
    private int expire() {
        return new SnapshotExpiry(
                        lake.load(), Clock.offset(Clock.systemUTC(), Duration.ofHours(1)), () -> "upkeep" + id++)
                .run(Duration.ofMinutes(10), 1)
                .snapshots();
    }

    private long staged() {
        return Objects.requireNonNull(StagedOperations.head(metadata())).snapshotId();
    }

    private TableMetadata metadata() {
        TableOperations operations = ((HasTableOperations) lake.published()).operations();
        return operations.current();
    }

    private Map<Long, String> read() {
        Table table = lake.published();
        return MemorySink.rows(table, Objects.requireNonNull(table.currentSnapshot()));
    }
}
