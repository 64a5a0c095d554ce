package io.fedmesh.lake.internal;

import io.fedmesh.lake.TableRefusedException;
import java.util.Map;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/**
 * A table's files at a worker of another engine: data and deletion vectors can be read. Metadata cannot, because the guard
 * that vouches for it stayed behind; nothing can be written or deleted.
 */
final class TravellingFileIO implements FileIO {
    private static final long serialVersionUID = 1L;

    private final FileIO files;

    TravellingFileIO(FileIO files) {
        this.files = files;
    }

    @Override
    public InputFile newInputFile(String path) {
        return files.newInputFile(readable(path));
    }

    @Override
    public InputFile newInputFile(String path, long length) {
        return files.newInputFile(readable(path), length);
    }

    @Override
    public OutputFile newOutputFile(String path) {
        throw new TableRefusedException("[" + path + "] must be written by the sink alone");
    }

    @Override
    public void deleteFile(String path) {
        throw new TableRefusedException("[" + path + "] must be deleted by upkeep alone");
    }

    @Override
    public Map<String, String> properties() {
        return files.properties();
    }

    @Override
    public void close() {
        files.close();
    }

    private static String readable(String path) {
        if (GuardedFileIO.isMetadata(path)) {
            throw new TableRefusedException("[" + path + "] must be read where the catalog's guard is but was not");
        }
        return path;
    }
}
