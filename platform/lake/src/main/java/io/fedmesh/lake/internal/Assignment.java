package io.fedmesh.lake.internal;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the consumer group gives to this process and takes from it. What it gives is paused until the sink has looked at
 * the tables; before it takes something, what is in hand is committed. Used by the consumer's thread.
 */
final class Assignment implements ConsumerRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(Assignment.class);
    private static final Duration STEP = Duration.ofMillis(100);

    private final Consumer<byte[], byte[]> consumer;
    private final Runnable flush;
    /** What the sink has in hand is of the partitions that it began with, and may be committed. */
    private boolean isValid;
    /** The sink must begin again with the partitions that it has now. */
    private boolean isMoved;

    private @Nullable RuntimeException failure;

    Assignment(Consumer<byte[], byte[]> consumer, Runnable flush) {
        this.consumer = consumer;
        this.flush = flush;
    }

    /** Whether the sink must begin again with the partitions that it has now, without what it has in hand. */
    boolean isMoved() {
        RuntimeException bug = failure;
        if (bug != null) {
            failure = null;
            throw bug;
        }
        return isMoved;
    }

    /** Whether what the sink has in hand may be committed. */
    boolean isValid() {
        return isValid;
    }

    /** The sink has begun with the partitions that it has now. */
    void begun() {
        isMoved = false;
        isValid = true;
    }

    /** What the sink has in hand must not be committed. */
    void drop() {
        isValid = false;
    }

    /** Waits in the group, reading nothing, until the time is over or the stop is asked for; the sink begins again then. */
    void await(long millis, CountDownLatch stop) {
        isMoved = true;
        isValid = false;
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (stop.getCount() > 0 && System.nanoTime() < deadline) {
            consumer.pause(consumer.assignment());
            consumer.poll(STEP);
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty() && isValid) {
            return;
        }
        // A position that nobody reads from: without one the consumer would ask the group for it.
        partitions.forEach(partition -> consumer.seek(partition, 0));
        consumer.pause(partitions);
        commitInHand(partitions);
        isMoved = true;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) {
            commitInHand(partitions);
            isMoved = true;
        }
    }

    /** Others may have moved them on: what is in hand is void. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        isValid = false;
        isMoved = true;
    }

    /** Whoever gets the partitions reads from where the tables are: what cannot be committed now is read again. */
    private void commitInHand(Collection<TopicPartition> partitions) {
        if (!isValid) {
            return;
        }
        isValid = false;
        try {
            flush.run();
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("partitions", partitions)
                    .log("what was in hand could not be committed: {}", Failures.tell(e));
            if (!Failures.isOutage(e)) {
                failure = e;
            }
        }
    }
}
