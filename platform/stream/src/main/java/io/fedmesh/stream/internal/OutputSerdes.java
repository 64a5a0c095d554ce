package io.fedmesh.stream.internal;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.failpoint.Failpoint;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.EventHeaders;
import io.fedmesh.wire.KeyText;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.SchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * How a derived product's events are written. Kafka Streams hands a record's headers from input to output, so the
 * headers that arrive here are those of the input that caused the event: its time becomes the event's time, its id goes
 * into the event's id, and all of them are replaced.
 *
 * <p>Keys and values come as a pair: a value's serializer is not told the key, so the key's serializer, which is called
 * just before it, leaves the key in a header for it.
 */
public final class OutputSerdes {
    private static final String KEY_HEADER = "mesh_key";
    private static final String CAUSE_ID = "ce_id";

    private OutputSerdes() {}

    /** Keys: UTF-8 texts. */
    public static Serde<String> keys() {
        return Serdes.serdeFrom(new Keys(), readNothing());
    }

    /** Values: events of the contract; null where the entity is gone. */
    public static <V extends SpecificRecord> Serde<V> values(Contract contract, SchemaRegistry registry) {
        return Serdes.serdeFrom(new Values<>(contract, registry), readNothing());
    }

    private static <T> Deserializer<T> readNothing() {
        return (topic, data) -> {
            throw new IllegalStateException("[" + topic + "] an output must only be written");
        };
    }

    private static final class Keys implements Serializer<String> {
        @Override
        public byte[] serialize(String topic, Headers headers, @Nullable String key) {
            byte[] bytes = serialize(topic, key);
            headers.add(KEY_HEADER, bytes);
            return bytes;
        }

        @Override
        public byte[] serialize(String topic, @Nullable String key) {
            if (key == null) {
                throw new IllegalStateException("[" + topic + "] a derived event must have a key but has none");
            }
            return key.getBytes(StandardCharsets.UTF_8);
        }
    }

    private static final class Values<V extends SpecificRecord> implements Serializer<V> {
        private final String type;
        private final String source;
        private final Classification classification;
        private final List<String> keyFields;
        private final ThreadLocal<EventCodec> codec;

        Values(Contract contract, SchemaRegistry registry) {
            if (!(contract.origin() instanceof Contract.Derived derived)) {
                throw new IllegalArgumentException("[" + contract.file() + "] a topology must write a derived product");
            }
            this.type = EventHeaders.type(contract);
            this.source = EventHeaders.source(contract.name().domain(), derived.topology());
            this.classification = contract.classification();
            this.keyFields = contract.keyFields();
            this.codec = ThreadLocal.withInitial(() -> new EventCodec(contract, registry));
        }

        @Override
        @SuppressWarnings("NullAway") // Kafka's null: a tombstone
        public byte[] serialize(String topic, Headers headers, @Nullable V value) {
            Failpoint.STREAM_OUTPUT.hit();
            byte[] bytes = value == null ? null : codec.get().encode(value);
            Header key = headers.lastHeader(KEY_HEADER);
            Header cause = headers.lastHeader(CAUSE_ID);
            if (key == null || cause == null) {
                throw new IllegalStateException("[" + topic
                        + "] a derived event must be written with its key, and with "
                        + "the headers of the input that caused it, but '" + (key == null ? KEY_HEADER : CAUSE_ID)
                        + "' is missing");
            }
            Instant time = EventHeaders.read(headers).time();
            String subject = new String(key.value(), StandardCharsets.UTF_8);
            if (value != null && !KeyText.of(value, keyFields).equals(subject)) {
                throw new IllegalStateException(
                        "[" + topic + "] a derived event's key must be the text of " + keyFields + " but is not");
            }
            Op op = bytes == null ? Op.DELETE : Op.UPDATE;
            new EventHeaders(source, type, time, subject, classification, op, null, null)
                    .writeTo(headers, digest(cause.value(), bytes));
            return bytes;
        }

        @Override
        public byte[] serialize(String topic, V value) {
            throw new IllegalStateException("[" + topic + "] a derived event must be written with headers");
        }

        /** Tells apart what one input caused, and what different inputs caused, for one key: 16 hexadecimal digits. */
        private static String digest(byte[] cause, byte @Nullable [] value) {
            CRC32C causes = new CRC32C();
            causes.update(cause);
            CRC32C values = new CRC32C();
            if (value != null) {
                values.update(value);
            }
            return HexFormat.of().toHexDigits(causes.getValue() << 32 | values.getValue());
        }
    }
}
