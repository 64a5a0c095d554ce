package io.fedmesh.lake.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of small files that were written or read last, as they lie in the store: still encrypted. Metadata files and
 * manifests have names that are never used twice, and each commit reads again what the one before wrote. Bounded in bytes,
 * thread-safe.
 */
final class SmallFiles {
    /** Larger files are not kept. */
    static final int MAX_FILE_BYTES = 1 << 20;

    private final Map<String, byte[]> files = new LinkedHashMap<>(16, 0.75f, true);
    private final long maxBytes;
    private long bytes;

    SmallFiles(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    synchronized byte @Nullable [] get(String location) {
        return files.get(location);
    }

    synchronized void put(String location, byte[] content) {
        if (content.length > MAX_FILE_BYTES) {
            return;
        }
        remove(location);
        files.put(location, content);
        bytes += content.length;
        var eldest = files.entrySet().iterator();
        while (bytes > maxBytes) {
            bytes -= eldest.next().getValue().length;
            eldest.remove();
        }
    }

    synchronized void remove(String location) {
        byte[] known = files.remove(location);
        if (known != null) {
            bytes -= known.length;
        }
    }
}
