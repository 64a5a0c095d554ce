package io.fedmesh.testkit;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.TopicName;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.EventHeaders;
import io.fedmesh.wire.KeyText;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.SchemaRegistry;
import io.fedmesh.wire.Version;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * State events as capture would publish them, each a second and a version after the one before, all beginning at
 * {@link #BEGIN}. Not thread-safe.
 */
public final class SampleEvents {
    /** The time before the first event. */
    public static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final SchemaRegistry registry;
    private final Map<TopicName, EventCodec> codecs = new HashMap<>();
    private long changes;

    public SampleEvents(SchemaRegistry registry) {
        this.registry = registry;
    }

    /** The product's codec. */
    public EventCodec codec(Contract contract) {
        return codecs.computeIfAbsent(contract.topic(), name -> new EventCodec(contract, registry));
    }

    /** An entity's state, under the key that its contract says. */
    public ProducerRecord<byte[], byte[]> put(Contract contract, IndexedRecord state) {
        return event(
                contract,
                KeyText.of(state, contract.keyFields()),
                codec(contract).encode(state),
                Op.UPDATE);
    }

    /** The entity is gone. */
    public ProducerRecord<byte[], byte[]> delete(Contract contract, IndexedRecord state) {
        return event(contract, KeyText.of(state, contract.keyFields()), null, Op.DELETE);
    }

    /** Any bytes, with the headers of an event of the key. */
    public ProducerRecord<byte[], byte[]> raw(Contract contract, String key, byte[] value) {
        return event(contract, key, value, Op.UPDATE);
    }

    private ProducerRecord<byte[], byte[]> event(Contract contract, String key, byte @Nullable [] value, Op op) {
        long change = ++changes;
        Instant time = BEGIN.plusSeconds(change).plusNanos(123_456_000);
        Headers headers = new RecordHeaders();
        headers.add("traceparent", TRACE.getBytes(StandardCharsets.UTF_8));
        new EventHeaders(
                        EventHeaders.source(contract.name().domain(), "sample"),
                        EventHeaders.type(contract),
                        time,
                        key,
                        contract.classification(),
                        op,
                        new Version(change, change, 0),
                        change)
                .writeTo(headers);
        return new ProducerRecord<>(
                contract.topic().toString(),
                null,
                time.toEpochMilli(),
                key.getBytes(StandardCharsets.UTF_8),
                value,
                headers);
    }
}
