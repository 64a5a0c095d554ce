package io.fedmesh.local.internal;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives of classes that a JVM maps instead of reading, checking and linking them, one a JVM and list of libraries: a build
 * that changes none of these needs no other. An archive is named after what it was made of, and the JVM itself holds it
 * against class path, jars and its own build: one that is absent or stale is passed over without a word. Safe for use by
 * several threads and processes.
 */
final class ClassArchives {
    private static final Logger LOG = LoggerFactory.getLogger(ClassArchives.class);
    private static final Duration MAKE_TIME = Duration.ofMinutes(5);
    private static final Duration TRY_AGAIN = Duration.ofHours(12);
    private static final int KEPT = 6;
    /** Jars of the mesh and its domains are named so. They change with each build, so an archive does without their classes. */
    private static final String OWN = "fedmesh-";

    private static final String SUFFIX = ".jsa";
    private static final String TEMPORARY = ".tmp";
    /** Told apart from archives that were made in another way of the same classes. */
    private static final String FORM = "2";

    /** Says that an archive could not be made, so that nobody tries at each start. */
    private static final String MARK = ".given-up";

    private static final String LIST = "classes.lst.gz";

    private final Path folder;
    private final Path java;
    private final String jvm;
    private final byte[] classes;
    private final Clock clock;

    /**
     * @param folder that holds them; need not exist, nor be writable
     * @param java program that makes and uses them
     * @param jvm tells builds of that program apart
     * @param classes names of classes and lambdas, as the JVM's {@code -XX:DumpLoadedClassList} writes them; packed by gzip
     */
    ClassArchives(Path folder, Path java, String jvm, byte[] classes, Clock clock) {
        this.folder = folder;
        this.java = java;
        this.jvm = jvm;
        this.classes = classes.clone();
        this.clock = clock;
    }

    /** The JVM that runs this, with the classes that the mesh's processes were seen to load. */
    static ClassArchives ofThis(Path folder) {
        return new ClassArchives(
                folder,
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                seen(),
                Clock.systemUTC());
    }

    private static byte[] seen() {
        try (InputStream in = ClassArchives.class.getResourceAsStream(LIST)) {
            return Objects.requireNonNull(in, LIST).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same entries, absolute, each once, libraries first: an archive holds classes of leading jars alone. */
    static String librariesFirst(String classPath) {
        Set<String> entries = new LinkedHashSet<>(
                libraries(classPath).stream().map(Path::toString).toList());
        entries(classPath).forEach(entry -> entries.add(entry.toString()));
        return String.join(File.pathSeparator, entries);
    }

    private static List<Path> libraries(String classPath) {
        return entries(classPath)
                .filter(entry -> Files.isRegularFile(entry)
                        && !entry.getFileName().toString().startsWith(OWN))
                .distinct()
                .toList();
    }

    private static Stream<Path> entries(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator, -1))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath());
    }

    /** The archive of this class path's libraries, where there is one. */
    Optional<Path> find(String classPath) {
        return key(libraries(classPath)).flatMap(this::whole).map(this::used);
    }

    /**
     * Finds it or makes it, which takes some seconds of processor time; waits while another process makes one here.
     *
     * @return nothing where it cannot be made, or another thread of this JVM is making one
     */
    Optional<Path> make(String classPath) {
        Optional<Path> found = find(classPath);
        List<Path> jars = libraries(classPath);
        Optional<String> key = key(jars);
        if (found.isPresent() || key.isEmpty() || isGivenUp(key.get())) {
            return found;
        }
        try {
            Files.createDirectories(folder);
            try (FileChannel channel =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.lock(); // until the channel closes
                return find(classPath).or(() -> dump(jars, key.get()));
            }
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("No archive of classes is made in {}: {}", folder, e.getMessage());
            return Optional.empty();
        }
    }

    /** The only maker in this folder at this moment. */
    private Optional<Path> dump(List<Path> jars, String key) {
        // Names that nobody had before: what a maker that was killed has started may still write.
        String unique = ProcessHandle.current().pid() + "-" + clock.millis() + TEMPORARY;
        Path list = folder.resolve("classes-" + unique);
        Path fresh = folder.resolve("fresh-" + unique);
        try {
            Files.write(list, VersionedClasses.in(jars).without(unpacked()));
            ProcessBuilder builder = new ProcessBuilder(
                            java.toString(),
                            "-Xshare:dump",
                            "-Xmx512m",
                            "-XX:+UseSerialGC", // no archive of objects, in whose making JDK 17 was seen to crash
                            "-Xlog:disable",
                            "-XX:SharedClassListFile=" + list,
                            "-XX:SharedArchiveFile=" + fresh,
                            "-cp",
                            String.join(
                                    File.pathSeparator,
                                    jars.stream().map(Path::toString).toList()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().keySet().removeIf(Child::changesTheChild);
            Process process = builder.start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(MAKE_TIME.toSeconds(), TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            if (!ended || process.exitValue() != 0 || !Files.isRegularFile(fresh)) {
                Files.write(mark(key), new byte[0]);
                return Optional.empty();
            }
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.READ)) {
                channel.force(true);
            }
            Path file = folder.resolve(key + "-" + Files.size(fresh) + SUFFIX);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forget(file);
            return Optional.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            delete(list);
            delete(fresh);
        }
    }

    private List<String> unpacked() throws IOException {
        try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(classes))) {
            return new String(unpacked.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("{} stays", file, e);
        }
    }

    /** Deletes all but those used last, and what a maker that was killed left. A JVM that has one mapped keeps it. */
    private void forget(Path made) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.list(folder)) {
            all = files.sorted(Comparator.comparing(ClassArchives::modified).reversed())
                    .toList();
        }
        FileTime longAgo = FileTime.from(clock.instant().minus(TRY_AGAIN));
        int kept = 0;
        for (Path file : all) {
            boolean isArchive = file.toString().endsWith(SUFFIX);
            boolean isLeft =
                    file.toString().endsWith(TEMPORARY) || file.toString().endsWith(MARK);
            kept += isArchive ? 1 : 0;
            if (isArchive && kept > KEPT && !file.equals(made)
                    || isLeft && modified(file).compareTo(longAgo) < 0) {
                delete(file);
            }
        }
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0); // another process has just deleted it
        }
    }

    private Path used(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
        } catch (IOException e) {
            LOG.trace("{} is not ours to write", file, e);
        }
        return file;
    }

    private Path mark(String key) {
        return folder.resolve(key + MARK);
    }

    /** A JVM crashes over an archive that was cut off, so the name tells the size. */
    private Optional<Path> whole(String key) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, key + "-*" + SUFFIX)) {
            for (Path file : files) {
                if (file.endsWith(key + "-" + Files.size(file) + SUFFIX)) {
                    return Optional.of(file);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // there is no such folder, or the file has just been deleted
        }
    }

    private boolean isGivenUp(String key) {
        Path mark = mark(key);
        return Files.exists(mark) && modified(mark).toInstant().plus(TRY_AGAIN).isAfter(clock.instant());
    }

    private Optional<String> key(List<Path> jars) {
        if (jars.isEmpty()) {
            return Optional.empty();
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(classes);
            StringBuilder made = new StringBuilder(FORM + "\n" + java + "\n" + jvm + "\n");
            for (Path jar : jars) {
                made.append(jar)
                        .append('\n')
                        .append(Files.size(jar))
                        .append(' ')
                        .append(modified(jar))
                        .append('\n');
            }
            byte[] hash = digest.digest(made.toString().getBytes(StandardCharsets.UTF_8));
            return Optional.of(HexFormat.of().formatHex(hash, 0, 12));
        } catch (IOException e) {
            return Optional.empty(); // a jar that goes while it is looked at
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
