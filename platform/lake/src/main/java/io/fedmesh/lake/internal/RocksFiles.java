package io.fedmesh.lake.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** The database of one key index: its keys and its notes, in one folder, with one log. Used by one thread. */
final class RocksFiles implements AutoCloseable {
    private static final byte[] NOTES = "notes".getBytes(StandardCharsets.UTF_8);
    private static final int BITS_PER_KEY = 8;
    private static final int BLOCK_BYTES = 8 << 10;
    private static final long WRITE_BUFFER_BYTES = 16L << 20;
    /** What is read again at most when the process was killed. */
    private static final long MAX_LOG_BYTES = 32L << 20;

    private final Path folder;
    private final DBOptions options;
    private final ColumnFamilyOptions keyOptions;
    private final ColumnFamilyOptions noteOptions = new ColumnFamilyOptions().setWriteBufferSize(1L << 20);
    private final List<ColumnFamilyHandle> handles = new ArrayList<>();
    private @Nullable RocksDB db;

    RocksFiles(Path folder, IndexMemory memory) {
        this.folder = folder;
        this.options = new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                // it would take room for a whole write buffer, for each of many small indexes
                .setAllowFAllocate(false)
                .setWriteBufferManager(memory.writes())
                .setMaxTotalWalSize(MAX_LOG_BYTES)
                .setMaxBackgroundJobs(2)
                .setKeepLogFileNum(2)
                .setMaxLogFileSize(1L << 20)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL);
        this.keyOptions = new ColumnFamilyOptions()
                .setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setMaxWriteBufferNumber(3)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(memory.cache())
                        .setBlockSize(BLOCK_BYTES)
                        .setCacheIndexAndFilterBlocks(true)
                        .setPinL0FilterAndIndexBlocksInCache(true)
                        .setFilterPolicy(new BloomFilter(BITS_PER_KEY)));
    }

    /** Opens what is there or makes it; throws away what is damaged. */
    void open() throws RocksDBException, IOException {
        Files.createDirectories(folder);
        try {
            openOnce();
        } catch (RocksDBException e) {
            boolean isDamaged = e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
            if (!isDamaged) {
                throw e;
            }
            destroy();
            openOnce();
        }
    }

    RocksDB db() {
        return Objects.requireNonNull(db, "the index must be open");
    }

    ColumnFamilyHandle notes() {
        return handles.get(1);
    }

    /** Closes and deletes everything. */
    void clear() throws RocksDBException {
        shut();
        destroy();
    }

    @Override
    public void close() {
        shut();
        options.close();
        keyOptions.close();
        noteOptions.close();
    }

    private void openOnce() throws RocksDBException {
        shut();
        List<ColumnFamilyDescriptor> families = List.of(
                new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, keyOptions),
                new ColumnFamilyDescriptor(NOTES, noteOptions));
        db = RocksDB.open(options, folder.toString(), families, handles);
    }

    private void shut() {
        handles.forEach(ColumnFamilyHandle::close);
        handles.clear();
        if (db != null) {
            db.close();
            db = null;
        }
    }

    private void destroy() throws RocksDBException {
        try (Options all = new Options()) {
            RocksDB.destroyDB(folder.toString(), all);
        }
    }
}
