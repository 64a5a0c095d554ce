package io.fedmesh.app.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What validate refuses, plan and apply refuse before they look at any mesh. */
class RefusedRepositoryTest {
    private static final String RETENTION = "[domains/yard/products/crate.odcs.yaml:1] retention: ";
    private static final String NO_MESH = "mesh: [/nowhere] a mesh must run here but none does; ./mesh up starts it\n";

    @TempDir
    private Path root;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Yard yard;

    @BeforeEach
    void aRepository() throws IOException {
        yard = Yard.in(root);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan", "apply"})
    void aProductThatBreaksAPolicyIsNotPlanned(String command) throws Exception {
        assertThat(run(command)).as("as it is").isEqualTo(NO_MESH);
        yard.change(Yard.CONTRACT, "history: P90D", "history: P1D");

        assertThat(run(command)).startsWith(RETENTION).endsWith("\n1 problem\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan", "apply"})
    void aWaiverThatHasEndedIsNotPlanned(String command) throws Exception {
        yard.change(Yard.CONTRACT, "history: P90D", "history: P1D");
        yard.write("domains/yard/waivers.yaml", """
                waivers:
                  - policy: retention
                    product: crate
                    owner: u-bea
                    reason: the archive moves
                    until: 2020-01-31
                """);

        assertThat(run(command))
                .startsWith("[domains/yard/waivers.yaml:6] waiver-expired: 'waivers[0].until' must be ")
                .contains("\n" + RETENTION)
                .endsWith("\n2 problems\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan", "apply"})
    void peopleWhoCannotBeAreNotPlanned(String command) throws Exception {
        yard.change("people.yaml", "roles: [operator]", "roles: [operator, auditor]");

        assertThat(run(command))
                .isEqualTo("[people.yaml:5] person: 'roles' of u-ove must not be operator and auditor at once but were"
                        + " [operator, auditor]\n1 problem\n");
    }

    @Test
    void driftIsLookedForWhateverTheRepositoryIsLike() throws Exception {
        yard.change(Yard.CONTRACT, "history: P90D", "history: P1D");

        assertThat(run("drift")).isEqualTo(NO_MESH);
    }

    private String run(String command) {
        err.reset();
        String before = System.getProperty("fedmesh.root", "");
        System.setProperty("fedmesh.root", root.toString());
        try {
            PrintStream printed = new PrintStream(err, true, StandardCharsets.UTF_8);
            int exit = Cli.run(new Console(printed, printed, false), Map.of(), command, "--home", "/nowhere");
            assertThat(exit).isEqualTo(Cli.FAILED);
            return err.toString(StandardCharsets.UTF_8);
        } finally {
            System.setProperty("fedmesh.root", before);
        }
    }
}
