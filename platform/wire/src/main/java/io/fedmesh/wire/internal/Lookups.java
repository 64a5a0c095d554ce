package io.fedmesh.wire.internal;

import io.fedmesh.wire.BadRecordException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache of questions to the registry: least recently used entries go first; threads that miss the same key ask
 * once together. A definite "no" is believed for a while, an outage never. Thread-safe.
 */
public final class Lookups<K, V> {
    private record Entry<V>(@Nullable V value, @Nullable BadRecordException no, Instant askedAt) {}

    private final int maxEntries;
    private final Duration negativeTtl;
    private final Clock clock;
    private final Map<K, Entry<V>> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Entry<V>> eldest) {
            return size() > maxEntries;
        }
    };
    private final ConcurrentHashMap<K, CompletableFuture<V>> asking = new ConcurrentHashMap<>();

    public Lookups(int maxEntries, Duration negativeTtl, Clock clock) {
        this.maxEntries = maxEntries;
        this.negativeTtl = negativeTtl;
        this.clock = clock;
    }

    /** The value of the key, from the cache or by asking. What {@code ask} throws is thrown here. */
    public V find(K key, Supplier<V> ask) {
        Entry<V> known = known(key);
        if (known != null) {
            return answer(known);
        }
        CompletableFuture<V> mine = new CompletableFuture<>();
        CompletableFuture<V> other = asking.putIfAbsent(key, mine);
        if (other != null) {
            return join(other);
        }
        try {
            Entry<V> arrived = known(key); // another thread may have finished since the first look
            V value = arrived == null ? ask.get() : answer(arrived);
            put(key, value);
            mine.complete(value);
            return value;
        } catch (BadRecordException no) {
            store(key, new Entry<>(null, no, clock.instant()));
            mine.completeExceptionally(no);
            throw no;
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            asking.remove(key, mine);
        }
    }

    /** Remembers a value that another question brought. */
    public void put(K key, V value) {
        store(key, new Entry<>(value, null, clock.instant()));
    }

    /** Asks again for what passes. */
    public void forget(Predicate<K> keys) {
        synchronized (entries) {
            entries.keySet().removeIf(keys);
        }
    }

    private @Nullable Entry<V> known(K key) {
        synchronized (entries) {
            Entry<V> entry = entries.get(key);
            if (entry != null && entry.no != null && clock.instant().isAfter(entry.askedAt.plus(negativeTtl))) {
                entries.remove(key);
                return null;
            }
            return entry;
        }
    }

    private void store(K key, Entry<V> entry) {
        synchronized (entries) {
            entries.put(key, entry);
        }
    }

    private static <V> V answer(Entry<V> entry) {
        V value = entry.value;
        if (value != null) {
            return value;
        }
        BadRecordException no = java.util.Objects.requireNonNull(entry.no);
        throw new BadRecordException(no.reason(), String.valueOf(no.getMessage()));
    }

    private static <V> V join(CompletableFuture<V> other) {
        try {
            return other.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw e;
        }
    }
}
