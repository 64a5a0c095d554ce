package io.fedmesh.faults.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Schedules one after another. A mesh serves several, each beginning from the state that the one before it left, and is
 * then made anew, so that reading all of it stays quick.
 */
public final class Campaign {
    private static final Duration READY = Duration.ofMinutes(4);

    private final Path folder;
    private final Path root;
    private final Settings settings;
    private final Consumer<String> progress;

    /**
     * How much to do.
     *
     * @param schedules how many
     * @param seed of the first; each further one has the next
     * @param rows row changes of a schedule
     * @param schedulesPerMesh how many a mesh serves
     * @param only texts, with commas between, of which a fault's name must hold one to be drawn; empty draws from all
     */
    public record Settings(int schedules, long seed, long rows, int schedulesPerMesh, String only) {
        public Settings {
            if (schedules < 1 || rows < 1 || schedulesPerMesh < 1) {
                throw new IllegalArgumentException(
                        "'schedules', 'rows' and 'schedulesPerMesh' must be 1 or more but were " + schedules + ", "
                                + rows + " and " + schedulesPerMesh);
            }
        }
    }

    /**
     * @param folder of the campaign's meshes, emptied before each
     * @param root folder that holds {@code domains/} and {@code schemas/}
     * @param progress told what begins
     */
    public Campaign(Path folder, Path root, Settings settings, Consumer<String> progress) {
        this.folder = folder;
        this.root = root;
        this.settings = settings;
        this.progress = progress;
    }

    /** Every fault that can be drawn, by name. */
    public static List<String> faults() {
        return Faults.all().stream().map(Fault::toString).toList();
    }

    /**
     * Runs all of it.
     *
     * @param verdicts told each verdict when it is known
     * @return all of them
     * @throws Exception when a mesh does not come up
     */
    public List<Verdict> run(Consumer<Verdict> verdicts) throws Exception {
        List<Fault> faults = Faults.all().stream()
                .filter(fault -> Arrays.stream(settings.only().split(",", -1))
                        .anyMatch(text -> fault.toString().contains(text.strip())))
                .toList();
        List<Verdict> all = new ArrayList<>();
        FaultyMesh mesh = null;
        try {
            for (int i = 0; i < settings.schedules(); i++) {
                if (mesh == null || i % settings.schedulesPerMesh() == 0) {
                    mesh = anew(mesh);
                }
                Verdict verdict = Run.play(mesh, Schedule.of(settings.seed() + i, faults), settings.rows(), progress);
                verdicts.accept(verdict);
                all.add(verdict);
                if (!verdict.isClean() && i + 1 < settings.schedules()) {
                    mesh = anew(mesh); // what is wrong must not be found again
                }
            }
        } finally {
            if (mesh != null) {
                mesh.close();
            }
        }
        return all;
    }

    private FaultyMesh anew(@Nullable FaultyMesh before) throws Exception {
        if (before != null) {
            before.close();
        }
        Path home = folder.resolve("mesh");
        Trees.delete(home);
        progress.accept("a mesh starts");
        FaultyMesh mesh = FaultyMesh.start(home, root);
        mesh.crew.start();
        if (!mesh.crew.awaitReady(READY)) {
            mesh.close();
            throw new IllegalStateException("[faults] every process must be ready within " + READY.toSeconds()
                    + " s where nothing fails yet but was not; logs are in " + home.resolve("log"));
        }
        return mesh;
    }
}
