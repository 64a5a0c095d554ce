package io.fedmesh.local.internal;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs: a {@code .txz} on the class path, unpacked once into the home. */
public final class PostgresBinaries {
    private static final long MAX_BYTES = 1L << 30;

    private PostgresBinaries() {}

    /** Name of the archive for an operating system and architecture as the JVM names them; empty if there is none. */
    public static Optional<String> archive(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT);
        String system = os.startsWith("linux") ? "linux" : os.startsWith("mac") ? "darwin" : "";
        String machine = switch (osArch.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> "";
        };
        return system.isEmpty() || machine.isEmpty()
                ? Optional.empty()
                : Optional.of("postgres-" + system + "-" + machine + ".txz");
    }

    /** Whether the archive for this machine lies on the class path. */
    public static boolean present(String osName, String osArch) {
        return archive(osName, osArch)
                .filter(name -> PostgresBinaries.class.getResource("/" + name) != null)
                .isPresent();
    }

    /** The folder that holds {@code bin}, {@code lib} and {@code share}; unpacked at first use. */
    public static Path unpacked(Home home) {
        String osName = System.getProperty("os.name");
        String osArch = System.getProperty("os.arch");
        String name = archive(osName, osArch)
                .orElseThrow(
                        () -> new IllegalStateException("[local] PostgreSQL runs on Linux and macOS, amd64 and arm64,"
                                + " but this machine is " + osName + " " + osArch));
        try (InputStream in = PostgresBinaries.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalStateException("[local] the class path must hold " + name + " but did not");
            }
            // Its size tells one version from another well enough to unpack a new one beside the old.
            Path folder = home.folder("postgres").resolve("programs-" + Long.toHexString(size(name)));
            if (!Files.isDirectory(folder)) {
                Path fresh = Files.createTempDirectory(home.folder("tmp"), "postgres");
                unpack(in, fresh);
                moveOnce(fresh, folder);
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("[local] PostgreSQL's programs must unpack but did not", e);
        }
    }

    private static long size(String name) throws IOException {
        java.net.URL url = java.util.Objects.requireNonNull(PostgresBinaries.class.getResource("/" + name), name);
        java.net.URLConnection connection = url.openConnection();
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
            return connection.getContentLengthLong();
        }
    }

    private static void moveOnce(Path fresh, Path folder) throws IOException {
        try {
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
            return; // another process was quicker; what it unpacked is the same
        }
    }

    private static void unpack(InputStream in, Path folder) throws IOException {
        long total = 0;
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new BufferedInputStream(new XZInputStream(in), 1 << 16))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = inside(folder, folder.resolve(entry.getName()));
                total += entry.getSize();
                if (total > MAX_BYTES) {
                    throw new IOException("archive must unpack to at most " + MAX_BYTES + " bytes");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(java.util.Objects.requireNonNull(target.getParent()));
                    inside(folder, target.resolveSibling(entry.getLinkName()));
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(java.util.Objects.requireNonNull(target.getParent()));
                    Files.copy(tar, target);
                    boolean executable = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }

    private static Path inside(Path folder, Path target) throws IOException {
        if (!target.normalize().startsWith(folder)) {
            throw new IOException("entry must lie inside the archive's folder but was " + target);
        }
        return target;
    }
}
