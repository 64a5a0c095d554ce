package io.fedmesh.lake.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.apache.iceberg.inmemory.InMemoryInputFile;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * Passes every file through, except table metadata ({@code *.metadata.json}): its hash goes to the {@link MetadataGuard}
 * before it is closed, and it is read only when its bytes have the hash that the guard knows.
 *
 * <p>It offers no bulk or prefix operations on purpose, so that each deletion of a metadata file passes here.
 */
final class GuardedFileIO implements FileIO {
    private static final long serialVersionUID = 1L;
    /** Metadata of a table with very many snapshots; larger is refused. */
    private static final long MAX_METADATA_BYTES = 256L << 20;

    private final transient FileIO files;
    private final transient MetadataGuard guard;

    GuardedFileIO(FileIO files, MetadataGuard guard) {
        this.files = files;
        this.guard = guard;
    }

    @Override
    public InputFile newInputFile(String path) {
        return isMetadata(path) ? checked(path) : files.newInputFile(path);
    }

    @Override
    public InputFile newInputFile(String path, long length) {
        return isMetadata(path) ? checked(path) : files.newInputFile(path, length);
    }

    @Override
    public OutputFile newOutputFile(String path) {
        OutputFile file = files.newOutputFile(path);
        return isMetadata(path) ? new HashedOutputFile(file) : file;
    }

    @Override
    public void deleteFile(String path) {
        files.deleteFile(path);
        if (isMetadata(path)) {
            guard.forget(path);
        }
    }

    @Override
    public Map<String, String> properties() {
        return files.properties();
    }

    @Override
    public void close() {
        files.close();
    }

    private static boolean isMetadata(String path) {
        return path.endsWith(".metadata.json");
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
        return new InMemoryInputFile(path, bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private final class HashedOutputFile implements OutputFile {
        private final OutputFile file;

        private HashedOutputFile(OutputFile file) {
            this.file = file;
        }

        @Override
        public PositionOutputStream create() {
            return new HashedStream(file.create(), location());
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return new HashedStream(file.createOrOverwrite(), location());
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

    private final class HashedStream extends PositionOutputStream {
        private final PositionOutputStream out;
        private final DigestOutputStream hashed;
        private final String location;
        private boolean closed;

        private HashedStream(PositionOutputStream out, String location) {
            this.out = out;
            this.hashed = new DigestOutputStream(out, sha256());
            this.location = location;
        }

        @Override
        public long getPos() throws IOException {
            return out.getPos();
        }

        @Override
        public void write(int b) throws IOException {
            hashed.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            hashed.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            hashed.flush();
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                hashed.close();
                guard.remember(
                        location,
                        HexFormat.of().formatHex(hashed.getMessageDigest().digest()));
            }
        }
    }
}
