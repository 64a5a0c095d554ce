package io.fedmesh.app.internal.localmesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastWordsTest {
    @TempDir
    Path folder;

    @Test
    void theCauseOfTheLastErrorIsSaid() throws Exception {
        Path log = Files.writeString(folder.resolve("worker.log"), """
                {"level":"ERROR","message":"first","cause":"one"}
                {"level":"ERROR","message":"process fails","cause":"the slot must exist but does not"}
                {"level":"INFO","message":"process ends"}
                """);

        assertThat(LastWords.of(log)).isEqualTo("the slot must exist but does not (log: " + log + ")");
    }

    @Test
    void withoutAnErrorTheFirstPlainLineIsSaid() throws Exception {
        Path log = Files.writeString(folder.resolve("worker.log"), "mesh: [a.yaml:3] wrong\n");

        assertThat(LastWords.of(log)).isEqualTo("mesh: [a.yaml:3] wrong (log: " + log + ")");
    }

    @Test
    void aMissingLogIsNamed() {
        Path log = folder.resolve("none.log");

        assertThat(LastWords.of(log)).isEqualTo("(log: " + log + ")");
    }
}
