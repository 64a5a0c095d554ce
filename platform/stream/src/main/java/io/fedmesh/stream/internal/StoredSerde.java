package io.fedmesh.stream.internal;

import io.fedmesh.wire.StoredCodec;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Generated records in stores, changelogs and repartition topics. Thread-safe: a codec a thread. */
public final class StoredSerde {
    private StoredSerde() {}

    public static <V extends SpecificRecord> Serde<V> of(Class<V> type) {
        ThreadLocal<StoredCodec<V>> codec = ThreadLocal.withInitial(() -> new StoredCodec<>(type));
        return Serdes.serdeFrom(new Writer<>(codec), new Reader<>(codec));
    }

    private record Writer<V extends SpecificRecord>(ThreadLocal<StoredCodec<V>> codec) implements Serializer<V> {
        @Override
        @SuppressWarnings("NullAway") // Kafka's null
        public byte[] serialize(String topic, @Nullable V value) {
            return value == null ? null : codec.get().write(value);
        }
    }

    private record Reader<V extends SpecificRecord>(ThreadLocal<StoredCodec<V>> codec) implements Deserializer<V> {
        @Override
        @SuppressWarnings("NullAway") // Kafka's null
        public V deserialize(String topic, byte @Nullable [] data) {
            return data == null ? null : codec.get().read(data);
        }
    }
}
