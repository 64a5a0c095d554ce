package io.fedmesh.cdc.internal;

import io.fedmesh.cdc.CaptureRefusedException;
import io.fedmesh.contract.Source;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.KafkaConnection;
import io.fedmesh.wire.RegistryUnavailableException;
import io.fedmesh.wire.SchemaRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What must hold at the brokers and the registry before anything is captured: topics and schemas are there. */
final class BrokerChecks {
    private final Source source;
    private final List<Product> products;
    private final KafkaConnection kafka;
    private final SchemaRegistry registry;
    private final Duration patience;

    BrokerChecks(
            Source source, List<Product> products, KafkaConnection kafka, SchemaRegistry registry, Duration patience) {
        this.source = source;
        this.products = products;
        this.kafka = kafka;
        this.registry = registry;
        this.patience = patience;
    }

    /**
     * @throws OutageException when the brokers or the registry cannot be asked
     */
    void demand() {
        List<String> topics = new ArrayList<>();
        topics.add(source.positionTopic().toString());
        for (Product product : products) {
            topics.add(product.topic());
            topics.add(product.contract().topic().rejected().toString());
        }
        try (TopicTail tail = new TopicTail(kafka, source.domain() + ".cdc." + source.name() + ".check", patience)) {
            List<String> missing =
                    topics.stream().filter(t -> isMissing(tail, t)).toList();
            if (!missing.isEmpty()) {
                throw new CaptureRefusedException(where() + "the topics " + missing
                        + " must exist but do not: apply the contracts, which makes them, and start again");
            }
        } catch (RuntimeException e) {
            throw KafkaFailures.of(source.domain() + "." + source.name(), "to look at its topics", e);
        }
        for (Product product : products) {
            String subject = product.contract().topic().subject();
            try {
                registry.id(subject, product.contract().schema());
            } catch (BadRecordException e) {
                throw new CaptureRefusedException(
                        where() + "the contract's schema must be registered under " + subject
                                + " but is not: apply the contracts, which registers it, and start again",
                        e);
            } catch (RegistryUnavailableException e) {
                throw new OutageException(where() + "the registry is away: " + e.getMessage(), e);
            }
        }
    }

    private static boolean isMissing(TopicTail tail, String topic) {
        try {
            return tail.partitions(topic).isEmpty();
        } catch (UnknownTopicOrPartitionException | InvalidTopicException e) {
            return true;
        }
    }

    private String where() {
        return "[" + source.domain() + "." + source.name() + "] ";
    }
}
