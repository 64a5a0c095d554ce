package io.fedmesh.wire.rejected;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What became of a refused record: a record without key and value on the same rejected topic, after the one that it
 * settles, so that the topic's retention never takes it first.
 *
 * @param offset of the refused record
 * @param by who settled it
 * @param why in the words of the one who did
 */
record Settlement(long offset, Outcome outcome, String by, String why, Instant at) {
    /** What may become of a refused record. */
    enum Outcome {
        /** It is on its topic again. */
        REPLAYED,
        /** A newer state of its key stands on the topic, or the same one: putting it back would bring an old state up. */
        FILTERED,
        /** Nobody wants it any more. */
        DISCARDED
    }

    private static final String PREFIX = "mesh_settled_";
    private static final int MAX_TEXT_CHARS = 500;

    ProducerRecord<byte[], byte[]> record(String rejectedTopic) {
        Headers headers = new RecordHeaders();
        add(headers, "offset", Long.toString(offset));
        add(headers, "outcome", outcome.name());
        add(headers, "by", by);
        add(headers, "why", why.substring(0, Math.min(why.length(), MAX_TEXT_CHARS)));
        add(headers, "at", at.toString());
        return new ProducerRecord<>(rejectedTopic, 0, null, null, null, headers);
    }

    /** The settlement that a record of a rejected topic is, or null when it is a refused record. */
    static @Nullable Settlement of(ConsumerRecord<byte[], byte[]> record) {
        String offset = text(record.headers(), "offset");
        if (offset == null || record.key() != null || record.value() != null) {
            return null;
        }
        try {
            return new Settlement(
                    Long.parseLong(offset),
                    Outcome.valueOf(String.valueOf(text(record.headers(), "outcome"))),
                    String.valueOf(text(record.headers(), "by")),
                    String.valueOf(text(record.headers(), "why")),
                    Instant.parse(String.valueOf(text(record.headers(), "at"))));
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            throw new IllegalStateException(
                    "[" + record.topic() + ":" + record.offset()
                            + "] a settlement must have offset, outcome and time but" + " has not",
                    e);
        }
    }

    private static void add(Headers headers, String name, String text) {
        headers.add(PREFIX + name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(PREFIX + name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
