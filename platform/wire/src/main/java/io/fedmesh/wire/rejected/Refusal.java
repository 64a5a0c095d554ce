package io.fedmesh.wire.rejected;

import io.fedmesh.wire.RejectedRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** A refused record as it lies on a rejected topic. What a header does not tell is {@link #UNKNOWN}, or -1. */
record Refusal(
        long offset,
        Instant refusedAt,
        String reason,
        String message,
        String by,
        String contractVersion,
        RejectedRecord.Origin origin,
        byte @Nullable [] key,
        byte @Nullable [] value,
        Headers headers) {
    static final String UNKNOWN = "UNKNOWN";

    /** @param raw a record that is no {@link Settlement} */
    static Refusal of(ConsumerRecord<byte[], byte[]> raw) {
        return new Refusal(
                raw.offset(),
                Instant.ofEpochMilli(raw.timestamp()),
                text(raw.headers(), "reason"),
                text(raw.headers(), "message"),
                text(raw.headers(), "by"),
                text(raw.headers(), "contract"),
                new RejectedRecord.Origin(
                        text(raw.headers(), "topic"),
                        (int) number(raw.headers(), "partition"),
                        number(raw.headers(), "offset"),
                        number(raw.headers(), "timestamp")),
                raw.key(),
                raw.value(),
                raw.headers());
    }

    /** The headers that the record came with. */
    RecordHeaders original() {
        RecordHeaders original = new RecordHeaders();
        for (Header header : headers) {
            if (!header.key().startsWith(RejectedRecord.HEADER_PREFIX)) {
                original.add(header);
            }
        }
        return original;
    }

    long bytes() {
        return (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
    }

    private static String text(Headers headers, String name) {
        Header header = headers.lastHeader(RejectedRecord.HEADER_PREFIX + name);
        return header == null || header.value() == null ? UNKNOWN : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static long number(Headers headers, String name) {
        try {
            return Long.parseLong(text(headers, name));
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
