package io.fedmesh.govern.internal.audit;

import io.fedmesh.govern.internal.audit.LoggedRecord.Link;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * A record on the topic: no key, the event as value (CloudEvents' structured mode), and four headers in this order, of
 * which three are the link. Anything that is more or less than that is no link.
 */
final class RecordFormat {
    private static final String CONTENT_TYPE = "content-type";
    private static final String SEQUENCE = "audit-sequence";
    private static final String PREVIOUS = "audit-previous";
    private static final String HASH = "audit-hash";
    private static final List<String> NAMES = List.of(CONTENT_TYPE, SEQUENCE, PREVIOUS, HASH);
    private static final byte[] JSON = EventJson.CONTENT_TYPE.getBytes(StandardCharsets.US_ASCII);

    private RecordFormat() {}

    static ProducerRecord<byte[], byte[]> write(String topic, int partition, Link link, byte[] value) {
        List<Header> headers = List.of(
                new RecordHeader(CONTENT_TYPE, JSON),
                new RecordHeader(
                        SEQUENCE,
                        ByteBuffer.allocate(Long.BYTES).putLong(link.sequence()).array()),
                new RecordHeader(PREVIOUS, link.previous().bytes()),
                new RecordHeader(HASH, link.hash().bytes()));
        return new ProducerRecord<>(topic, partition, null, null, value, headers);
    }

    static LoggedRecord read(ConsumerRecord<byte[], byte @Nullable []> record) {
        byte[] value = record.value();
        Link link =
                record.key() == null && value != null ? link(record.headers().toArray()) : null;
        return new LoggedRecord(record.offset(), record.timestamp(), link, value == null ? new byte[0] : value);
    }

    private static @Nullable Link link(Header[] headers) {
        if (!Arrays.stream(headers).map(Header::key).toList().equals(NAMES)
                || Arrays.stream(headers).anyMatch(h -> h.value() == null)
                || !Arrays.equals(headers[0].value(), JSON)
                || headers[1].value().length != Long.BYTES
                || headers[2].value().length != Hash.BYTES
                || headers[3].value().length != Hash.BYTES) {
            return null;
        }
        long sequence = ByteBuffer.wrap(headers[1].value()).getLong();
        if (sequence < 0 || sequence == Long.MAX_VALUE) {
            return null;
        }
        return new Link(sequence, Hash.ofBytes(headers[2].value()), Hash.ofBytes(headers[3].value()));
    }
}
