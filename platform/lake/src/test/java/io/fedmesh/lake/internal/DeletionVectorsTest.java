package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.junit.jupiter.api.Test;

/** A vector that the sink does not know is not replaced, and two vectors of one data file make a table unreadable. */
class DeletionVectorsTest {
    private final MemoryProduct product = new MemoryProduct();
    private final DeletionVectors vectors = new DeletionVectors();

    @Test
    void aFirstCommitThatDeletesNothingDoesNotHideTheVectorsThatStoodBefore() {
        product.commit(Map.of(0L, "a", 2L, "b"), Set.of());
        product.commit(Map.of(2L, "c"), Set.of());
        product.commit(Map.of(4L, "d"), Set.of());
        vectors.committed(current(), List.of(), Map.of());
        everyVectorIsKnown(1);
    }

    @Test
    void aVectorThatCameBetweenTheBaseAndTheCommitIsKnown() {
        product.commit(Map.of(0L, "a", 2L, "b"), Set.of());
        vectors.moveTo(table(), current());
        product.commit(Map.of(2L, "c"), Set.of());
        product.commit(Map.of(4L, "d"), Set.of());
        vectors.committed(current(), List.of(), Map.of());
        everyVectorIsKnown(1);
    }

    @Test
    void aCommitRightAfterWhatIsKnownNeedsNoReading() {
        product.commit(Map.of(0L, "a", 2L, "b"), Set.of());
        product.commit(Map.of(2L, "c"), Set.of());
        vectors.moveTo(table(), current());
        FileScanTask deleted = deleted().get(0);
        PositionDeleteIndex before = vectors.of(table(), deleted.file().location());
        product.commit(Map.of(4L, "d"), Set.of());
        vectors.committed(current(), List.of(), Map.of());
        PositionDeleteIndex after = vectors.of(table(), deleted.file().location());
        assertThat(Objects.requireNonNull(after).deleteFiles())
                .isEqualTo(Objects.requireNonNull(before).deleteFiles());
    }

    private Table table() {
        return product.table(true);
    }

    private Snapshot current() {
        return Objects.requireNonNull(table().currentSnapshot());
    }

    private List<FileScanTask> deleted() {
        return Events.tasks(table(), current()).stream()
                .filter(task -> !task.deletes().isEmpty())
                .toList();
    }

    private void everyVectorIsKnown(int count) {
        vectors.moveTo(table(), current());
        assertThat(deleted()).hasSize(count).allSatisfy(task -> {
            PositionDeleteIndex known =
                    Objects.requireNonNull(vectors.of(table(), task.file().location()));
            assertThat(known.deleteFiles())
                    .extracting(file -> file.location())
                    .containsExactly(task.deletes().get(0).location());
        });
    }
}
