package io.fedmesh.stream.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A key-value store on the heap that finds a key by its hash, where Kafka Streams' own walks a tree and compares keys at
 * each step. Its first ranged read sorts the keys; from then on it keeps them sorted as well, so that a store that is never
 * read by range, as most are, never pays for the order. Keys are ordered by their unsigned bytes. An iterator shows what
 * was there when it was made. For one thread at a time.
 */
final class HashStore implements KeyValueStore<Bytes, byte[]> {
    private final String name;
    private final Map<Bytes, byte[]> values = new HashMap<>();
    /** The same in order; null until somebody asks for an order. */
    private @Nullable TreeMap<Bytes, byte[]> sorted;

    private volatile boolean isOpen;

    HashStore(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        context.register(root, (key, value) -> put(Bytes.wrap(key), value));
        isOpen = true;
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    /** Nobody queries a store from outside, so that nobody asks how far its input was read. */
    @Override
    public Position getPosition() {
        return Position.emptyPosition();
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka's null: no value
    public byte[] get(Bytes key) {
        return values.get(key);
    }

    @Override
    public void put(Bytes key, byte @Nullable [] value) {
        if (value == null) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
        if (sorted != null) {
            if (value == null) {
                sorted.remove(key);
            } else {
                sorted.put(key, value);
            }
        }
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka's null: no value
    public byte[] putIfAbsent(Bytes key, byte[] value) {
        byte[] known = values.get(key);
        if (known == null) {
            put(key, value);
        }
        return known;
    }

    @Override
    public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
        entries.forEach(entry -> put(entry.key, entry.value));
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka's null: no value
    public byte[] delete(Bytes key) {
        byte[] known = values.get(key);
        put(key, null);
        return known;
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> range(@Nullable Bytes from, @Nullable Bytes to) {
        return new Entries(ranged(from, to));
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> reverseRange(@Nullable Bytes from, @Nullable Bytes to) {
        List<KeyValue<Bytes, byte[]>> entries = ranged(from, to);
        Collections.reverse(entries);
        return new Entries(entries);
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> all() {
        return range(null, null);
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> reverseAll() {
        return reverseRange(null, null);
    }

    @Override
    public <PS extends Serializer<P>, P> KeyValueIterator<Bytes, byte[]> prefixScan(P prefix, PS serializer) {
        Bytes from = Bytes.wrap(serializer.serialize(null, prefix));
        List<KeyValue<Bytes, byte[]>> entries = new ArrayList<>();
        for (Map.Entry<Bytes, byte[]> entry : sorted().tailMap(from).entrySet()) {
            if (!isPrefix(from.get(), entry.getKey().get())) {
                break;
            }
            entries.add(new KeyValue<>(entry.getKey(), entry.getValue()));
        }
        return new Entries(entries);
    }

    @Override
    public long approximateNumEntries() {
        return values.size();
    }

    @Override
    public void close() {
        values.clear();
        sorted = null;
        isOpen = false;
    }

    private List<KeyValue<Bytes, byte[]>> ranged(@Nullable Bytes from, @Nullable Bytes to) {
        List<KeyValue<Bytes, byte[]>> entries = new ArrayList<>();
        if (from != null && to != null && from.compareTo(to) > 0) {
            return entries;
        }
        Map<Bytes, byte[]> part = sorted();
        if (from != null && to != null) {
            part = sorted().subMap(from, true, to, true);
        } else if (from != null) {
            part = sorted().tailMap(from, true);
        } else if (to != null) {
            part = sorted().headMap(to, true);
        }
        part.forEach((key, value) -> entries.add(new KeyValue<>(key, value)));
        return entries;
    }

    private TreeMap<Bytes, byte[]> sorted() {
        TreeMap<Bytes, byte[]> known = sorted;
        if (known == null) {
            known = new TreeMap<>(Comparator.<Bytes>naturalOrder());
            known.putAll(values);
            sorted = known;
        }
        return known;
    }

    private static boolean isPrefix(byte[] prefix, byte[] key) {
        return key.length >= prefix.length && Arrays.equals(prefix, 0, prefix.length, key, 0, prefix.length);
    }

    /** What was there when it was made. */
    private static final class Entries implements KeyValueIterator<Bytes, byte[]> {
        private final List<KeyValue<Bytes, byte[]>> entries;
        private int next;

        Entries(List<KeyValue<Bytes, byte[]>> entries) {
            this.entries = entries;
        }

        @Override
        public boolean hasNext() {
            return next < entries.size();
        }

        @Override
        public KeyValue<Bytes, byte[]> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return entries.get(next++);
        }

        @Override
        public Bytes peekNextKey() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return entries.get(next).key;
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
