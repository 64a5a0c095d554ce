package io.fedmesh.access;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What stands on a topic and what comes, committed records alone, each partition in its order. Whoever holds it may read the
 * topic: the policy is the caller's duty. One thread; close it.
 */
public interface TopicFeed extends AutoCloseable {
    /** The next records; empty when none came in that time. */
    List<ConsumerRecord<byte[], byte[]>> poll(Duration atMost);

    /** Whether all was handed on that stood on the topic when it was opened. */
    boolean isThrough();

    @Override
    void close();

    /** Where a reading begins. */
    sealed interface Start {
        /** From here on times have more digits than a reader expects. */
        Instant END_OF_TIMES = Instant.parse("9999-12-31T23:59:59.999999999Z");

        /** With the first record that the topic still holds. */
        record Earliest() implements Start {}

        /**
         * In each partition, with the first record that came at this time or later.
         *
         * @param time of the years 1970 to 9999
         */
        record At(Instant time) implements Start {
            public At {
                if (time.isBefore(Instant.EPOCH) || !time.isBefore(END_OF_TIMES)) {
                    throw new IllegalArgumentException("'time' must be of the years 1970 to 9999 but was " + time);
                }
            }
        }

        /**
         * In each partition, with this record.
         *
         * @param offset 0 or more
         */
        record From(long offset) implements Start {
            public From {
                if (offset < 0) {
                    throw new IllegalArgumentException("'offset' must be 0 or more but was " + offset);
                }
            }
        }
    }

    /** Opens feeds. Thread-safe. */
    interface Opener {
        /** @throws QueryRefusedException when there is no such topic */
        TopicFeed open(String topic, Start start);
    }
}
