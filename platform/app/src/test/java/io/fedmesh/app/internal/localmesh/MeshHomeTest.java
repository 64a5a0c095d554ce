package io.fedmesh.app.internal.localmesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.local.PartStatus;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeshHomeTest {
    private static final long NOW_MS = System.currentTimeMillis();

    @TempDir
    Path folder;

    @Test
    void whatTheSupervisorSaysIsReadBack() {
        MeshHome home = new MeshHome(folder.resolve("mesh"));
        RunState state = state(ProcessHandle.current().pid());

        home.say(state);

        assertThat(home.said()).contains(state);
        assertThat(home.running()).contains(state);
    }

    @Test
    void aSupervisorThatIsGoneDoesNotRun() {
        MeshHome home = new MeshHome(folder.resolve("mesh"));

        home.say(state(Integer.MAX_VALUE));

        assertThat(home.said()).isPresent();
        assertThat(home.running()).isEmpty();
    }

    @Test
    void anotherProcessOfTheSameNumberIsNotTheSupervisor() {
        MeshHome home = new MeshHome(folder.resolve("mesh"));
        RunState state = state(ProcessHandle.current().pid());

        home.say(
                new RunState(state.pid(), 1_000, state.phase(), state.step(), false, state.parts(), state.processes()));

        assertThat(home.running()).isEmpty();
    }

    @Test
    void oneProcessHasTheHomeAtATime() throws Exception {
        MeshHome home = new MeshHome(folder.resolve("mesh"));
        try (FileChannel first = home.lock().orElseThrow()) {
            assertThat(first.isOpen()).isTrue();
            assertThat(home.lock()).isEmpty();
        }
        try (FileChannel second = home.lock().orElseThrow()) {
            assertThat(second.isOpen()).isTrue();
        }
    }

    @Test
    void deletingItDoesNotFollowLinks() throws Exception {
        Path outside = Files.writeString(folder.resolve("outside"), "stays");
        MeshHome home = new MeshHome(folder.resolve("mesh"));
        home.say(state(1));
        Files.createSymbolicLink(home.folder().resolve("link"), folder);

        home.delete();

        assertThat(home.folder()).doesNotExist();
        assertThat(outside).exists();
    }

    @Test
    void aFolderWithoutARunIsNoHome() {
        assertThat(new MeshHome(folder).isHome()).isFalse();
    }

    private static RunState state(long pid) {
        return new RunState(
                pid,
                NOW_MS,
                RunState.Phase.READY,
                "",
                false,
                List.of(new PartStatus("kafka", "127.0.0.1:9092", 7, true)),
                List.of(new RunState.WorkerState("worker", 8, 8080, 2)));
    }
}
