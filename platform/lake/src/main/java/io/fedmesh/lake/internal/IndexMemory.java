package io.fedmesh.lake.internal;

import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The memory that all key indexes of a process share, however many there are: blocks, filters and writes that are not in a
 * file yet. Thread-safe; close it after the indexes.
 */
public final class IndexMemory implements AutoCloseable {
    private static final long CACHE_BYTES = 96L << 20;
    /** Part of the cache that writes may take. */
    private static final long WRITE_BYTES = 48L << 20;

    static {
        RocksDB.loadLibrary();
    }

    private final Cache cache = new LRUCache(CACHE_BYTES);
    private final WriteBufferManager writes = new WriteBufferManager(WRITE_BYTES, cache);

    Cache cache() {
        return cache;
    }

    WriteBufferManager writes() {
        return writes;
    }

    @Override
    public void close() {
        writes.close();
        cache.close();
    }
}
