package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.RejectedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/** The refused records of one product on their way to its rejected topic; {@link #settle} before a commit passes them. */
final class Rejects {
    private static final String BY = "sink";

    private final Producer<byte[], byte[]> producer;
    private final Contract contract;
    private final List<Future<?>> open = new ArrayList<>();

    Rejects(Producer<byte[], byte[]> producer, Contract contract) {
        this.producer = producer;
        this.contract = contract;
    }

    void send(ConsumerRecord<byte[], byte[]> raw, BadRecordException cause) {
        open.add(producer.send(RejectedRecord.of(contract.topic().rejected(), raw, cause, BY, contract.version())));
    }

    /** Returns when every record sent is on the topic; throws when one is not. */
    void settle() {
        if (open.isEmpty()) {
            return;
        }
        producer.flush();
        try {
            for (Future<?> sent : open) {
                sent.get();
            }
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "[" + contract.topic().rejected() + "] a refused record must be kept but was not", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException(
                    "[" + contract.topic().rejected() + "] interrupted before refused records were kept", e);
        } finally {
            open.clear();
        }
    }
}
