package io.fedmesh.stream.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.jspecify.annotations.Nullable;

/**
 * Drops an update that leaves a key as it was published last. It remembers the keys that changed last, a bounded number of
 * them, and no store: a key that it has forgotten is published once more, which is state and harmless. Each start forgets
 * everything, because what was published last may belong to a transaction that was undone. For one thread.
 */
public final class UnchangedFilter<V> implements FixedKeyProcessor<String, V, V> {
    static final int MAX_KEYS = 20_000;

    private final Map<String, @Nullable V> published = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, @Nullable V> eldest) {
            return size() > MAX_KEYS;
        }
    };
    private @Nullable FixedKeyProcessorContext<String, V> context;

    @Override
    public void init(FixedKeyProcessorContext<String, V> made) {
        context = made;
        published.clear();
    }

    @Override
    public void process(FixedKeyRecord<String, V> record) {
        String key = record.key();
        V value = record.value();
        if (published.containsKey(key) && Objects.equals(published.get(key), value)) {
            return;
        }
        published.put(key, value);
        Objects.requireNonNull(context).forward(record);
    }
}
