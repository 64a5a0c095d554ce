package io.fedmesh.local.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds all state of a local mesh. Everything in it is readable by its owner alone. Files are written to a
 * sibling and renamed, so a reader sees the old content or the new one. Safe for use by several threads.
 */
public final class Home {
    private static final FileAttribute<?> OWNER_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final int SECRET_BYTES = 32;
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 10_000;
    private static final int PORT_TRIES = 100;

    private final Path root;
    private final SecureRandom random;

    private Home(Path root, SecureRandom random) {
        this.root = root;
        this.random = random;
    }

    /** Opens a home and makes its folder if it is missing. */
    public static Home open(Path root, SecureRandom random) {
        try {
            Path absolute = root.toAbsolutePath().normalize();
            Files.createDirectories(absolute, OWNER_FOLDER);
            Path real = absolute.toRealPath();
            Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rwx------"));
            return new Home(real, random);
        } catch (IOException e) {
            throw new UncheckedIOException("[local] home must be a folder that we own but was " + root, e);
        }
    }

    public Path root() {
        return root;
    }

    /** The folder of that name, made owner-only if it is missing. */
    public Path folder(String... names) {
        Path folder = root;
        for (String name : names) {
            folder = folder.resolve(checked(name));
        }
        try {
            Files.createDirectories(folder, OWNER_FOLDER);
        } catch (IOException e) {
            throw new UncheckedIOException("[local] folder must be writable but was not: " + folder, e);
        }
        return folder;
    }

    /** The random secret of that id, made at first use: 256 bits in URL-safe Base64. */
    public String secret(String id) {
        Path file = secretFile(id);
        try {
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("[local] secret must be readable but was not: " + file, e);
        }
    }

    /** The owner-only file that holds the secret of that id, made at first use. */
    public synchronized Path secretFile(String id) {
        Path file = folder("secrets").resolve(checked(id));
        if (!Files.exists(file)) {
            byte[] bytes = new byte[SECRET_BYTES];
            random.nextBytes(bytes);
            write(file, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        }
        return file;
    }

    /** Empties the folder of temporary files, which killed children fill; does nothing while one of the parts runs. */
    public void emptyTemporaryFolder(List<String> parts) {
        if (parts.stream().anyMatch(part -> Child.runs(root, part))) {
            return;
        }
        Path folder = root.resolve("tmp");
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("[local] folder must be writable but was not: " + folder, e);
        }
    }

    /** Whether a secret of that id was made. */
    public boolean hasSecret(String id) {
        return Files.exists(root.resolve("secrets").resolve(checked(id)));
    }

    /** The port remembered under that id while it is free; else a free one, remembered from now on. Loopback only. */
    public synchronized int port(String id) {
        Path file = folder("ports").resolve(checked(id));
        Integer remembered = rememberedPort(file);
        if (remembered != null && isFree(remembered)) {
            return remembered;
        }
        int port = freePort();
        write(file, Integer.toString(port));
        return port;
    }

    /** The ports that parts of a home remember and do not hold now, because their process does not run. */
    public static Map<String, Integer> portsOfStoppedParts(Path root) {
        Map<String, Integer> ports = new TreeMap<>();
        Path folder = root.resolve("ports");
        if (!Files.isDirectory(folder)) {
            return ports;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String id = file.getFileName().toString();
                String part = id.contains(".") ? id.substring(0, id.indexOf('.')) : id;
                Integer port = rememberedPort(file);
                if (port != null && !Child.runs(root, part)) {
                    ports.put(id, port);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("[local] folder must be readable but was not: " + folder, e);
        }
        return ports;
    }

    /** Writes an owner-only file: to a sibling first, then renamed over the old one. */
    public void write(Path file, String content) {
        write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes an owner-only file: to a sibling first, forced to disk, then renamed over the old one. */
    public void write(Path file, byte[] content) {
        Path sibling = file.resolveSibling(file.getFileName() + "." + Long.toHexString(random.nextLong()) + ".new");
        try {
            Files.createFile(sibling, OWNER_FILE);
            try (FileChannel channel = FileChannel.open(sibling, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(sibling, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("[local] file must be writable but was not: " + file, e);
        }
    }

    /** Makes an owner-only empty file unless it exists. */
    public Path ownerFile(Path file) {
        try {
            Files.createFile(file, OWNER_FILE);
        } catch (FileAlreadyExistsException e) {
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("[local] file must be writable but was not: " + file, e);
        }
        return file;
    }

    /** Takes a part's lock: one process at a time runs a part of a home. Close the channel to let it go. */
    public FileChannel lock(String part) {
        Path file = ownerFile(folder("run").resolve(checked(part) + ".lock"));
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
            FileLock lock = null;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                lock = null;
            }
            if (lock == null) {
                channel.close();
                throw new IllegalStateException("[local] " + part + " must not run yet in " + root
                        + " but was started by another process or twice by this one");
            }
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException("[local] lock must be writable but was not: " + file, e);
        }
    }

    /** Lets a part's lock go. */
    public static void unlock(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("[local] lock must be released but was not", e);
        }
    }

    private static @Nullable Integer rememberedPort(Path file) {
        try {
            int port = Integer.parseInt(
                    Files.readString(file, StandardCharsets.US_ASCII).strip());
            return port > 0 && port < 65536 ? port : null;
        } catch (IOException | NumberFormatException e) {
            return null; // never remembered, or torn: choose anew
        }
    }

    private Set<Integer> rememberedPorts() {
        try (Stream<Path> files = Files.list(folder("ports"))) {
            return files.map(Home::rememberedPort).filter(Objects::nonNull).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException("[local] the ports of this home must be readable but were not", e);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Below the range from which the kernel gives ports to outgoing connections, and no port of another part of this home,
     * which may not listen yet: none of them can take it meanwhile.
     */
    private int freePort() {
        Set<Integer> taken = rememberedPorts();
        for (int i = 0; i < PORT_TRIES; i++) {
            int port = FIRST_PORT + random.nextInt(PORTS);
            if (!taken.contains(port) && isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("[local] a loopback port between " + FIRST_PORT + " and " + (FIRST_PORT + PORTS)
                + " must be free but none of " + PORT_TRIES + " was");
    }

    private static String checked(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("[local] id must match " + ID + " but was '" + id + "'");
        }
        return id;
    }
}
