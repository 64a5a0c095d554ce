package io.fedmesh.faults.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Folders with all that is in them. */
final class Trees {
    private static final int MAX_TRIES = 40;
    private static final long PAUSE_NANOS = 250_000_000;

    private Trees() {}

    /** Deletes a folder; false when there is none. Who still writes into it, cut off a moment ago, is waited for a while. */
    static boolean delete(Path folder) {
        if (!Files.exists(folder)) {
            return false;
        }
        for (int tries = 1; ; tries++) {
            try (Stream<Path> files = Files.walk(folder)) {
                List<Path> deepestFirst =
                        files.sorted(Comparator.reverseOrder()).toList();
                for (Path file : deepestFirst) {
                    Files.deleteIfExists(file);
                }
                return true;
            } catch (IOException | UncheckedIOException e) {
                if (tries == MAX_TRIES) {
                    throw new IllegalStateException("[" + folder + "] must be deletable but was not", e);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
