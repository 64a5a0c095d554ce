package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.SinkStatus;
import io.fedmesh.lake.SinkStatus.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a product's thread does with what its looks at quiet tables find; each task runs within one poll of its own. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProductSinkTest {
    private static final long LOOK_MS = 30_000;

    private final Contract contract = Samples.contract("well");
    private final String topic = contract.topic().toString();
    private final TopicPartition partition = new TopicPartition(topic, 0);
    private final AtomicInteger ids = new AtomicInteger();
    private final StepClock clock = new StepClock();
    private final FakeTable history = new FakeTable("uuid-history");
    private final FakeTable latest = new FakeTable("uuid-latest");
    private final MockConsumer<byte[], byte[]> consumer = consumer();
    private final List<State> states = new ArrayList<>();
    private final ProductSink sink = new ProductSink(
            contract,
            this::core,
            () -> consumer,
            () -> new Decoder(contract, new FakeRegistry()),
            new Rejects(new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()), contract),
            new Semaphore(1),
            () -> {},
            clock,
            new Random(1));

    @Test
    void aTableDroppedWhileItsProductIsQuietStopsTheProductByTheNextLook() {
        consumer.schedulePollTask(history::drop);
        consumer.schedulePollTask(() -> clock.now += LOOK_MS - 1);
        consumer.schedulePollTask(() -> states.add(status().state()));
        consumer.schedulePollTask(() -> clock.now++);
        consumer.schedulePollTask(sink::stop); // too late
        sink.run();

        assertThat(states).containsExactly(State.RUNNING);
        assertThat(status().state()).isEqualTo(State.STOPPED);
        assertThat(status().message()).isEqualTo("TableRefusedException: [fake] the table must exist but does not");
    }

    @Test
    void anOutageOfTheCatalogInALookHoldsAndIsOverByItself() {
        consumer.schedulePollTask(() -> {
            latest.outage();
            clock.now += LOOK_MS;
        });
        consumer.schedulePollTask(this::watch);
        sink.run();

        assertThat(states).containsExactly(State.HOLDING, State.RUNNING);
        assertThat(status().state()).isEqualTo(State.CLOSED);
    }

    @Test
    void aPartitionThatAnotherSinkMovedOnWhileThisOneWasQuietIsReadFromThere() {
        consumer.schedulePollTask(() -> {
            try (SinkCore other = core()) {
                other.open(java.util.Set.of(0));
                other.add(Samples.upsert(0, 0, 1, 1, "a"), 1);
                other.flush();
            }
            clock.now += LOOK_MS;
        });
        List<Long> positions = new ArrayList<>();
        consumer.schedulePollTask(() -> positions.add(consumer.position(partition)));
        consumer.schedulePollTask(this::watch);
        sink.run();

        assertThat(states).containsExactly(State.HOLDING, State.RUNNING);
        assertThat(positions).containsExactly(0L);
        assertThat(status().offsets()).isEqualTo(Map.of(0, 1L));
    }

    /** Asks for the stop when the sink runs again. */
    private void watch() {
        State now = status().state();
        if (states.isEmpty() || states.get(states.size() - 1) != now) {
            states.add(now);
        }
        if (now == State.RUNNING) {
            sink.stop();
        } else {
            consumer.schedulePollTask(this::watch);
        }
    }

    private SinkStatus status() {
        return sink.status(null);
    }

    private SinkCore core() {
        return new SinkCore(
                "p",
                history.historyPort(),
                latest.port(history),
                number -> new FakeTable.Index(),
                new SinkCore.Limits(Duration.ofSeconds(1), 100, 1_000),
                clock,
                () -> "commit-" + ids.incrementAndGet());
    }

    /** Its first poll finds the group at work, its second one joins it. */
    private MockConsumer<byte[], byte[]> consumer() {
        clock.now = 1_750_000_000_000L;
        MockConsumer<byte[], byte[]> made = new MockConsumer<>("none");
        made.updatePartitions(topic, List.of(new PartitionInfo(topic, 0, null, null, null)));
        made.updateBeginningOffsets(Map.of(partition, 0L));
        made.updateEndOffsets(Map.of(partition, 10L));
        made.scheduleNopPollTask();
        made.schedulePollTask(() -> made.rebalance(List.of(partition)));
        return made;
    }
}
