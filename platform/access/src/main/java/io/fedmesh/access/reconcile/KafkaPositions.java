package io.fedmesh.access.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.access.TopicLag;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.Source;
import io.fedmesh.wire.KafkaConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Positions as the brokers tell them. Thread-safe; calls wait for each other. */
public final class KafkaPositions implements Positions, TopicLag, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ANSWER_TIME = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);
    /** A commit of capture is one record and one marker; a few aborted ones may lie between. */
    private static final long TAIL = 50;

    private final Admin admin;
    private final Consumer<byte[], byte[]> reader;
    private final Consumer<byte[], byte[]> peeking;

    /**
     * @param describe of a principal who may describe topics and groups and read positions
     * @param peek of a principal who may read products' topics: it looks only whether a record is there, and only where
     *     the table stands still before the topic's end
     */
    public KafkaPositions(KafkaConnection describe, KafkaConnection peek) {
        this.admin = Admin.create(describe.properties("reconcile-admin"));
        this.reader = consumer(describe, "reconcile-positions");
        this.peeking = consumer(peek, "reconcile-peek");
    }

    private static Consumer<byte[], byte[]> consumer(KafkaConnection connection, String clientId) {
        Map<String, Object> properties = connection.properties(clientId);
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "earliest");
        properties.put("allow.auto.create.topics", false);
        properties.put("max.poll.records", 100);
        properties.put("fetch.max.bytes", 1 << 20);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public synchronized Optional<SourcePosition> position(Source source) {
        TopicPartition partition = new TopicPartition(source.positionTopic().toString(), 0);
        reader.assign(List.of(partition));
        long end = reader.endOffsets(List.of(partition), ANSWER_TIME).getOrDefault(partition, 0L);
        long begin = reader.beginningOffsets(List.of(partition), ANSWER_TIME).getOrDefault(partition, 0L);
        byte[] last = last(source, partition, Math.max(begin, end - TAIL), end);
        if (last == null && begin < end - TAIL) {
            last = last(source, partition, begin, end);
        }
        return last == null ? Optional.empty() : Optional.of(position(source, last));
    }

    private byte @Nullable [] last(Source source, TopicPartition partition, long from, long end) {
        byte[] key = source.name().getBytes(StandardCharsets.UTF_8);
        byte[] last = null;
        reader.seek(partition, from);
        long giveUp = System.nanoTime() + ANSWER_TIME.toNanos();
        while (reader.position(partition, ANSWER_TIME) < end) {
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                if (java.util.Arrays.equals(record.key(), key)) {
                    last = record.value();
                }
            }
            if (System.nanoTime() - giveUp > 0) {
                throw new ReconcileException("[" + partition.topic() + "] must be readable to its end within "
                        + ANSWER_TIME.toMillis() + " ms but was not");
            }
        }
        return last;
    }

    private static SourcePosition position(Source source, byte[] json) {
        try {
            JsonNode node = JSON.readTree(json);
            JsonNode commitLsn = node.path("commitLsn");
            JsonNode complete = node.path("snapshotComplete");
            if (!commitLsn.isIntegralNumber() || !complete.isBoolean()) {
                throw new ReconcileException("[" + source.positionTopic()
                        + "] a position must have 'commitLsn' and 'snapshotComplete' but has not");
            }
            return new SourcePosition(complete.booleanValue(), commitLsn.longValue());
        } catch (IOException e) {
            throw new ReconcileException("[" + source.positionTopic() + "] a position must be JSON but is not", e);
        }
    }

    @Override
    public Map<Integer, Long> end(String topic) {
        Set<TopicPartition> partitions = answer(
                        admin.describeTopics(List.of(topic)).topicNameValues().get(topic),
                        description -> description.partitions().stream()
                                .map(p -> new TopicPartition(topic, p.partition()))
                                .collect(Collectors.toSet()))
                .orElse(Set.of());
        if (partitions.isEmpty()) {
            return Map.of();
        }
        return answer(
                        admin.listOffsets(
                                        partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())),
                                        new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                                .all(),
                        KafkaPositions::offsets)
                .orElse(Map.of());
    }

    private static Map<Integer, Long> offsets(Map<TopicPartition, ListOffsetsResultInfo> infos) {
        return infos.entrySet().stream()
                .collect(Collectors.toMap(
                        e -> e.getKey().partition(), e -> e.getValue().offset()));
    }

    @Override
    public Map<Integer, Long> committed(String group, String topic) {
        Map<TopicPartition, OffsetAndMetadata> all = answer(
                        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(), offsets -> offsets)
                .orElse(Map.of());
        Map<Integer, Long> committed = new HashMap<>();
        all.forEach((partition, offset) -> {
            if (partition.topic().equals(topic) && offset != null) {
                committed.put(partition.partition(), offset.offset());
            }
        });
        return committed;
    }

    @Override
    public Set<String> internalTopics(String applicationId) {
        String prefix = Names.internalPrefix(applicationId);
        return answer(admin.listTopics().names(), Function.<Collection<String>>identity()).orElse(Set.of()).stream()
                .filter(name -> name.startsWith(prefix) && !name.endsWith("-changelog"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public synchronized boolean holdsRecords(String topic, int number, long from, long to) {
        TopicPartition partition = new TopicPartition(topic, number);
        try {
            peeking.assign(List.of(partition));
            peeking.seek(partition, from);
            long giveUp = System.nanoTime() + ANSWER_TIME.toNanos();
            while (peeking.position(partition, ANSWER_TIME) < to) {
                for (ConsumerRecord<byte[], byte[]> record : peeking.poll(POLL)) {
                    return record.offset() < to;
                }
                if (System.nanoTime() - giveUp > 0) {
                    return true;
                }
            }
            return false;
        } catch (TopicAuthorizationException e) {
            // Not ours to look at: then it counts as data.
            return true;
        }
    }

    @Override
    public synchronized Optional<Instant> oldestBehind(String topic, Map<Integer, Long> from, Map<Integer, Long> end) {
        Optional<Instant> oldest = Optional.empty();
        for (Map.Entry<Integer, Long> partition : end.entrySet()) {
            Optional<Instant> first = firstBehind(
                    new TopicPartition(topic, partition.getKey()),
                    from.getOrDefault(partition.getKey(), 0L),
                    partition.getValue());
            if (first.isPresent() && (oldest.isEmpty() || first.get().isBefore(oldest.get()))) {
                oldest = first;
            }
        }
        return oldest;
    }

    private Optional<Instant> firstBehind(TopicPartition partition, long from, long to) {
        if (from >= to) {
            return Optional.empty();
        }
        peeking.assign(List.of(partition));
        peeking.seek(partition, from);
        long giveUp = System.nanoTime() + ANSWER_TIME.toNanos();
        while (peeking.position(partition, ANSWER_TIME) < to) {
            for (ConsumerRecord<byte[], byte[]> record : peeking.poll(POLL)) {
                return record.offset() < to ? Optional.of(Instant.ofEpochMilli(record.timestamp())) : Optional.empty();
            }
            if (System.nanoTime() - giveUp > 0) {
                throw new ReconcileException("[" + partition + "] must be readable at offset " + from + " within "
                        + ANSWER_TIME.toMillis() + " ms but was not");
            }
        }
        return Optional.empty();
    }

    private static <T, R> Optional<R> answer(@Nullable KafkaFuture<T> future, Function<? super T, R> read) {
        if (future == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(read.apply(future.get(ANSWER_TIME.toMillis(), TimeUnit.MILLISECONDS)));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof GroupIdNotFoundException) {
                return Optional.empty();
            }
            throw new ReconcileException(
                    "[brokers] must tell positions but refused: "
                            + (e.getCause() == null ? e : e.getCause()).getMessage(),
                    e);
        } catch (TimeoutException e) {
            throw new ReconcileException(
                    "[brokers] must answer within " + ANSWER_TIME.toMillis() + " ms but did not", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReconcileException("the comparison was interrupted", e);
        }
    }

    @Override
    public void close() {
        reader.close();
        peeking.close();
        admin.close();
    }
}
