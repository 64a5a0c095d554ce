package io.fedmesh.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.app.internal.localmesh.RunState;
import io.fedmesh.local.SampleStory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Capture, topology and sink, each a process of its own, are killed while changes are under way: nothing is lost or doubled. */
class WholeMeshKillIT {
    private static final int ROWS = 9_000;

    @TempDir
    private Path folder;

    @Test
    void killedAtRandomPointsEveryTableStillEqualsItsSource() throws Exception {
        long seed = Long.getLong("fedmesh.kill.seed", System.nanoTime());
        Random random = new Random(seed);
        try (RunningMesh mesh = RunningMesh.start(folder.resolve("mesh"), true)) {
            List<String> victims = new ArrayList<>(mesh.state().processes().stream()
                    .map(RunState.WorkerState::name)
                    .toList());
            assertThat(victims)
                    .containsExactlyInAnyOrder(
                            "projects.cdc",
                            "financials.cdc",
                            "financials.stream",
                            "portfolio.stream",
                            "mesh.sink",
                            "mesh.upkeep",
                            "mesh.governor");
            Collections.shuffle(victims, random);
            try (SampleStory.Workload workload = mesh.play(ROWS, random.nextInt())) {
                for (int i = 0; i < victims.size(); i++) {
                    // Anywhere in its share of the workload, and up to a second later.
                    long share = ROWS / victims.size();
                    long at = i * share + random.nextInt((int) share);
                    Awaitility.await()
                            .atMost(Duration.ofMinutes(3))
                            .until(() -> workload.isDone() || workload.committedRows() >= at);
                    killAndAwaitRestart(mesh, victims.get(i));
                }
                workload.await();
            }

            mesh.assertReconciled();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("it reproduces with -Dfedmesh.kill.seed=" + seed, e);
        }
    }

    private static void killAndAwaitRestart(RunningMesh mesh, String victim) {
        long pid = process(mesh, victim).pid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> process(mesh, victim).pid() != pid);
    }

    private static RunState.WorkerState process(RunningMesh mesh, String name) {
        return mesh.state().processes().stream()
                .filter(process -> process.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
