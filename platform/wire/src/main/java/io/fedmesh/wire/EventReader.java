package io.fedmesh.wire;

import io.fedmesh.contract.Contract;
import io.fedmesh.wire.BadRecordException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one product's topic and refuses what the sink refuses: for those who look at single records. One
 * instance a thread.
 */
public final class EventReader {
    /**
     * An event that is good.
     *
     * @param key the record's key
     * @param version null on a derived event, whose version is its offset
     * @param value the entity, null when it is gone
     */
    public record Event(
            String key, @Nullable Version version, @Nullable GenericRecord value) {}

    private final Contract contract;
    private final EventCodec codec;

    public EventReader(Contract contract, SchemaRegistry registry) {
        this.contract = contract;
        this.codec = new EventCodec(contract, registry);
    }

    /**
     * The event of a record.
     *
     * @throws BadRecordException when it is definitely bad
     * @throws RegistryUnavailableException when its schema cannot be asked for
     */
    public Event read(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        String text = text(key);
        GenericRecord entity = value == null ? null : codec.decode(value, headers, contract.schema());
        if (entity != null && !KeyText.of(entity, contract.keyFields()).equals(text)) {
            throw new BadRecordException(
                    Reason.CONTRACT, "the record's key must be the text of " + contract.keyFields() + " but was not");
        }
        if (contract.origin() instanceof Contract.Derived) {
            return new Event(text, null, entity);
        }
        EventHeaders event = EventHeaders.read(headers);
        if (event.version() == null) {
            throw new BadRecordException(Reason.CONTRACT, "a state event must have the header mesh_version");
        }
        if ((event.op() == Op.DELETE) != (entity == null)) {
            throw new BadRecordException(
                    Reason.CONTRACT,
                    "'mesh_op' must be d exactly when the value is null but was "
                            + event.op().code());
        }
        return new Event(text, event.version(), entity);
    }

    private static String text(byte @Nullable [] key) {
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
