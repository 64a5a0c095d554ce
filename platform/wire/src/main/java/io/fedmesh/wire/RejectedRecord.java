package io.fedmesh.wire;

import io.fedmesh.contract.TopicName;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A refused record on its {@code rejected} topic: key, value and headers as they came, and beside them
 * {@code mesh_rejected_reason, _message, _topic, _partition, _offset, _timestamp, _by, _contract}. Its own timestamp is
 * the time of the refusal, so that the topic's retention begins there.
 */
public final class RejectedRecord {
    /** What every header that tells of a refusal begins with. */
    public static final String HEADER_PREFIX = "mesh_rejected_";

    private static final int MAX_MESSAGE_CHARS = 1_000;

    private RejectedRecord() {}

    /**
     * The record to produce.
     *
     * @param rejected where it goes, usually {@link TopicName#rejected()}
     * @param raw what was refused
     * @param cause why
     * @param by who refused it: a component, for example {@code sink}
     * @param contractVersion the contract's version at that time
     */
    public static ProducerRecord<byte[], byte[]> of(
            TopicName rejected,
            ConsumerRecord<byte[], byte[]> raw,
            BadRecordException cause,
            String by,
            String contractVersion) {
        return of(
                rejected,
                raw.key(),
                raw.value(),
                raw.headers(),
                new Origin(raw.topic(), raw.partition(), raw.offset(), raw.timestamp()),
                cause,
                by,
                contractVersion);
    }

    /**
     * Where a refused record stood.
     *
     * @param timestamp its timestamp in milliseconds since the epoch, negative when it had none
     */
    public record Origin(String topic, int partition, long offset, long timestamp) {}

    /** As the other, for a caller that holds the parts of the record. */
    public static ProducerRecord<byte[], byte[]> of(
            TopicName rejected,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers original,
            Origin origin,
            BadRecordException cause,
            String by,
            String contractVersion) {
        Headers headers = new RecordHeaders();
        for (Header header : original) {
            if (!header.key().startsWith(HEADER_PREFIX)) {
                headers.add(header);
            }
        }
        String message = String.valueOf(cause.getMessage());
        add(headers, "reason", cause.reason().name());
        add(headers, "message", message.substring(0, Math.min(message.length(), MAX_MESSAGE_CHARS)));
        add(headers, "topic", origin.topic());
        add(headers, "partition", Integer.toString(origin.partition()));
        add(headers, "offset", Long.toString(origin.offset()));
        add(headers, "timestamp", Long.toString(origin.timestamp()));
        add(headers, "by", by);
        add(headers, "contract", contractVersion);
        return new ProducerRecord<>(rejected.toString(), null, null, key, value, headers);
    }

    private static void add(Headers headers, String name, String text) {
        headers.add(HEADER_PREFIX + name, text.getBytes(StandardCharsets.UTF_8));
    }
}
