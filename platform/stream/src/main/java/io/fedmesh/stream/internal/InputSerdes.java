package io.fedmesh.stream.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.BadRecordException.Reason;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.EventHeaders;
import io.fedmesh.wire.KeyText;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.SchemaRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * How a product's events are read, each checked against the contract; what is bad is a {@link BadRecordException}.
 *
 * <p>Kafka Streams uses a source's serdes for the source's table as well, so that these have two faces: on the product's
 * topic they read events; on any other, the store and its changelog, they read and write what {@link StoredSerde} does.
 */
public final class InputSerdes {
    private InputSerdes() {}

    /** Keys: UTF-8 texts. A record without a key, which Kafka Streams would drop in silence, is refused. */
    public static Serde<String> keys(Contract contract) {
        return Serdes.serdeFrom(
                Serdes.String().serializer(), new Keys(contract.topic().toString()));
    }

    /** Values: events of the contract, read into the generated class; null where the entity is gone. */
    public static <V extends SpecificRecord> Serde<V> values(
            Contract contract, SchemaRegistry registry, Class<V> type) {
        Serde<V> stored = StoredSerde.of(type);
        return Serdes.serdeFrom(stored.serializer(), new Values<>(contract, registry, type, stored.deserializer()));
    }

    private record Keys(String input) implements Deserializer<String> {
        @Override
        public String deserialize(String topic, Headers headers, byte @Nullable [] data) {
            String key = deserialize(topic, data);
            Header subject = topic.equals(input) ? headers.lastHeader("ce_subject") : null;
            if (topic.equals(input) && (subject == null || !Arrays.equals(subject.value(), data))) {
                throw new BadRecordException(
                        Reason.CONTRACT, "[" + topic + "] the header ce_subject must be the record's key but is not");
            }
            return key;
        }

        @Override
        public String deserialize(String topic, byte @Nullable [] data) {
            if (data == null) {
                throw new BadRecordException(Reason.NULL_KEY, "[" + topic + "] a record must have a key but has none");
            }
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(data))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new BadRecordException(Reason.CONTRACT, "[" + topic + "] a key must be UTF-8 but is not");
            }
        }
    }

    private static final class Values<V extends SpecificRecord> implements Deserializer<V> {
        private final String input;
        private final Deserializer<V> stored;
        private final Class<V> type;
        private final List<String> keyFields;
        private final ThreadLocal<EventCodec> codec;

        Values(Contract contract, SchemaRegistry registry, Class<V> type, Deserializer<V> stored) {
            this.input = contract.topic().toString();
            this.stored = stored;
            this.type = type;
            this.keyFields = contract.keyFields();
            this.codec = ThreadLocal.withInitial(() -> new EventCodec(contract, registry));
        }

        @Override
        @SuppressWarnings("NullAway") // Kafka's null: a tombstone
        public V deserialize(String topic, Headers headers, byte @Nullable [] data) {
            if (!topic.equals(input)) {
                return deserialize(topic, data);
            }
            EventHeaders event = EventHeaders.read(headers);
            if ((event.op() == Op.DELETE) != (data == null)) {
                throw new BadRecordException(
                        Reason.CONTRACT, "[" + topic + "] a record must have no value exactly when 'mesh_op' is d");
            }
            if (data == null) {
                return null;
            }
            V value = codec.get().decodeAs(data, headers, type);
            if (!KeyText.of(value, keyFields).equals(event.subject())) {
                throw new BadRecordException(
                        Reason.CONTRACT, "[" + topic + "] the key must be the text of " + keyFields + " but is not");
            }
            return value;
        }

        @Override
        @SuppressWarnings("NullAway") // Kafka's null
        public V deserialize(String topic, byte @Nullable [] data) {
            if (topic.equals(input)) {
                throw new IllegalStateException("[" + topic + "] an event must be read with its headers");
            }
            return stored.deserialize(topic, data);
        }
    }
}
