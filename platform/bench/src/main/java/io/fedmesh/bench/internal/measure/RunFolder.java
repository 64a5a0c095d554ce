package io.fedmesh.bench.internal.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder of one run below the temporary one, which goes with the run, also with one that is interrupted. Any thread. */
public final class RunFolder implements AutoCloseable {
    private final Path path;

    private RunFolder(Path path) {
        this.path = path;
    }

    /** Makes it. */
    public static RunFolder make() {
        try {
            RunFolder folder = new RunFolder(Files.createTempDirectory("mesh-bench-"));
            Runtime.getRuntime().addShutdownHook(new Thread(folder::close));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("[bench] the temporary folder must be writable but was not", e);
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        delete(path);
    }

    /** Deletes a folder with all in it, as far as that can be done; nothing where it is gone. */
    public static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
