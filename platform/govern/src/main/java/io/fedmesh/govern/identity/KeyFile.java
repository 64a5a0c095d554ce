package io.fedmesh.govern.identity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keys in a file that somebody keeps up to date.
 *
 * @param file it is read anew each time
 */
public record KeyFile(Path file) implements KeySource {
    @Override
    public byte[] read() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("[" + file + "] must have at most " + MAX_BYTES + " bytes but has more");
            }
            return bytes;
        }
    }
}
