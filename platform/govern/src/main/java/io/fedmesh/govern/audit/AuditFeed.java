package io.fedmesh.govern.audit;

import io.fedmesh.govern.internal.audit.PartitionFeed;
import io.fedmesh.wire.KafkaConnection;
import java.util.List;

/**
 * One partition of the log, read on from a place, for whoever keeps a copy. What it gives is believed in nothing, as {@link
 * AuditTrail#read} gives it. One thread; close it.
 */
public interface AuditFeed extends AutoCloseable {
    /**
     * Records that follow each other.
     *
     * @param first where they begin: the offset that was asked for, or the partition's first one where that is gone already
     * @param next where to read on: behind the last one, and behind all that was no record
     */
    record Part(long first, List<AuditEntry> entries, long next) {
        public Part {
            entries = List.copyOf(entries);
        }
    }

    /** A partition on the brokers, for a principal that may read the topic. */
    static AuditFeed open(KafkaConnection kafka, AuditSettings settings, int partition) {
        return new PartitionFeed(kafka, settings, partition);
    }

    /**
     * What is committed from an offset on, up to the end as it is now.
     *
     * @param from 0 or more
     * @param most so many records at most, 1 or more
     * @throws IllegalStateException when the partition ends before that offset: it was cut off, or made anew
     * @throws org.apache.kafka.common.KafkaException when the brokers do not answer
     */
    Part read(long from, int most);

    @Override
    void close();
}
