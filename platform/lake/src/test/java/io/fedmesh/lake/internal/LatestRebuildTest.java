package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.lake.TableRefusedException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;

class LatestRebuildTest {
    private final MemoryProduct product = new MemoryProduct();
    private int id;

    @Test
    void whatIsMissingStaleTwiceOrDeletedIsMadeRight() {
        fill();
        product.lose(key -> key == 1 || key == 2);
        product.add(3, "third", 3);
        product.lose(key -> key == 4);
        product.add(4, "old", 4);
        product.add(5, "deleted", 5);
        assertThatThrownBy(product::latest).hasMessageContaining("a key stands twice");

        assertThat(rebuild().run()).isEqualTo(new LatestRebuild.Result(3, 3));
        assertThat(product.latest()).isEqualTo(product.expected);
    }

    @Test
    void aTableThatIsRightIsNotTouched() {
        fill();
        Snapshot before = product.table(true).currentSnapshot();
        assertThat(rebuild().run()).isEqualTo(new LatestRebuild.Result(0, 0));
        assertThat(product.table(true).currentSnapshot()).isEqualTo(before);
    }

    @Test
    void anEmptyTableHasNothingToRebuild() {
        assertThat(rebuild().run()).isEqualTo(new LatestRebuild.Result(0, 0));
    }

    @Test
    void aTableThatLostEverythingComesBack() {
        fill();
        product.lose(key -> true);
        assertThat(rebuild().run().added()).isEqualTo(product.expected.size());
        assertThat(product.latest()).isEqualTo(product.expected);
    }

    @Test
    void whatTheSinkChangesBetweenReadAndCommitStaysTheSinks() {
        fill();
        product.lose(key -> key == 1 || key == 2 || key == 3 || key == 4);
        product.add(6, "stale", 1);
        LatestRebuild.Correction correction = rebuild().compare();
        product.commit(Map.of(1L, "newer", 7L, "new"), Set.of(2L, 6L));
        assertThat(correction.commit()).isEqualTo(new LatestRebuild.Result(2, 1));
        assertThat(product.latest()).isEqualTo(product.expected);
        assertThat(rebuild().run()).isEqualTo(new LatestRebuild.Result(0, 0));
    }

    @Test
    void filesThatUpkeepRewroteMeanwhileAreComparedAnew() {
        fill();
        product.add(3, "third", 3);
        LatestRebuild.Correction correction = rebuild().compare();
        Table latest = product.table(true);
        Compaction.Rewritten rewritten = new Compaction(
                        latest, new CompactionPlan(1 << 20, 2, 1 << 20), () -> "upkeep" + id++, pause -> {})
                .read();
        Objects.requireNonNull(rewritten).commit();
        assertThat(correction.commit()).isEqualTo(new LatestRebuild.Result(0, 0));
        assertThat(rebuild().run()).isEqualTo(new LatestRebuild.Result(0, 1));
        assertThat(product.latest()).isEqualTo(product.expected);
    }

    @Test
    void aRowThatHistoryDoesNotExplainStopsTheRebuild() {
        fill();
        product.add(9, "nobody", product.version() + 5);
        assertThatThrownBy(() -> rebuild().run())
                .isInstanceOf(TableRefusedException.class)
                .hasMessageContaining("history must hold the event of every row but lacks that of one in ");
    }

    private void fill() {
        product.commit(Map.of(1L, "a", 2L, "b", 3L, "third", 4L, "old", 5L, "deleted", 6L, "f"), Set.of());
        product.commit(Map.of(4L, "new", 2L, "b2"), Set.of(5L));
        product.commit(Map.of(6L, "f2", 8L, "h"), Set.of());
    }

    private LatestRebuild rebuild() {
        return new LatestRebuild(
                () -> product.table(false),
                () -> product.table(true),
                product.contract,
                () -> "rebuild" + id++,
                pauseMs -> {});
    }
}
