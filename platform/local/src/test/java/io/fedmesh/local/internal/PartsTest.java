package io.fedmesh.local.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PartsTest {
    @Test
    void aNamedFolderIsTheOnlyOne() {
        assertThat(Parts.folders("/named", "/root", Path.of("/work"))).containsExactly(Path.of("/named"));
    }

    @Test
    void theBuildsFolderIsLookedForBelowTheRootAndAboveTheWorkingFolder() {
        assertThat(Parts.folders(null, "/root", Path.of("/a/b")))
                .containsExactly(
                        Path.of("/root/platform/local/target/parts"),
                        Path.of("/a/b/platform/local/target/parts"),
                        Path.of("/a/platform/local/target/parts"),
                        Path.of("/platform/local/target/parts"));
    }
}
