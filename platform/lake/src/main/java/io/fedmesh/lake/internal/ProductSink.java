package io.fedmesh.lake.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.lake.AuditStatus;
import io.fedmesh.lake.SinkStatus;
import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.lake.Watermark;
import io.fedmesh.wire.BadRecordException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One product's way from its topic to its tables in one process, on one thread. The consumer group says which partitions it
 * reads; it reads them from where the tables are, never from where the group is. It waits out outages and stops, alone and
 * with one message, for everything else.
 */
final class ProductSink implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ProductSink.class);
    private static final Duration MAX_POLL = Duration.ofMillis(100);
    private static final Duration MAX_LEAVE = Duration.ofSeconds(10);
    private static final long MIN_PAUSE_MS = 100;
    private static final long MAX_PAUSE_MS = 15_000;

    private final Contract contract;
    private final Supplier<SinkCore> newCore;
    private final Supplier<Consumer<byte[], byte[]>> newConsumer;
    private final Supplier<Decoder> newDecoder;
    private final Rejects rejects;
    private final Semaphore commits;
    private final Runnable committed;
    private final Clock clock;
    private final RandomGenerator random;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Freshness freshness = new Freshness();

    private volatile SinkStatus.State state = SinkStatus.State.STARTING;
    private volatile @Nullable String message;
    private volatile Counts counts = Counts.NONE;
    private volatile Map<Integer, Long> offsets = Map.of();
    private volatile Map<Integer, Watermark> watermarks = Map.of();
    private volatile Set<Integer> partitions = Set.of();
    private volatile @Nullable Instant lastCommit;
    private volatile long lag = -1;
    private long pauseMs = MIN_PAUSE_MS;
    private @Nullable SinkCore core;
    private @Nullable Ahead<SinkCore> opening;

    /**
     * @param newCore makes the product's tables, or moves them to the contract, and gives a core on them
     * @param newConsumer a consumer of the product's group, {@code auto.offset.reset=none}
     * @param commits limits how many products write and commit at once
     * @param committed runs after each commit; never waits
     * @param random jitter of pauses
     */
    ProductSink(
            Contract contract,
            Supplier<SinkCore> newCore,
            Supplier<Consumer<byte[], byte[]>> newConsumer,
            Supplier<Decoder> newDecoder,
            Rejects rejects,
            Semaphore commits,
            Runnable committed,
            Clock clock,
            RandomGenerator random) {
        this.contract = contract;
        this.newCore = newCore;
        this.newConsumer = newConsumer;
        this.newDecoder = newDecoder;
        this.rejects = rejects;
        this.commits = commits;
        this.committed = committed;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public void run() {
        try {
            while (!stopping()) {
                try {
                    session();
                } catch (RuntimeException e) {
                    if (!Failures.isOutage(e)) {
                        throw e;
                    }
                    hold(e);
                    await();
                }
            }
            state = SinkStatus.State.CLOSED;
        } catch (FencedException | TableRefusedException e) {
            stopped(e, null);
        } catch (FencedInstanceIdException e) {
            stopped(
                    new FencedException(
                            "[" + contract.name() + "] a sink's folder must be used by one process alone but"
                                    + " another joined with the id that is kept there"),
                    null);
        } catch (RuntimeException | Error e) {
            stopped(e, e);
        } finally {
            close();
        }
    }

    /** Joining the group takes about as long as opening the tables, and neither needs the other. */
    private void openAhead() {
        if (core == null && opening == null) {
            opening = Ahead.of("sink-open-" + contract.name(), newCore);
        }
    }

    private SinkCore core() {
        SinkCore open = core;
        if (open == null) {
            openAhead();
            Ahead<SinkCore> awaited = Objects.requireNonNull(opening);
            opening = null; // whatever comes of it: another attempt begins anew
            open = awaited.get();
            core = open;
        }
        return open;
    }

    private void close() {
        if (opening != null) {
            try {
                core();
            } catch (RuntimeException e) {
                LOG.debug("a sink that ends could not be opened", e);
            }
        }
        if (core != null) {
            core.close();
        }
    }

    ProductName product() {
        return contract.name();
    }

    /** Asks the thread to commit what it has and end. */
    void stop() {
        stop.countDown();
    }

    /** @param audit null for a product that is not audited */
    SinkStatus status(@Nullable AuditStatus audit) {
        Counts now = counts;
        return new SinkStatus(
                contract.name(),
                state,
                message,
                now.captured(),
                now.applied(),
                now.superseded(),
                now.rejected(),
                now.filtered(),
                offsets,
                watermarks,
                partitions,
                lag,
                lastCommit,
                freshness.percentile(50),
                freshness.percentile(99),
                audit);
    }

    /** One membership of the consumer group: it outlives outages of everything but the brokers. */
    private void session() {
        openAhead();
        Decoder decoder = newDecoder.get();
        Consumer<byte[], byte[]> consumer = newConsumer.get();
        boolean isLeaving = false;
        try {
            Assignment assignment = new Assignment(consumer, () -> flush(core(), consumer));
            demandTopic(consumer);
            consumer.subscribe(List.of(contract.topic().toString()), assignment);
            while (!stopping()) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(MAX_POLL);
                try {
                    if (assignment.isMoved()) {
                        begin(core(), consumer);
                        assignment.begun();
                    } else {
                        turn(core(), consumer, decoder, records);
                    }
                } catch (RuntimeException e) {
                    if (!Failures.isOutage(e)) {
                        assignment.drop();
                        isLeaving = true;
                        throw e;
                    }
                    hold(e);
                    assignment.await(pauseMs / 2 + random.nextLong(pauseMs / 2 + 1), stop);
                }
            }
            isLeaving = true;
            if (assignment.isValid()) {
                flush(core(), consumer);
            }
        } finally {
            leave(consumer, isLeaving);
        }
    }

    /** Takes over what the group gives to this process; what is in hand of before is void. */
    private void begin(SinkCore core, Consumer<byte[], byte[]> consumer) {
        Set<TopicPartition> owned = consumer.assignment();
        Map<Integer, Long> from =
                core.open(owned.stream().map(TopicPartition::partition).collect(Collectors.toUnmodifiableSet()));
        seek(consumer, owned, from);
        consumer.resume(owned);
        saw(core);
        state = SinkStatus.State.RUNNING;
        message = null;
    }

    private void turn(
            SinkCore core,
            Consumer<byte[], byte[]> consumer,
            Decoder decoder,
            ConsumerRecords<byte[], byte[]> records) {
        for (ConsumerRecord<byte[], byte[]> raw : records) {
            take(core, decoder, raw);
        }
        for (TopicPartition partition : consumer.assignment()) {
            core.advance(partition.partition(), consumer.position(partition));
        }
        if (records.isEmpty() ? core.dueWhenIdle() : core.due()) {
            flush(core, consumer);
        } else if (core.isBehind()) {
            core.keepUp();
            saw(core);
            pauseMs = MIN_PAUSE_MS;
        }
    }

    private void take(SinkCore core, Decoder decoder, ConsumerRecord<byte[], byte[]> raw) {
        if (core.holds(raw.partition(), raw.offset())) {
            return;
        }
        long size = Math.max(0, raw.serializedKeySize()) + Math.max(0, raw.serializedValueSize());
        Change change;
        try {
            change = decoder.decode(raw);
        } catch (BadRecordException e) {
            if (core.reject(raw.partition(), raw.offset(), raw.timestamp(), size)) {
                rejects.send(raw, e);
            }
            LOG.atWarn()
                    .addKeyValue("product", contract.name())
                    .addKeyValue("topic", raw.topic())
                    .addKeyValue("partition", raw.partition())
                    .addKeyValue("offset", raw.offset())
                    .addKeyValue("reason", e.reason())
                    .log("a record was refused");
            return;
        }
        core.add(change, size);
    }

    private void flush(SinkCore core, Consumer<byte[], byte[]> consumer) {
        rejects.settle();
        commits.acquireUninterruptibly();
        long[] visible;
        try {
            visible = core.flush();
        } finally {
            commits.release();
        }
        if (visible.length == 0) {
            return;
        }
        committed.run();
        long now = clock.millis();
        for (long timestampMs : visible) {
            freshness.add(Math.max(0, now - timestampMs));
        }
        saw(core);
        lastCommit = Instant.ofEpochMilli(now);
        pauseMs = MIN_PAUSE_MS;
        advise(consumer);
    }

    private void saw(SinkCore core) {
        counts = core.counts();
        offsets = core.offsets();
        watermarks = core.watermarks();
        partitions = core.partitions();
    }

    /** The group's offsets are for lag tools only: nothing reads them back, and a failure is nothing. */
    private void advise(Consumer<byte[], byte[]> consumer) {
        Map<TopicPartition, OffsetAndMetadata> advice = new HashMap<>();
        long behind = 0;
        for (TopicPartition partition : consumer.assignment()) {
            Long next = offsets.get(partition.partition());
            if (next != null) {
                advice.put(partition, new OffsetAndMetadata(next));
            }
            behind += consumer.currentLag(partition).orElse(0);
        }
        lag = behind;
        consumer.commitAsync(advice, (committed, failure) -> {
            if (failure != null) {
                LOG.atDebug()
                        .addKeyValue("product", contract.name())
                        .log(
                                "the group's offsets were not committed: {}",
                                failure.getClass().getSimpleName());
            }
        });
    }

    private void demandTopic(Consumer<byte[], byte[]> consumer) {
        String topic = contract.topic().toString();
        List<PartitionInfo> partitions = consumer.partitionsFor(topic);
        if (partitions == null || partitions.isEmpty()) {
            throw new org.apache.kafka.common.errors.UnknownTopicOrPartitionException(
                    "[" + topic + "] the topic must exist but does not yet");
        }
    }

    private static void seek(
            Consumer<byte[], byte[]> consumer, Set<TopicPartition> partitions, Map<Integer, Long> from) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        for (TopicPartition partition : partitions) {
            Long offset = from.get(partition.partition());
            if (offset == null) {
                consumer.seekToBeginning(List.of(partition));
            } else if (offset > ends.getOrDefault(partition, Long.MAX_VALUE)) {
                throw new TableRefusedException("[" + partition + "] the topic must reach the table's offset " + offset
                        + " but ends at " + ends.get(partition) + ": it was made anew or lost records");
            } else {
                consumer.seek(partition, offset);
            }
        }
    }

    /** A process that ends for good gives its partitions up; one that comes back finds them again for a while. */
    private void leave(Consumer<byte[], byte[]> consumer, boolean isLeaving) {
        try {
            consumer.close(CloseOptions.timeout(MAX_LEAVE)
                    .withGroupMembershipOperation(
                            isLeaving
                                    ? CloseOptions.GroupMembershipOperation.LEAVE_GROUP
                                    : CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("product", contract.name())
                    .log("a consumer could not be closed: {}", Failures.tell(e));
        }
    }

    private boolean stopping() {
        return stop.getCount() == 0;
    }

    private void hold(RuntimeException e) {
        state = SinkStatus.State.HOLDING;
        message = Failures.tell(e);
        pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
        LOG.atWarn()
                .addKeyValue("product", contract.name())
                .addKeyValue("pauseMs", pauseMs)
                .log("the sink holds its position and tries again: {}", message);
        LOG.debug("the outage in full", e);
    }

    private void await() {
        try {
            stop.await(pauseMs / 2 + random.nextLong(pauseMs / 2 + 1), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            stop.countDown();
        }
    }

    private void stopped(Throwable e, @Nullable Throwable trace) {
        state = SinkStatus.State.STOPPED;
        message = Failures.tell(e);
        LOG.atError()
                .addKeyValue("product", contract.name())
                .setCause(trace)
                .log("the sink of this product stopped: {}", message);
    }
}
