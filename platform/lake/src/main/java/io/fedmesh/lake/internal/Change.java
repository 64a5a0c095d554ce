package io.fedmesh.lake.internal;

import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.time.Instant;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * One record of a product's topic, decoded and found good.
 *
 * @param partition of the topic
 * @param offset in the partition
 * @param timestampMs the record's timestamp: when the source committed the change
 * @param key text of the record's key
 * @param op what happened
 * @param version place of the change in its source's order
 * @param committedAt when the source committed it, to the microsecond at best
 * @param transaction the source's transaction number, null when it has none
 * @param value the entity after the change, null when it is gone
 */
public record Change(
        int partition,
        long offset,
        long timestampMs,
        String key,
        Op op,
        Version version,
        Instant committedAt,
        @Nullable Long transaction,
        @Nullable GenericRecord value) {}
