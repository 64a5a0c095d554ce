package io.fedmesh.access.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fedmesh.access.KafkaFeed;
import io.fedmesh.access.TopicFeed;
import io.fedmesh.contract.Source;
import io.fedmesh.testkit.Broker;
import io.fedmesh.wire.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaPositionsIT {
    private static final Source SOURCE = new Source(
            "yard", "db", "main", "yard.heartbeat", Source.Truncate.TOMBSTONES, Path.of("sources", "db.yaml"));
    private static final String TOPIC = "yard.public.crate.state.v1";
    private static final String FED = "yard.public.load.state.v1";

    @TempDir
    static Path home;

    private static Broker broker;
    private static Admin admin;
    private static Producer<byte[], byte[]> producer;
    private static KafkaPositions positions;

    @BeforeAll
    static void start() throws Exception {
        broker = Broker.start(home);
        KafkaConnection connection = broker.operator();
        admin = Admin.create(connection.properties("test"));
        admin.createTopics(List.of(
                        topic(TOPIC, 2),
                        topic(FED, 2),
                        topic(SOURCE.positionTopic().toString(), 1),
                        topic("harbour.loading-a-repartition", 1),
                        topic("harbour.loading-b-changelog", 1),
                        topic("harbour.loadings-a-repartition", 1)))
                .all()
                .get();
        Map<String, Object> properties = connection.properties("test");
        properties.put("transactional.id", "test");
        producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        positions = new KafkaPositions(connection, connection);
    }

    @AfterAll
    static void stop() {
        if (positions != null) {
            positions.close();
        }
        if (producer != null) {
            producer.close();
        }
        if (admin != null) {
            admin.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void thePositionOfASourceIsTheLastThatWasCommitted() {
        assertThat(positions.position(SOURCE)).isEmpty();
        for (int i = 1; i <= 40; i++) {
            commit(position(i * 100L));
        }
        commit(position(-1));
        assertThat(positions.position(SOURCE)).contains(new SourcePosition(true, -1));
        for (int i = 1; i <= 40; i++) {
            abort(position(i));
        }

        assertThat(positions.position(SOURCE)).contains(new SourcePosition(true, -1));
    }

    @Test
    void anAbortedTailHoldsNoRecordsThoughTheTopicsEndIsAfterIt() {
        commit(record(0));
        abort(record(0));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(positions.end(TOPIC)).isEqualTo(Map.of(0, 4L, 1, 0L)));

        assertThat(positions.holdsRecords(TOPIC, 0, 1, 4)).isFalse();
        assertThat(positions.holdsRecords(TOPIC, 0, 0, 4)).isTrue();
        commit(record(0));
        assertThat(positions.holdsRecords(TOPIC, 0, 1, 4)).isFalse();
        assertThat(positions.holdsRecords(TOPIC, 0, 1, 6)).isTrue();
    }

    @Test
    void whatAGroupHasCommittedIsToldByTopic() throws Exception {
        admin.alterConsumerGroupOffsets(
                        "harbour.loading",
                        Map.of(
                                new TopicPartition(TOPIC, 0), new OffsetAndMetadata(3),
                                new TopicPartition("harbour.loading-a-repartition", 0), new OffsetAndMetadata(9)))
                .all()
                .get();

        assertThat(positions.committed("harbour.loading", TOPIC)).isEqualTo(Map.of(0, 3L));
        assertThat(positions.committed("harbour.nobody", TOPIC)).isEmpty();
    }

    @Test
    void theInternalTopicsOfAnApplicationAreThoseItReadsItself() {
        assertThat(positions.internalTopics("harbour.loading")).containsExactly("harbour.loading-a-repartition");
    }

    @Test
    void aFeedHandsOnWhatIsCommittedAloneAndIsThroughBehindWhatWasAborted() {
        commit(fed("a"));
        abort(fed("b"));
        commit(fed("c"));
        abort(fed("d"));

        assertThat(keys(new TopicFeed.Start.Earliest())).containsExactly("a", "c");
        assertThat(keys(new TopicFeed.Start.From(1))).containsExactly("c");
        assertThat(keys(new TopicFeed.Start.At(Instant.EPOCH))).containsExactly("a", "c");
        assertThat(keys(new TopicFeed.Start.At(Instant.now().plus(Duration.ofHours(1)))))
                .isEmpty();
    }

    private static List<String> keys(TopicFeed.Start start) {
        List<String> keys = new ArrayList<>();
        try (TopicFeed feed = KafkaFeed.over(broker.operator()).open(FED, start)) {
            await().pollInSameThread().atMost(Duration.ofSeconds(20)).until(() -> {
                feed.poll(Duration.ofMillis(100))
                        .forEach(record -> keys.add(new String(record.key(), StandardCharsets.UTF_8)));
                return feed.isThrough();
            });
        }
        return keys;
    }

    private static ProducerRecord<byte[], byte[]> fed(String key) {
        return new ProducerRecord<>(FED, 0, key.getBytes(StandardCharsets.UTF_8), new byte[] {2});
    }

    @Test
    void aTopicThatIsNotThereHasNoEnd() {
        assertThat(positions.end("yard.public.nothing.state.v1")).isEmpty();
    }

    private static NewTopic topic(String name, int partitions) {
        return new NewTopic(name, Optional.of(partitions), Optional.of((short) 1));
    }

    private static ProducerRecord<byte[], byte[]> record(int partition) {
        return new ProducerRecord<>(TOPIC, partition, new byte[] {1}, new byte[] {2});
    }

    private static ProducerRecord<byte[], byte[]> position(long commitLsn) {
        String json = "{\"format\":1,\"commitLsn\":" + commitLsn + ",\"snapshotComplete\":true}";
        return new ProducerRecord<>(
                SOURCE.positionTopic().toString(),
                0,
                "db".getBytes(StandardCharsets.UTF_8),
                json.getBytes(StandardCharsets.UTF_8));
    }

    private static void commit(ProducerRecord<byte[], byte[]> record) {
        send(record);
        producer.commitTransaction();
    }

    private static void abort(ProducerRecord<byte[], byte[]> record) {
        send(record);
        producer.abortTransaction();
    }

    private static void send(ProducerRecord<byte[], byte[]> record) {
        producer.beginTransaction();
        Future<?> sent = producer.send(record);
        producer.flush();
        assertThat(sent).isDone();
    }
}
