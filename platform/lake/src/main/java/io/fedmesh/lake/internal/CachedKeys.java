package io.fedmesh.lake.internal;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.iceberg.encryption.KeyManagementClient;

/**
 * Remembers unwrapped keys for a short while: Iceberg makes a new encryption manager after every commit, and each would
 * ask the key management service again. Bounded in number and age, so that a disabled key closes its tables in minutes.
 */
final class CachedKeys implements KeyManagementClient {
    private static final long serialVersionUID = 1L;
    private static final int MAX_KEYS = 1_000;

    private record Wrapped(String id, ByteBuffer bytes) {}

    private record Unwrapped(ByteBuffer key, Instant until) {}

    private final transient KeyManagementClient service;
    private final transient Clock clock;
    private final transient Duration age;
    private final transient Map<Wrapped, Unwrapped> keys = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Wrapped, Unwrapped> eldest) {
            return size() > MAX_KEYS;
        }
    };

    CachedKeys(KeyManagementClient service, Clock clock, Duration age) {
        this.service = service;
        this.clock = clock;
        this.age = age;
    }

    @Override
    public void initialize(Map<String, String> properties) {}

    @Override
    public ByteBuffer wrapKey(ByteBuffer key, String wrappingKeyId) {
        return service.wrapKey(key, wrappingKeyId);
    }

    @Override
    public ByteBuffer unwrapKey(ByteBuffer wrappedKey, String wrappingKeyId) {
        Wrapped wrapped = new Wrapped(wrappingKeyId, copy(wrappedKey));
        synchronized (keys) {
            Unwrapped known = keys.get(wrapped);
            if (known != null && clock.instant().isBefore(known.until())) {
                return known.key().duplicate();
            }
            keys.remove(wrapped);
        }
        ByteBuffer key = service.unwrapKey(wrappedKey, wrappingKeyId);
        synchronized (keys) {
            keys.put(wrapped, new Unwrapped(copy(key), clock.instant().plus(age)));
        }
        return key;
    }

    @Override
    public void close() {
        synchronized (keys) {
            keys.clear();
        }
        service.close();
    }

    private static ByteBuffer copy(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }
}
