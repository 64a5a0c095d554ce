package io.fedmesh.wire.rejected;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads one partition at a time from an offset up to another. One thread. */
interface Scan extends AutoCloseable {
    /** Takes a record; false ends the scan. */
    interface Taker {
        boolean take(ConsumerRecord<byte[], byte[]> record);
    }

    /** Number of partitions; the topic must exist. */
    int partitions(String topic);

    /** The first offset that the partition still has. */
    long begin(TopicPartition partition);

    /** The offset after the last record that this scan may see. */
    long end(TopicPartition partition);

    /**
     * Hands on the records of [from, to) in their order, and waits for those that it may not see yet.
     *
     * @throws IllegalStateException when there is no progress for long
     */
    void read(TopicPartition partition, long from, long to, Taker taker);

    @Override
    void close();
}
