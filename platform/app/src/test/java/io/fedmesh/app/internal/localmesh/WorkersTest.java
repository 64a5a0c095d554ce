package io.fedmesh.app.internal.localmesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contracts;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class WorkersTest {
    @Test
    void apartEveryComponentHasAProcess() throws Exception {
        Contracts contracts = Contracts.load(Path.of(System.getProperty("fedmesh.root")));

        assertThat(Workers.apart(contracts))
                .extracting(spec -> String.join(" ", spec.arguments()))
                .endsWith("govern run", "sink run", "lake run")
                .anyMatch(line -> line.startsWith("cdc run "))
                .anyMatch(line -> line.startsWith("stream run "));
    }

    @Test
    void togetherThereIsOne() {
        assertThat(Workers.together()).hasSize(1);
    }
}
