package io.fedmesh.cdc.internal;

import io.fedmesh.contract.Source;
import io.fedmesh.wire.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/** The live keys of a topic by reading it, one partition after the other: the keys of one partition fit into memory. */
final class KafkaLiveKeys implements LiveKeys {
    private final Source source;
    private final KafkaConnection kafka;
    private final Duration patience;

    KafkaLiveKeys(Source source, KafkaConnection kafka, Duration patience) {
        this.source = source;
        this.kafka = kafka;
        this.patience = patience;
    }

    @Override
    public boolean isEmpty(Product product) {
        try (TopicTail tail = tail()) {
            List<TopicPartition> partitions = tail.partitions(product.topic());
            return tail.begin(partitions).equals(tail.end(partitions));
        } catch (RuntimeException e) {
            throw failure(product, e);
        }
    }

    @Override
    public void forEach(Product product, Consumer<String> key) {
        try (TopicTail tail = tail()) {
            List<TopicPartition> partitions = tail.partitions(product.topic());
            Map<TopicPartition, Long> begin = tail.begin(partitions);
            Map<TopicPartition, Long> end = tail.end(partitions);
            for (TopicPartition partition : partitions) {
                Set<String> alive = new LinkedHashSet<>();
                tail.read(
                        Map.of(partition, begin.getOrDefault(partition, 0L)),
                        Map.of(partition, end.getOrDefault(partition, 0L)),
                        r -> {
                            String text = new String(r.key(), StandardCharsets.UTF_8);
                            if (r.value() == null) {
                                alive.remove(text);
                            } else {
                                alive.add(text);
                            }
                        });
                alive.forEach(key);
            }
        } catch (RuntimeException e) {
            throw failure(product, e);
        }
    }

    private TopicTail tail() {
        return new TopicTail(kafka, source.domain() + ".cdc." + source.name() + ".keys", patience);
    }

    private RuntimeException failure(Product product, RuntimeException e) {
        return KafkaFailures.of(source.domain() + "." + source.name(), "to read " + product.topic(), e);
    }
}
