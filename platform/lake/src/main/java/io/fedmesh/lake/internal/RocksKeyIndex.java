package io.fedmesh.lake.internal;

import io.fedmesh.wire.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The key index in RocksDB. {@code k<key>} holds version, file number and position (32 bytes), {@code f<number>} a data
 * file's location, {@code s} the snapshot that it stands for. A commit's changes and the new stand are one write batch.
 */
final class RocksKeyIndex implements KeyIndex {
    private static final byte[] STAND = {'s'};
    private static final int NO_FILE = -1;
    private static final int ENTRY_BYTES = 8 + 8 + 4 + 4 + 8;
    private static final int REBUILD_BATCH = 10_000;

    static {
        RocksDB.loadLibrary();
    }

    private final Path folder;
    private final Options options = new Options()
            .setCreateIfMissing(true)
            .setWriteBufferSize(4L << 20)
            .setMaxWriteBufferNumber(2)
            .setKeepLogFileNum(2)
            .setMaxLogFileSize(1L << 20)
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setTableFormatConfig(new BlockBasedTableConfig().setFilterPolicy(new BloomFilter(10)));
    private final WriteOptions writeOptions = new WriteOptions();
    private RocksDB db;
    /** Set while it could not be opened again: a closed handle must not be used, the process would crash. */
    private boolean isShut;

    private final List<String> files = new ArrayList<>();
    private final Map<String, Integer> fileNumbers = new HashMap<>();

    /** @param folder holds this index alone; whatever is unreadable there is thrown away, for it can be rebuilt */
    RocksKeyIndex(Path folder) {
        this.folder = folder;
        this.db = open();
        readFiles();
    }

    @Override
    public @Nullable Stand stand() {
        if (isShut) {
            db = open();
            isShut = false;
            readFiles();
        }
        byte[] bytes = get(STAND);
        if (bytes == null) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long snapshotId = in.getLong();
        return new Stand(StandardCharsets.UTF_8.decode(in).toString(), snapshotId);
    }

    @Override
    public List<@Nullable Entry> find(List<Key> keys) {
        List<@Nullable Entry> found = new ArrayList<>(keys.size());
        for (Key key : keys) {
            found.add(find(key));
        }
        return found;
    }

    private @Nullable Entry find(Key key) {
        byte[] bytes = get(key(key));
        return bytes == null ? null : entry(bytes);
    }

    @Override
    public void apply(Stand stand, Map<Key, Entry> changes) {
        try (WriteBatch batch = new WriteBatch()) {
            for (Map.Entry<Key, Entry> change : changes.entrySet()) {
                batch.put(key(change.getKey()), bytes(change.getValue(), batch));
            }
            batch.put(STAND, bytes(stand));
            db.write(writeOptions, batch);
        } catch (RocksDBException e) {
            throw broken(e);
        }
    }

    @Override
    public void rebuild(Stand stand, Consumer<BiConsumer<Key, Entry>> rows) {
        clear();
        replay(stand, rows);
    }

    @Override
    public void replay(Stand stand, Consumer<BiConsumer<Key, Entry>> rows) {
        Map<Key, Entry> buffer = new HashMap<>();
        rows.accept((key, entry) -> {
            Entry known = buffer.containsKey(key) ? buffer.get(key) : find(key);
            if (known == null || known.version().compareTo(entry.version()) <= 0) {
                buffer.put(key, entry);
                if (buffer.size() >= REBUILD_BATCH) {
                    write(buffer);
                }
            }
        });
        write(buffer);
        try (FlushOptions flush = new FlushOptions()) {
            db.flush(flush.setWaitForFlush(true));
            db.put(STAND, bytes(stand));
        } catch (RocksDBException e) {
            throw broken(e);
        }
    }

    @Override
    public void close() {
        db.close();
        options.close();
        writeOptions.close();
    }

    private void write(Map<Key, Entry> entries) {
        try (WriteBatch batch = new WriteBatch()) {
            for (Map.Entry<Key, Entry> entry : entries.entrySet()) {
                batch.put(key(entry.getKey()), bytes(entry.getValue(), batch));
            }
            db.write(writeOptions, batch);
        } catch (RocksDBException e) {
            throw broken(e);
        }
        entries.clear();
    }

    private void clear() {
        isShut = true;
        files.clear();
        fileNumbers.clear();
        db.close();
        try {
            RocksDB.destroyDB(folder.toString(), options);
        } catch (RocksDBException e) {
            throw broken(e);
        }
        db = open();
        isShut = false;
    }

    private RocksDB open() {
        try {
            Files.createDirectories(folder);
            try {
                return RocksDB.open(options, folder.toString());
            } catch (RocksDBException e) {
                if (e.getStatus() != null && e.getStatus().getCode() == org.rocksdb.Status.Code.Corruption) {
                    RocksDB.destroyDB(folder.toString(), options);
                    return RocksDB.open(options, folder.toString());
                }
                throw e;
            }
        } catch (RocksDBException e) {
            throw broken(e);
        } catch (IOException e) {
            throw new UncheckedIOException("[" + folder + "] the key index's folder must be writable but was not", e);
        }
    }

    private void readFiles() {
        try (RocksIterator it = db.newIterator()) {
            for (it.seek(new byte[] {'f'}); it.isValid() && it.key()[0] == 'f'; it.next()) {
                String location = new String(it.value(), StandardCharsets.UTF_8);
                fileNumbers.put(location, files.size());
                files.add(location);
            }
        }
    }

    private byte @Nullable [] get(byte[] key) {
        try {
            return db.get(key);
        } catch (RocksDBException e) {
            throw broken(e);
        }
    }

    private Entry entry(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Version version = new Version(in.getLong(), in.getLong(), in.getInt());
        int file = in.getInt();
        long position = in.getLong();
        return new Entry(version, file == NO_FILE ? null : new Place(files.get(file), position));
    }

    private byte[] bytes(Entry entry, WriteBatch batch) throws RocksDBException {
        Version version = entry.version();
        Place place = entry.place();
        return ByteBuffer.allocate(ENTRY_BYTES)
                .putLong(version.commitLsn())
                .putLong(version.lsn())
                .putInt(version.index())
                .putInt(place == null ? NO_FILE : number(place.file(), batch))
                .putLong(place == null ? 0 : place.position())
                .array();
    }

    private int number(String location, WriteBatch batch) throws RocksDBException {
        Integer known = fileNumbers.get(location);
        if (known != null) {
            return known;
        }
        int number = files.size();
        batch.put(
                ByteBuffer.allocate(5).put((byte) 'f').putInt(number).array(),
                location.getBytes(StandardCharsets.UTF_8));
        files.add(location);
        fileNumbers.put(location, number);
        return number;
    }

    private static byte[] bytes(Stand stand) {
        byte[] uuid = stand.tableUuid().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + uuid.length)
                .putLong(stand.snapshotId())
                .put(uuid)
                .array();
    }

    private static byte[] key(Key key) {
        byte[] text = key.bytes();
        return ByteBuffer.allocate(1 + text.length).put((byte) 'k').put(text).array();
    }

    private UncheckedIOException broken(RocksDBException e) {
        return new UncheckedIOException(
                "[" + folder + "] the key index must be writable by this process alone but was not; is the disk full?",
                new IOException(e));
    }
}
