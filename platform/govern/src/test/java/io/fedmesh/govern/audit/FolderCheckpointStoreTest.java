package io.fedmesh.govern.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderCheckpointStoreTest {
    @TempDir
    Path folder;

    @Test
    void aCheckpointIsWrittenOnceAndListedInOrder() throws Exception {
        FolderCheckpointStore store = new FolderCheckpointStore(folder.resolve("checkpoints"));

        assertThat(store.ordinals(2)).isEmpty();
        assertThat(store.read(2, 0)).isEmpty();
        assertThat(store.putIfAbsent(2, 10, new byte[] {1})).isTrue();
        assertThat(store.putIfAbsent(2, 9, new byte[] {2})).isTrue();
        assertThat(store.putIfAbsent(2, 10, new byte[] {3})).isFalse();

        assertThat(store.ordinals(2)).isEqualTo(List.of(9L, 10L));
        assertThat(store.ordinals(1)).isEmpty();
        assertThat(store.read(2, 10)).hasValue(new byte[] {1});
        try (var files = Files.list(folder.resolve("checkpoints/2"))) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("000000000009.checkpoint", "000000000010.checkpoint");
        }
    }
}
