package io.fedmesh.wire;

import io.fedmesh.contract.TopicName;
import io.fedmesh.wire.BadRecordException.Reason;
import io.fedmesh.wire.internal.AvroBody;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Values of one product's topic as the class that Avro generated of its schema, whichever version of the schema wrote them. A
 * schema that is not registered for the topic is refused, whoever names it. Made by {@link TypedTopic#deserializer}. Not
 * thread-safe, as the consumer that it serves is not.
 *
 * @param <T> the product's class
 */
public final class StateDeserializer<T extends SpecificRecord> implements Deserializer<T> {
    private final TopicName topic;
    private final Class<T> type;
    private final SchemaRegistry registry;
    private final AvroBody body;
    private int lastId;
    private @Nullable Schema lastSchema;

    /** Demands {@link AvroLimits}. */
    StateDeserializer(TopicName topic, Class<T> type, SchemaRegistry registry) {
        AvroLimits.demand();
        this.topic = topic;
        this.type = type;
        this.registry = registry;
        this.body = new AvroBody(SpecificData.getForClass(type).getSchema(type));
    }

    /**
     * The entity; null when it is gone.
     *
     * @throws BadRecordException when the record is definitely bad; Kafka's consumer wraps it and says where the record stands
     * @throws RegistryUnavailableException when the registry cannot be asked: the same record can be read later
     * @throws IllegalStateException when the record is of another topic
     */
    @Override
    @SuppressWarnings("NullAway") // Kafka's null: a tombstone
    public T deserialize(String from, Headers headers, byte @Nullable [] data) {
        if (!from.equals(topic.toString())) {
            throw new IllegalStateException(
                    "[" + from + "] a deserializer of " + topic + " must read that topic alone");
        }
        if (data == null) {
            return null;
        }
        if (data.length > EventCodec.MAX_VALUE_BYTES) {
            throw new BadRecordException(
                    Reason.TOO_LARGE,
                    "[" + topic + "] a value must have at most " + EventCodec.MAX_VALUE_BYTES + " bytes but had "
                            + data.length);
        }
        Framing framing = Framing.read(data, headers);
        try {
            return body.read(data, framing.bodyOffset(), writer(framing), type);
        } catch (AvroBody.MismatchException e) {
            throw new BadRecordException(Reason.UNDECODABLE, "[" + topic + "] " + e.getMessage());
        }
    }

    /** Refuses: where the schema's id stands in the headers, a value cannot be read without them. */
    @Override
    public T deserialize(String from, byte @Nullable [] data) {
        throw new IllegalStateException("[" + from + "] an event must be read with its headers");
    }

    private Schema writer(Framing framing) {
        UUID guid = framing.guid();
        if (guid != null) {
            return registry.schema(topic.subject(), guid);
        }
        Schema known = lastSchema;
        if (known == null || framing.id() != lastId) {
            known = registry.schema(topic.subject(), framing.id());
            lastId = framing.id();
            lastSchema = known;
        }
        return known;
    }
}
