package io.fedmesh.access.internal;

import io.fedmesh.access.ProductEvent;
import io.fedmesh.govern.Lens;
import io.fedmesh.wire.EventReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** A record of a product's topic as a reader is shown it. One thread. */
public final class EventView {
    private static final String SUBJECT = "ce_subject";
    /** Made of the key. */
    private static final String ID = "ce_id";
    /** What tells nothing of the entity; any other header may. */
    private static final Set<String> PLAIN = Set.of(
            "ce_specversion",
            "ce_source",
            "ce_type",
            "ce_time",
            "ce_dataclassification",
            "mesh_op",
            "mesh_version",
            "mesh_txid",
            "traceparent");

    private final EventReader reader;
    private final Lens lens;

    public EventView(EventReader reader, Lens lens) {
        this.reader = reader;
        this.lens = lens;
    }

    /**
     * What is shown of the record; empty when nothing is.
     *
     * @throws io.fedmesh.wire.BadRecordException when it is definitely bad
     * @throws io.fedmesh.wire.RegistryUnavailableException when its schema cannot be asked for
     */
    public Optional<ProductEvent> of(ConsumerRecord<byte[], byte[]> record) {
        EventReader.Event event = reader.read(record.key(), record.value(), record.headers());
        GenericRecord entity = event.value();
        if (entity == null) {
            return lens.showsAbsence() ? Optional.of(event(record, event, null)) : Optional.empty();
        }
        return lens.apply(entity).map(shown -> event(record, event, AvroPlain.record(shown)));
    }

    private ProductEvent event(
            ConsumerRecord<byte[], byte[]> record,
            EventReader.Event event,
            @Nullable Map<String, @Nullable Object> value) {
        String key = lens.key(event.key());
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : record.headers()) {
            boolean isShown = PLAIN.contains(header.key())
                    || (header.key().equals(ID) && event.key().equals(key));
            if (isShown && header.value() != null) {
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
            } else if (header.key().equals(SUBJECT) && key != null) {
                headers.put(SUBJECT, key);
            }
        }
        return new ProductEvent(
                record.partition(), record.offset(), Instant.ofEpochMilli(record.timestamp()), key, headers, value);
    }
}
