package io.fedmesh.local.internal;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs: a {@code .txz} on the class path, unpacked once into the home. */
public final class PostgresBinaries {
    private static final long MAX_BYTES = 1L << 30;
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

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

    /**
     * The folder in the home that holds {@code bin}, {@code lib} and {@code share}. Unpacked once for a build where its parts
     * folder is known, then linked into each home: a home keeps its programs when the build is cleaned.
     */
    public static Path unpacked(Home home) {
        String osName = System.getProperty("os.name");
        String osArch = System.getProperty("os.arch");
        String name = archive(osName, osArch)
                .orElseThrow(
                        () -> new IllegalStateException("[local] PostgreSQL runs on Linux and macOS, amd64 and arm64,"
                                + " but this machine is " + osName + " " + osArch));
        URL archive = PostgresBinaries.class.getResource("/" + name);
        if (archive == null) {
            throw new IllegalStateException("[local] the class path must hold " + name + " but did not");
        }
        try {
            // Its size tells one version from another well enough to unpack a new one beside the old.
            String folder = "programs-" + Long.toHexString(size(archive));
            Path own = home.folder("postgres").resolve(folder);
            if (!Files.isDirectory(own)) {
                Optional<Path> parts = Parts.writableFolder();
                if (parts.isPresent()) {
                    Path shared = parts.get().resolve("postgres-" + folder);
                    onceIn(shared, fresh -> unpack(archive, fresh));
                    onceIn(own, fresh -> link(shared, fresh));
                } else {
                    onceIn(own, fresh -> unpack(archive, fresh));
                }
            }
            return own;
        } catch (IOException e) {
            throw new UncheckedIOException("[local] PostgreSQL's programs must unpack but did not", e);
        }
    }

    private interface Filling {
        void fill(Path fresh) throws IOException;
    }

    /** Fills a sibling and renames it: the folder is whole or not there. */
    private static void onceIn(Path folder, Filling filling) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path fresh = Files.createTempDirectory(Objects.requireNonNull(folder.getParent()), "new-programs");
        filling.fill(fresh);
        try {
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
            Folders.delete(fresh); // another was quicker; what it unpacked is the same
        }
    }

    /** Hard links where one file system holds both, copies elsewhere. */
    private static void link(Path shared, Path fresh) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(shared)) {
            paths = walk.filter(path -> !path.equals(shared)).toList();
        }
        boolean linkable = true;
        for (Path path : paths) {
            Path target = fresh.resolve(shared.relativize(path));
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(target, PosixFilePermissions.asFileAttribute(OWNER));
                continue;
            }
            if (linkable && !Files.isSymbolicLink(path)) {
                try {
                    Files.createLink(target, path);
                    continue;
                } catch (IOException | UnsupportedOperationException e) {
                    linkable = false;
                }
            }
            Files.copy(path, target, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private static long size(URL archive) throws IOException {
        URLConnection connection = archive.openConnection();
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
            return connection.getContentLengthLong();
        }
    }

    private static void unpack(URL archive, Path folder) throws IOException {
        long total = 0;
        try (InputStream in = archive.openStream();
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new BufferedInputStream(new XZInputStream(in), 1 << 16))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = inside(folder, folder.resolve(entry.getName()));
                total += entry.getSize();
                if (total > MAX_BYTES) {
                    throw new IOException("archive must unpack to at most " + MAX_BYTES + " bytes");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target, PosixFilePermissions.asFileAttribute(OWNER));
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(
                            Objects.requireNonNull(target.getParent()), PosixFilePermissions.asFileAttribute(OWNER));
                    inside(folder, target.resolveSibling(entry.getLinkName()));
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(
                            Objects.requireNonNull(target.getParent()), PosixFilePermissions.asFileAttribute(OWNER));
                    Files.copy(tar, target);
                    boolean executable = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            target, PosixFilePermissions.fromString(executable ? "rwx------" : "rw-------"));
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
