package io.fedmesh.app.internal.localmesh;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.govern.audit.LocalAuditKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/** The folder of one local mesh; everything in it is for its owner alone. The parts keep their own folders in it. */
public record MeshHome(Path folder) {
    /** Folder of the persons' tokens. */
    static final String TOKENS = "people";

    private static final ObjectMapper JSON = new ObjectMapper();

    public MeshHome {
        folder = folder.toAbsolutePath().normalize();
    }

    /** The configuration of the mesh's processes, and of the commands that ask them. */
    public Path config() {
        return folder.resolve("config").resolve("mesh.yaml");
    }

    /** Where the mesh's processes keep what they can make anew. */
    public Path state() {
        return folder.resolve("state");
    }

    /** What a consumer's Kafka client is configured with: {@code mesh.user.<subject>} or {@code mesh.team.<domain>}. */
    public Path consumer(String principal) {
        return folder.resolve("consumers").resolve(principal + ".properties");
    }

    /** What a process of the mesh logs. */
    public Path log(String process) {
        return folder.resolve("log").resolve(process + ".log");
    }

    /** What the mesh keeps of the persons' tokens. */
    public Path tokenHashes() {
        return folder.resolve("identity").resolve("token-hashes");
    }

    /** Where the persons at this machine keep their tokens, {@code <subject>.token} each. */
    public Path tokens() {
        return folder.resolve(TOKENS);
    }

    /** What the supervisor said last; empty when there is none or it is gone. */
    public Optional<RunState> running() {
        return said().filter(RunState::isRunning);
    }

    /** What a supervisor said last, gone or not. */
    public Optional<RunState> said() {
        try {
            return Optional.of(JSON.readValue(Files.readString(runFile()), RunState.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty(); // of another version
        } catch (IOException e) {
            throw new UncheckedIOException("[" + runFile() + "] must be readable but was not", e);
        }
    }

    /** Takes the home for this process until the channel is closed; empty when another process has it. */
    Optional<FileChannel> lock() {
        Path file = make("run").resolve("mesh.lock");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() != null) {
                    return Optional.of(channel);
                }
            } catch (OverlappingFileLockException e) {
                channel.close();
                return Optional.empty();
            }
            channel.close();
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("[" + file + "] must be writable but was not", e);
        }
    }

    void say(RunState state) {
        try {
            write(runFile(), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(state) + "\n");
            write(folder.resolve("supervisor.pid"), state.pid() + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    void saySilence() {
        try {
            Files.deleteIfExists(runFile());
            Files.deleteIfExists(folder.resolve("supervisor.pid"));
        } catch (IOException e) {
            throw new UncheckedIOException("[" + runFile() + "] must be deletable but was not", e);
        }
    }

    /** A folder of the home, made owner-only if it is missing. */
    Path make(String name) {
        try {
            ownerOnly(folder);
            return ownerOnly(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("[" + folder.resolve(name) + "] must be a folder of ours but was not", e);
        }
    }

    /** The key that signs the record of decisions, made at first use and kept. */
    Path auditKey(SecureRandom random) {
        Path file = make("audit").resolve("key.pem");
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                Path whole = file.resolveSibling("key.new");
                Files.deleteIfExists(whole); // of a process that died
                LocalAuditKey.create(whole, random);
                Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("[" + file + "] must be writable but was not", e);
        }
    }

    /** Where the checkpoints of the record of decisions are: not in the brokers' folder. */
    Path auditCheckpoints() {
        return make("audit").resolve("checkpoints");
    }

    /** The random secret of that name, made at first use and kept. */
    String secret(String name, java.util.random.RandomGenerator random) {
        Path file = make("secrets").resolve("mesh." + name);
        try {
            if (!Files.exists(file)) {
                byte[] bytes = new byte[32];
                random.nextBytes(bytes);
                write(file, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("[" + file + "] must be readable but was not", e);
        }
    }

    /** Writes an owner-only file in one step: a reader sees the old text or the new one. */
    void write(Path file, String text) {
        Path parent = file.resolveSibling("");
        Path sibling = parent.resolve(file.getFileName() + ".new");
        try {
            ownerOnly(folder);
            ownerOnly(parent);
            Files.deleteIfExists(sibling);
            Files.createFile(
                    sibling, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(sibling, text);
            Files.move(sibling, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("[" + file + "] must be writable but was not", e);
        }
    }

    /** Deletes the folder with everything in it; links are deleted, not followed. */
    public void delete() {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(
                        Path visited, @org.jspecify.annotations.Nullable IOException failure) throws IOException {
                    if (failure != null) {
                        throw failure;
                    }
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("[" + folder + "] must be deletable but was not", e);
        }
    }

    /** Whether the folder is a home: it is safe to delete. */
    public boolean isHome() {
        return Files.isRegularFile(folder.resolve("run").resolve("mesh.lock"), LinkOption.NOFOLLOW_LINKS);
    }

    private Path runFile() {
        return folder.resolve("run").resolve("mesh.json");
    }

    private static Path ownerOnly(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return folder;
    }
}
