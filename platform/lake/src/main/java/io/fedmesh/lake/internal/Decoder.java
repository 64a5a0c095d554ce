package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.BadRecordException.Reason;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.EventHeaders;
import io.fedmesh.wire.KeyText;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.SchemaRegistry;
import io.fedmesh.wire.Version;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A raw record to a {@link Change}. A derived event's headers are not asked: its version is its offset, and what Kafka
 * Streams hands on of its inputs' headers says nothing about it. Used by one thread.
 */
final class Decoder {
    private final Contract contract;
    private final EventCodec codec;
    private final boolean derived;

    Decoder(Contract contract, SchemaRegistry registry) {
        this.contract = contract;
        this.codec = new EventCodec(contract, registry);
        this.derived = contract.origin() instanceof Contract.Derived;
    }

    /**
     * @throws BadRecordException when the record is definitely bad
     * @throws io.fedmesh.wire.RegistryUnavailableException when its schema cannot be asked for
     */
    Change decode(ConsumerRecord<byte[], byte[]> raw) {
        String key = key(raw.key());
        GenericRecord value = raw.value() == null ? null : codec.decode(raw.value(), raw.headers(), contract.schema());
        if (value != null && !KeyText.of(value, contract.keyFields()).equals(key)) {
            throw new BadRecordException(
                    Reason.CONTRACT, "the record's key must be the text of " + contract.keyFields() + " but was not");
        }
        if (derived) {
            return new Change(
                    raw.partition(),
                    raw.offset(),
                    raw.timestamp(),
                    key,
                    value == null ? Op.DELETE : Op.UPDATE,
                    Version.ofOffset(raw.offset()),
                    Instant.ofEpochMilli(raw.timestamp()),
                    null,
                    value);
        }
        EventHeaders headers = EventHeaders.read(raw.headers());
        if (headers.version() == null) {
            throw new BadRecordException(Reason.CONTRACT, "a state event must have the header mesh_version");
        }
        if ((headers.op() == Op.DELETE) != (value == null)) {
            throw new BadRecordException(
                    Reason.CONTRACT,
                    "'mesh_op' must be d exactly when the value is null but was "
                            + headers.op().code());
        }
        return new Change(
                raw.partition(),
                raw.offset(),
                raw.timestamp(),
                key,
                headers.op(),
                headers.version(),
                headers.time(),
                headers.transaction(),
                value);
    }

    private static String key(byte @Nullable [] key) {
        if (key == null) {
            throw new BadRecordException(Reason.NULL_KEY, "a record must have a key");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadRecordException(Reason.CONTRACT, "a key must be UTF-8", e);
        }
    }
}
