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

class SnapshotExpiryTest {
    private final MemoryLake lake = new MemoryLake();
    private final MemorySink sink = new MemorySink(lake);
    private int id;

    @BeforeEach
    void create() {
        lake.create(PartitionSpec.unpartitioned(), SortOrder.unsorted());
        commits(3);
    }

    @Test
    void theCurrentSnapshotSaysOnWhatTheSinkSaid() {
        lake.load().newAppend().commit();
        commits(0);
        assertThat(expire().snapshots()).isZero();
        for (int i = 0; i < 8; i++) {
            lake.load().newAppend().commit();
        }
        assertThat(expire().snapshots()).isPositive();
        sink.check();
    }

    @Test
    void twoHoldsInARowBothKeepTheirFiles() {
        Map<Long, String> one = hold("one");
        commits(1);
        Map<Long, String> other = hold("other");
        commits(4);
        compact();
        commits(6);
        assertThat(expire().files()).isPositive();
        commits(6);
        expire();
        assertThat(held("one")).isEqualTo(one);
        assertThat(held("other")).isEqualTo(other);
        sink.check();
        Holds.release(lake.load(), "one");
        commits(6);
        expire();
        assertThat(held("other")).isEqualTo(other);
        sink.check();
    }

    @Test
    void aTableThatWasSetBackKeepsWhatItStandsOn() {
        Table table = lake.load();
        Snapshot back = Objects.requireNonNull(table.currentSnapshot());
        Map<Long, String> rows = MemorySink.rows(table, back);
        commits(3);
        TableOperations operations = ((HasTableOperations) lake.load()).operations();
        TableMetadata base = operations.refresh();
        operations.commit(
                base,
                TableMetadata.buildFrom(base)
                        .setBranchSnapshot(back.snapshotId(), "main")
                        .build());
        assertThat(expire().snapshots()).isEqualTo(3);
        Table now = lake.load();
        assertThat(MemorySink.rows(now, Objects.requireNonNull(now.currentSnapshot())))
                .isEqualTo(rows);
    }

    @Test
    void aTableWhoseTagsWouldEndByThemselvesIsRefused() {
        lake.load().updateProperties().set("history.expire.max-ref-age-ms", "1").commit();
        commits(6);
        assertThatThrownBy(this::expire)
                .isInstanceOf(TableRefusedException.class)
                .hasMessage("[memory.lake.rows] legal holds are tags without an end, but"
                        + " 'history.expire.max-ref-age-ms' is set, for the table or for a tag 'hold-…'");
    }

    @Test
    void youngSnapshotsStay() {
        commits(6);
        assertThat(new SnapshotExpiry(lake.load(), Clock.systemUTC(), () -> "upkeep" + id++)
                        .run(Duration.ofMinutes(5), 1))
                .isEqualTo(new SnapshotExpiry.Result(0, 0));
    }

    private void commits(int commits) {
        for (int i = 0; i < commits; i++) {
            sink.commit(List.of((long) i, i + 1L), List.of());
        }
    }

    private void compact() {
        Objects.requireNonNull(new Compaction(
                                lake.load(),
                                new CompactionPlan(1 << 20, 2, 1 << 20),
                                () -> "upkeep" + id++,
                                pause -> {})
                        .read())
                .commit();
    }

    /** An hour later. */
    private SnapshotExpiry.Result expire() {
        return new SnapshotExpiry(
                        lake.load(), Clock.offset(Clock.systemUTC(), Duration.ofHours(1)), () -> "upkeep" + id++)
                .run(Duration.ofMinutes(10), 1);
    }

    private Map<Long, String> hold(String name) {
        Table table = lake.load();
        Holds.place(table, name);
        return MemorySink.rows(table, Objects.requireNonNull(table.currentSnapshot()));
    }

    private Map<Long, String> held(String name) {
        Table table = lake.load();
        return MemorySink.rows(
                table, table.snapshot(Objects.requireNonNull(Holds.of(table).get(name))));
    }
}
