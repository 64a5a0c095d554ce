package io.fedmesh.lake.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.apache.iceberg.inmemory.InMemoryInputFile;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.jspecify.annotations.Nullable;

/**
 * Passes every file through, except table metadata ({@code *.metadata.json}): its hash goes to the {@link MetadataGuard}
 * before it is closed, and it is read only when its bytes have the hash that the guard knows. Metadata and manifests that
 * were written here are read back from memory, as the encrypted bytes that they are.
 *
 * <p>It offers no bulk or prefix operations on purpose, so that each deletion of a metadata file passes here.
 */
final class GuardedFileIO implements FileIO {
    private static final long serialVersionUID = 1L;
    /** Metadata of a table with very many snapshots; larger is refused. */
    private static final long MAX_METADATA_BYTES = 256L << 20;

    private static final long MAX_CACHED_BYTES = 32L << 20;

    private final transient FileIO files;
    private final transient MetadataGuard guard;
    private final transient SmallFiles cached = new SmallFiles(MAX_CACHED_BYTES);

    GuardedFileIO(FileIO files, MetadataGuard guard) {
        this.files = files;
        this.guard = guard;
    }

    @Override
    public InputFile newInputFile(String path) {
        InputFile known = known(path);
        return known != null ? known : files.newInputFile(path);
    }

    @Override
    public InputFile newInputFile(String path, long length) {
        InputFile known = known(path);
        return known != null ? known : files.newInputFile(path, length);
    }

    @Override
    public OutputFile newOutputFile(String path) {
        OutputFile file = files.newOutputFile(path);
        return isMetadata(path) || isManifest(path) ? new KeptOutputFile(file) : file;
    }

    @Override
    public void deleteFile(String path) {
        cached.remove(path);
        files.deleteFile(path);
        if (isMetadata(path)) {
            guard.forget(path);
        }
    }

    /** Every file under a location, page by page; for the clean-up of orphans alone. */
    Iterable<FileInfo> list(String location) {
        return ((SupportsPrefixOperations) files).listPrefix(location);
    }

    @Override
    public Map<String, String> properties() {
        return files.properties();
    }

    @Override
    public void close() {
        files.close();
    }

    /** What travels to another engine's workers: the files alone, without metadata, as the guard stays here. */
    private Object writeReplace() {
        return new TravellingFileIO(files);
    }

    static boolean isMetadata(String path) {
        return path.endsWith(".metadata.json");
    }

    private static boolean isManifest(String path) {
        return path.endsWith(".avro");
    }

    private @Nullable InputFile known(String path) {
        byte[] bytes = cached.get(path);
        if (bytes != null) {
            return new InMemoryInputFile(path, bytes);
        }
        return isMetadata(path) ? checked(path) : null;
    }

    private InputFile checked(String path) {
        InputFile file = files.newInputFile(path);
        byte[] bytes;
        try (SeekableInputStream in = file.newStream()) {
            bytes = in.readNBytes((int) MAX_METADATA_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        guard.check(path, HexFormat.of().formatHex(sha256().digest(bytes)));
        cached.put(path, bytes);
        return new InMemoryInputFile(path, bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private final class KeptOutputFile implements OutputFile {
        private final OutputFile file;

        private KeptOutputFile(OutputFile file) {
            this.file = file;
        }

        @Override
        public PositionOutputStream create() {
            return new KeptStream(file.create(), location());
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return new KeptStream(file.createOrOverwrite(), location());
        }

        @Override
        public String location() {
            return file.location();
        }

        @Override
        public InputFile toInputFile() {
            return newInputFile(location());
        }
    }

    private final class KeptStream extends PositionOutputStream {
        private final PositionOutputStream out;
        private final String location;
        private final MessageDigest hash = sha256();
        private final ByteArrayOutputStream copy = new ByteArrayOutputStream();
        private boolean closed;

        private KeptStream(PositionOutputStream out, String location) {
            this.out = out;
            this.location = location;
        }

        @Override
        public long getPos() throws IOException {
            return out.getPos();
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            hash.update((byte) b);
            if (copy.size() <= SmallFiles.MAX_FILE_BYTES) {
                copy.write(b);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            hash.update(bytes, offset, length);
            if (copy.size() <= SmallFiles.MAX_FILE_BYTES) {
                copy.write(bytes, offset, length);
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public long storedLength() throws IOException {
            return out.storedLength();
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            out.close();
            if (isMetadata(location)) {
                guard.remember(location, HexFormat.of().formatHex(hash.digest()));
            }
            cached.put(location, copy.toByteArray());
        }
    }
}
