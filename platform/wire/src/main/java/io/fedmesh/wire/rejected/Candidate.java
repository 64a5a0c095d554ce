package io.fedmesh.wire.rejected;

import io.fedmesh.wire.Version;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A refused record that its topic's readers would take today.
 *
 * @param to where it goes
 * @param place its offset on that partition when it was refused; -1 when it was never there
 * @param version empty for a derived event, whose order is that of places
 */
record Candidate(Refusal refusal, TopicPartition to, long place, Optional<Version> version) {
    /** Tells whence a record was put back: {@code <topic>:<partition>:<offset>} of its first place. */
    private static final String REPLAYED = "mesh_replayed";

    /** One entity on one partition. */
    record Entity(TopicPartition on, ByteBuffer key) {}

    Entity entity() {
        return new Entity(to, ByteBuffer.wrap(Objects.requireNonNull(refusal.key())));
    }

    /** The record as it was, with its own time, so that freshness tells how late it is. */
    ProducerRecord<byte[], byte[]> record() {
        RecordHeaders headers = refusal.original();
        headers.remove(REPLAYED);
        headers.add(REPLAYED, (to.topic() + ":" + to.partition() + ":" + place).getBytes(StandardCharsets.UTF_8));
        long timestamp = refusal.origin().timestamp();
        return new ProducerRecord<>(
                to.topic(), to.partition(), timestamp < 0 ? null : timestamp, refusal.key(), refusal.value(), headers);
    }

    /** The place of a record in the order of its partition's events: where it was first, if it was put back. */
    static long placeOf(ConsumerRecord<byte[], byte[]> record) {
        Header header = record.headers().lastHeader(REPLAYED);
        if (header == null || header.value() == null) {
            return record.offset();
        }
        String text = new String(header.value(), StandardCharsets.UTF_8);
        String here = record.topic() + ":" + record.partition() + ":";
        try {
            // A topology hands its inputs' headers on: only what names this very partition counts.
            return text.startsWith(here) ? Long.parseLong(text.substring(here.length())) : record.offset();
        } catch (NumberFormatException e) {
            return record.offset();
        }
    }
}
