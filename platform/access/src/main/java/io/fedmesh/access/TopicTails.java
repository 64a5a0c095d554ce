package io.fedmesh.access;

import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What stands on a product's topic behind a table. Whoever holds it may read the topic: the policy is the caller's duty. */
public interface TopicTails {
    /**
     * Hands on every committed record from these offsets up to where the topic ends at this moment, each partition in its
     * order.
     *
     * @param from by partition; one that is not named is read from its beginning
     * @throws QueryRefusedException when the end cannot be reached in time: a transaction is open before it
     */
    void read(String topic, Map<Integer, Long> from, Consumer<ConsumerRecord<byte[], byte[]>> records);
}
