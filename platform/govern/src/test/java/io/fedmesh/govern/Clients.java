package io.fedmesh.govern;

import static io.fedmesh.govern.ProvisionedBroker.READ_BACK;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Clients of principals that try things; what is refused them throws. */
final class Clients {
    private final ProvisionedBroker broker;

    Clients(ProvisionedBroker broker) {
        this.broker = broker;
    }

    /** Those of the topics to which the principal's record went. */
    List<String> written(String principal, List<String> topics) throws Exception {
        Map<String, Object> properties = bounded(principal);
        properties.remove("default.api.timeout.ms");
        properties.put("max.block.ms", 15_000);
        List<String> written = new ArrayList<>();
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (String topic : topics) {
                try {
                    producer.send(new ProducerRecord<>(topic, new byte[] {1}, new byte[] {2}))
                            .get();
                    written.add(topic);
                } catch (ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(AuthorizationException.class);
                }
            }
        }
        return written;
    }

    /** Those of the topics of which the principal got the record. */
    List<String> readable(String principal, List<String> topics) {
        Map<String, Object> properties = bounded(principal);
        properties.put("isolation.level", "read_committed");
        Set<String> asked = new TreeSet<>(topics);
        Set<String> read = new TreeSet<>();
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            long deadline = System.nanoTime() + READ_BACK.toNanos();
            while (!read.containsAll(asked) && System.nanoTime() < deadline) {
                try {
                    List<TopicPartition> partitions = asked.stream()
                            .map(topic -> new TopicPartition(topic, 0))
                            .toList();
                    if (!consumer.assignment().equals(Set.copyOf(partitions))) {
                        consumer.assign(partitions);
                        consumer.seekToBeginning(partitions);
                    }
                    consumer.poll(Duration.ofMillis(500)).forEach(record -> read.add(record.topic()));
                } catch (TopicAuthorizationException e) {
                    assertThat(e.unauthorizedTopics())
                            .as("said of a topic that was refused")
                            .isNotEmpty();
                    asked.removeAll(e.unauthorizedTopics());
                }
            }
        }
        assertThat(read).as("every topic that is not refused gives its record").containsAll(asked);
        return new ArrayList<>(read);
    }

    /** A transaction of which a record is refused ends with its producer, which would wait half a minute for nothing. */
    void transaction(String principal, String id, String... topics) throws Exception {
        Map<String, Object> properties = bounded(principal);
        properties.put("transactional.id", id);
        properties.remove("default.api.timeout.ms");
        properties.put("max.block.ms", 15_000);
        Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        try {
            producer.initTransactions();
            producer.beginTransaction();
            List<Future<?>> sent = new ArrayList<>();
            for (String topic : topics) {
                sent.add(producer.send(new ProducerRecord<>(topic, new byte[] {1}, new byte[] {2})));
            }
            for (Future<?> future : sent) {
                future.get();
            }
            producer.commitTransaction();
        } finally {
            producer.close(Duration.ZERO);
        }
    }

    void send(String principal, String topic) throws Exception {
        Map<String, Object> properties = bounded(principal);
        properties.remove("default.api.timeout.ms");
        properties.put("max.block.ms", 15_000);
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, new byte[] {1}, new byte[] {2}))
                    .get();
        }
    }

    void read(String principal, @Nullable String group, String topic) {
        Map<String, Object> properties = bounded(principal);
        if (group != null) {
            properties.put("group.id", group);
        }
        properties.put("enable.auto.commit", false);
        properties.put("isolation.level", "read_committed");
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            consumer.poll(Duration.ofSeconds(1));
            if (group != null) {
                consumer.commitSync();
            }
        }
    }

    void endOffset(String principal, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(bounded(principal), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.endOffsets(List.of(partition));
        }
    }

    void create(String principal, String topic) throws Exception {
        try (Admin client = Admin.create(broker.connection(principal).properties("test"))) {
            client.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.of((short) 1))))
                    .all()
                    .get();
        }
    }

    Map<String, Object> bounded(String principal) {
        Map<String, Object> properties = broker.connection(principal).properties("test");
        properties.put("default.api.timeout.ms", 15_000);
        return properties;
    }
}
