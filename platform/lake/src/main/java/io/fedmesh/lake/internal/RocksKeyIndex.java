package io.fedmesh.lake.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The key index in RocksDB: about 37 bytes a key, of which 16 are a hash of it. A commit's changes and the new stand are one
 * write batch, so that after a crash the index stands whole at some commit.
 *
 * <p>Why a hash is enough: it has 128 bits and a secret that each index draws for itself, so nobody can make up two keys that
 * collide, and that two of {@code n} keys do by chance has the probability {@code n² / 2¹²⁹}: for ten thousand million keys
 * {@code 2⁻⁶²}, far below that of the machine's memory turning a bit unseen.
 */
public final class RocksKeyIndex implements KeyIndex {
    private static final byte[] STAND = {'s'};
    private static final byte[] SECRET = {'h'};
    private static final byte FILE = 'f';
    private static final int BATCH = 20_000;
    private static final int READ_BATCH = 4_096;
    /** RocksDB's own form of a batch ("rep_" in write_batch.cc): sequence and count, then tag, key and value of each. */
    private static final int BATCH_HEADER_BYTES = 12;

    private static final int PUT = 1;
    private static final int EXPECTED_BYTES = 40;

    private final Path folder;
    private final RandomGenerator random;
    private final RocksFiles rocks;
    private final WriteOptions writeOptions = new WriteOptions();
    private final ReadOptions readOptions = new ReadOptions();
    private SipHash hash = new SipHash(0, 0);
    /**
     * Set when it could not be opened, read or written: it is opened anew or rebuilt before it is used. RocksDB goes on by
     * itself only where a whole write buffer has room again.
     */
    private boolean isShut;

    private FileNumbers files = new FileNumbers();

    /**
     * @param folder holds this index alone; whatever is unreadable there is thrown away, for it can be rebuilt
     * @param random draws the secret of a new index
     */
    public RocksKeyIndex(Path folder, IndexMemory memory, RandomGenerator random) {
        this.folder = folder;
        this.random = random;
        this.rocks = new RocksFiles(folder, memory);
        try {
            open();
        } catch (RuntimeException e) {
            // what stays open is locked against the next attempt
            close();
            throw e;
        }
    }

    @Override
    public @Nullable Stand stand() {
        if (isShut) {
            open();
            isShut = false;
        }
        try {
            byte[] bytes = rocks.db().get(rocks.notes(), STAND);
            if (bytes == null) {
                return null;
            }
            ByteBuffer in = ByteBuffer.wrap(bytes);
            long snapshotId = in.getLong();
            return new Stand(StandardCharsets.UTF_8.decode(in).toString(), snapshotId);
        } catch (RocksDBException e) {
            throw broken(e);
        }
    }

    @Override
    public KeySet keys() {
        return new KeySet(hash);
    }

    @Override
    public KeyEntries find(KeySet keys) {
        KeyEntries found = new KeyEntries(keys.count());
        int[] order = keys.order(hash);
        try {
            for (int from = 0; from < order.length; from += READ_BATCH) {
                int to = Math.min(order.length, from + READ_BATCH);
                List<byte[]> wanted = new ArrayList<>(to - from);
                for (int i = from; i < to; i++) {
                    byte[] key = new byte[KeySet.HASH_BYTES];
                    keys.write(order[i], key, 0);
                    wanted.add(key);
                }
                List<byte @Nullable []> values = rocks.db().multiGetAsList(readOptions, wanted);
                for (int i = from; i < to; i++) {
                    byte[] value = values.get(i - from);
                    if (value != null) {
                        IndexEntries.read(value, files::location, found, order[i]);
                    }
                }
            }
        } catch (RocksDBException e) {
            throw broken(e);
        }
        return found;
    }

    @Override
    public void apply(Stand stand, Changes changes) {
        write(changes, stand);
        if (files.isCrowded()) {
            sweep();
        }
    }

    @Override
    public void rebuild(Stand stand, Consumer<BiConsumer<Key, Entry>> rows) {
        isShut = true;
        files = new FileNumbers();
        try {
            rocks.clear();
            open();
        } catch (RocksDBException e) {
            throw broken(e);
        }
        isShut = false;
        replay(stand, rows);
    }

    @Override
    public void replay(Stand stand, Consumer<BiConsumer<Key, Entry>> rows) {
        Map<Key, Entry> buffer = new LinkedHashMap<>();
        rows.accept((key, entry) -> {
            Entry known = buffer.get(key);
            if (known == null || known.version().compareTo(entry.version()) <= 0) {
                buffer.put(key, entry);
            }
            if (buffer.size() >= BATCH) {
                merge(buffer);
            }
        });
        merge(buffer);
        try {
            rocks.db().put(rocks.notes(), STAND, bytes(stand));
        } catch (RocksDBException e) {
            throw broken(e);
        }
    }

    @Override
    public void close() {
        rocks.close();
        writeOptions.close();
        readOptions.close();
    }

    /** Brings everything into the form that takes least room, which RocksDB does by itself in time. */
    void compact() {
        try {
            rocks.db().compactRange();
        } catch (RocksDBException e) {
            throw broken(e);
        }
    }

    /** Writes what is not older than what is known, and empties the buffer. */
    private void merge(Map<Key, Entry> buffer) {
        KeySet keys = keys();
        List<Entry> entries = new ArrayList<>(buffer.size());
        buffer.forEach((key, entry) -> {
            keys.add(key);
            entries.add(entry);
        });
        KeyEntries known = find(keys);
        KeyEntries fresh = new KeyEntries(keys.count());
        for (int i = 0; i < keys.count(); i++) {
            Entry entry = entries.get(i);
            if (!known.isKnown(i) || known.version(i).compareTo(entry.version()) <= 0) {
                fresh.put(i, entry);
            }
        }
        write(new Changes(keys, fresh), null);
        buffer.clear();
    }

    /** Sorted by hash, as one batch; with the stand when the changes are a whole commit's. */
    private void write(Changes changes, @Nullable Stand stand) {
        KeySet keys = changes.keys();
        KeyEntries entries = changes.entries();
        IndexEntries out = new IndexEntries(BATCH_HEADER_BYTES + entries.entries() * EXPECTED_BYTES);
        IndexEntries value = new IndexEntries(EXPECTED_BYTES);
        FileNumbers numbers = files;
        out.skip(Long.BYTES);
        for (int shift = 0; shift < 32; shift += 8) {
            out.put(entries.entries() >>> shift);
        }
        byte[] key = new byte[KeySet.HASH_BYTES];
        for (int number : keys.order(hash)) {
            if (entries.isKnown(number)) {
                keys.write(number, key, 0);
                value.clear();
                value.entry(entries, number, numbers::number);
                out.put(PUT);
                out.put(KeySet.HASH_BYTES);
                out.put(key, KeySet.HASH_BYTES);
                out.number(value.length());
                out.put(value.array(), value.length());
            }
        }
        try (WriteBatch batch = new WriteBatch(out.bytes())) {
            for (FileNumbers.Named file : numbers.unwritten()) {
                batch.put(rocks.notes(), fileKey(file.number()), file.location().getBytes(StandardCharsets.UTF_8));
            }
            if (stand != null) {
                batch.put(rocks.notes(), STAND, bytes(stand));
            }
            rocks.db().write(writeOptions, batch);
            numbers.written();
        } catch (RocksDBException e) {
            throw broken(e);
        }
    }

    /** Drops the names of files that no entry names. */
    private void sweep() {
        java.util.BitSet used = new java.util.BitSet();
        try (RocksIterator it = rocks.db().newIterator();
                WriteBatch batch = new WriteBatch()) {
            for (it.seekToFirst(); it.isValid(); it.next()) {
                int file = IndexEntries.file(it.value());
                if (file >= 0) {
                    used.set(file);
                }
            }
            it.status();
            for (int number : files.keep(used)) {
                batch.delete(rocks.notes(), fileKey(number));
            }
            rocks.db().write(writeOptions, batch);
        } catch (RocksDBException e) {
            throw broken(e);
        }
    }

    private void open() {
        try {
            rocks.open();
            byte[] secret = rocks.db().get(rocks.notes(), SECRET);
            if (secret == null) {
                secret = new byte[2 * Long.BYTES];
                random.nextBytes(secret);
                rocks.db().put(rocks.notes(), SECRET, secret);
            }
            ByteBuffer in = ByteBuffer.wrap(secret);
            hash = new SipHash(in.getLong(), in.getLong());
            FileNumbers read = new FileNumbers();
            try (RocksIterator it = rocks.db().newIterator(rocks.notes())) {
                for (it.seek(new byte[] {FILE}); it.isValid() && it.key()[0] == FILE; it.next()) {
                    read.read(ByteBuffer.wrap(it.key()).getInt(1), new String(it.value(), StandardCharsets.UTF_8));
                }
                it.status();
            }
            files = read;
        } catch (RocksDBException e) {
            throw broken(e);
        } catch (IOException e) {
            isShut = true;
            throw new UncheckedIOException("[" + folder + "] the key index's folder must be writable but was not", e);
        }
    }

    private static byte[] bytes(Stand stand) {
        byte[] uuid = stand.tableUuid().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + uuid.length)
                .putLong(stand.snapshotId())
                .put(uuid)
                .array();
    }

    private static byte[] fileKey(int number) {
        return ByteBuffer.allocate(1 + Integer.BYTES).put(FILE).putInt(number).array();
    }

    private UncheckedIOException broken(RocksDBException e) {
        isShut = true;
        return new UncheckedIOException(
                "[" + folder + "] the key index must be writable by this process alone but was not; is the disk full?",
                new IOException(e));
    }
}
