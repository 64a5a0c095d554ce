package io.fedmesh.wire;

import io.fedmesh.contract.TopicName;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A refused record on its {@code rejected} topic: key, value and headers as they came, and beside them
 * {@code mesh_rejected_reason, _message, _topic, _partition, _offset, _by, _contract}.
 */
public final class RejectedRecord {
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
        throw new IllegalStateException("is written with the codec " + rejected + raw + cause + by + contractVersion);
    }
}
