package io.fedmesh.stream.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashStoreTest {
    private static final int OPERATIONS = 5_000;

    private final KeyValueStore<Bytes, byte[]> store = new HashStore("store");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void itAnswersWhatKafkasOwnStoreDoes(long seed) {
        Random random = new Random(seed);
        KeyValueStore<Bytes, byte[]> oracle =
                Stores.inMemoryKeyValueStore("oracle").get();
        // A store that was never read by range, and from somewhere on one that was.
        int ranged = random.nextInt(OPERATIONS);
        for (int i = 0; i < OPERATIONS; i++) {
            Bytes key = key(random);
            byte[] value = new byte[] {(byte) random.nextInt()};
            switch (random.nextInt(i < ranged ? 5 : 10)) {
                case 0, 1 -> {
                    store.put(key, value);
                    oracle.put(key, value);
                }
                case 2 -> assertThat(store.delete(key)).isEqualTo(oracle.delete(key));
                case 3 -> assertThat(store.putIfAbsent(key, value)).isEqualTo(oracle.putIfAbsent(key, value));
                case 4 -> {
                    List<KeyValue<Bytes, byte[]>> both =
                            List.of(new KeyValue<>(key, value), new KeyValue<>(key(random), null));
                    store.putAll(both);
                    oracle.putAll(both);
                }
                case 5 -> {
                    Bytes from = random.nextInt(5) == 0 ? null : key;
                    Bytes to = random.nextInt(5) == 0 ? null : key(random);
                    assertThat(drained(store.range(from, to))).isEqualTo(drained(oracle.range(from, to)));
                }
                case 6 -> {
                    Bytes to = key(random);
                    assertThat(drained(store.reverseRange(key, to))).isEqualTo(drained(oracle.reverseRange(key, to)));
                }
                case 7 -> assertThat(drained(store.all())).isEqualTo(drained(oracle.all()));
                case 8 -> assertThat(drained(store.reverseAll())).isEqualTo(drained(oracle.reverseAll()));
                default -> {
                    byte prefix = key.get()[0];
                    KeyValueIterator<Bytes, byte[]> found =
                            store.prefixScan(new byte[] {prefix}, new ByteArraySerializer());
                    assertThat(drained(found)).isEqualTo(prefixed(oracle.all(), prefix));
                }
            }
            Bytes other = key(random);
            assertThat(store.get(other)).isEqualTo(oracle.get(other));
            assertThat(store.approximateNumEntries()).isEqualTo(oracle.approximateNumEntries());
        }
    }

    @Test
    void anIteratorShowsWhatWasThereWhenItWasMade() {
        store.put(Bytes.wrap(new byte[] {1}), new byte[] {1});
        store.put(Bytes.wrap(new byte[] {-1}), new byte[] {2});
        KeyValueIterator<Bytes, byte[]> all = store.all();
        store.delete(Bytes.wrap(new byte[] {-1}));
        store.put(Bytes.wrap(new byte[] {2}), new byte[] {3});

        assertThat(all.peekNextKey()).isEqualTo(Bytes.wrap(new byte[] {1}));
        assertThat(drained(all)).hasSize(2);
        assertThatThrownBy(all::next).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(all::peekNextKey).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void aClosedStoreHoldsNothing() {
        store.put(Bytes.wrap(new byte[] {1}), new byte[] {1});
        assertThat(drained(store.all())).hasSize(1);

        store.close();

        assertThat(store.isOpen()).isFalse();
        assertThat(drained(store.all())).isEmpty();
    }

    /** One to three bytes of few values, negative ones too. */
    private static Bytes key(Random random) {
        byte[] key = new byte[1 + random.nextInt(3)];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (random.nextInt(5) - 2);
        }
        return Bytes.wrap(key);
    }

    /** Kafka's own store cannot look for a prefix of the largest byte. */
    private static List<String> prefixed(KeyValueIterator<Bytes, byte[]> all, byte prefix) {
        List<String> prefixed = new ArrayList<>();
        try (all) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> entry = all.next();
                if (entry.key.get()[0] == prefix) {
                    prefixed.add(text(entry));
                }
            }
        }
        return prefixed;
    }

    /** Texts: byte arrays are not equal to each other. */
    private static List<String> drained(KeyValueIterator<Bytes, byte[]> entries) {
        List<String> drained = new ArrayList<>();
        try (entries) {
            while (entries.hasNext()) {
                drained.add(text(entries.next()));
            }
        }
        return drained;
    }

    private static String text(KeyValue<Bytes, byte[]> entry) {
        return entry.key + "=" + Bytes.wrap(entry.value);
    }
}
