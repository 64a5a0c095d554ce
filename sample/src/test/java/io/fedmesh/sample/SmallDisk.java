package io.fedmesh.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A file system of a few megabytes in memory, which a test fills and empties. Only the super user may mount one. */
final class SmallDisk implements AutoCloseable {
    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** Mounts it; where that is impossible, the test is skipped. */
    static SmallDisk mount(Path folder, int megabytes) throws Exception {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        String refusal =
                run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m,mode=0700", "tmpfs", folder.toString());
        Assumptions.assumeTrue(refusal == null, "a small file system must be mountable but: " + refusal);
        return new SmallDisk(folder);
    }

    Path folder() {
        return folder;
    }

    void fill() throws IOException {
        for (int chunk = 1 << 20; chunk > 0; chunk >>= 5) {
            byte[] bytes = new byte[chunk];
            try (OutputStream out = Files.newOutputStream(folder.resolve("ballast-" + chunk))) {
                while (true) {
                    out.write(bytes);
                }
            } catch (IOException full) {
                if (!String.valueOf(full.getMessage()).contains("No space left")) {
                    throw full;
                }
            }
        }
    }

    void empty() throws IOException {
        for (int chunk = 1 << 20; chunk > 0; chunk >>= 5) {
            Files.deleteIfExists(folder.resolve("ballast-" + chunk));
        }
    }

    @Override
    public void close() throws Exception {
        run("umount", "-l", folder.toString());
    }

    /** Null, or why it failed. */
    private static @Nullable String run(String... command) throws Exception {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0 ? null : said.trim();
        } catch (IOException e) {
            return e.getMessage();
        }
    }
}
