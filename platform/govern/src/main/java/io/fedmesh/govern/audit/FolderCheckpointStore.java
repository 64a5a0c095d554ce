package io.fedmesh.govern.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Checkpoints in a folder of the machine's own disk, {@code <partition>/<ordinal>.checkpoint}, readable by their owner
 * alone. A file gets its name when all of it is on disk, and a name is given once.
 */
public final class FolderCheckpointStore implements CheckpointStore {
    private static final String SUFFIX = ".checkpoint";
    private static final long MAX_BYTES = 1 << 20;

    private final Path folder;

    /** @param folder made when it is not there */
    public FolderCheckpointStore(Path folder) {
        this.folder = folder;
    }

    @Override
    public boolean putIfAbsent(int partition, long ordinal, byte[] content) {
        Path file = file(partition, ordinal);
        try {
            Path parent = folder.resolve(Integer.toString(partition));
            Files.createDirectories(
                    parent, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path whole = Files.createTempFile(parent, "new", ".tmp"); // 0600
            try {
                try (FileChannel channel = FileChannel.open(whole, StandardOpenOption.WRITE)) {
                    ByteBuffer rest = ByteBuffer.wrap(content);
                    while (rest.hasRemaining()) {
                        channel.write(rest);
                    }
                    channel.force(true);
                }
                Files.createLink(file, whole); // unlike a rename it never takes another file's place
            } finally {
                Files.deleteIfExists(whole);
            }
            try (FileChannel channel = FileChannel.open(parent, StandardOpenOption.READ)) {
                channel.force(true);
            }
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw unavailable("writing " + file, e);
        }
    }

    @Override
    public Optional<byte[]> read(int partition, long ordinal) {
        Path file = file(partition, ordinal);
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new AuditUnavailableException(
                        "[audit checkpoints] " + file + " must have at most " + MAX_BYTES + " bytes but has more");
            }
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unavailable("reading " + file, e);
        }
    }

    @Override
    public List<Long> ordinals(int partition) {
        Path parent = folder.resolve(Integer.toString(partition));
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(parent)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(name -> name.matches("[0-9]{12}\\" + SUFFIX))
                    .map(name -> Long.parseLong(name.substring(0, name.length() - SUFFIX.length())))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unavailable("listing " + parent, e);
        }
    }

    private Path file(int partition, long ordinal) {
        return folder.resolve(Integer.toString(partition))
                .resolve(String.format(Locale.ROOT, "%012d%s", ordinal, SUFFIX));
    }

    private static AuditUnavailableException unavailable(String what, IOException e) {
        return new AuditUnavailableException("[audit checkpoints] " + what + " failed: " + e, e);
    }
}
