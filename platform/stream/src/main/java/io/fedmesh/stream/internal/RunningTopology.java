package io.fedmesh.stream.internal;

import io.fedmesh.stream.TopologyHealth;
import io.fedmesh.stream.TopologyHealth.State;
import io.fedmesh.stream.TopologyPlan;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One topology in one Kafka Streams application. Thread-safe. */
public final class RunningTopology {
    private static final Logger LOG = LoggerFactory.getLogger(RunningTopology.class);

    /** Before the thread is replaced: brokers that refuse at once are not asked more often. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final TopologyPlan plan;
    private final Clock clock;
    private final KafkaStreams streams;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicReference<@Nullable Outage> outage = new AtomicReference<>();
    private volatile @Nullable String failure;

    private RunningTopology(TopologyPlan plan, Clock clock) {
        this.plan = plan;
        this.clock = clock;
        this.streams = new KafkaStreams(plan.topology(), plan.properties());
        streams.setUncaughtExceptionHandler(this::uncaught);
    }

    public static RunningTopology start(TopologyPlan plan, Clock clock) {
        RunningTopology running = new RunningTopology(plan, clock);
        running.streams.start();
        return running;
    }

    public TopologyHealth health() {
        String failed = failure;
        Outage held = outage.get();
        KafkaStreams.State state = streams.state();
        if (failed != null || state == KafkaStreams.State.ERROR || state == KafkaStreams.State.PENDING_ERROR) {
            return health(State.FAILED, failed == null ? "the application has failed" : failed);
        }
        if (state == KafkaStreams.State.NOT_RUNNING || state == KafkaStreams.State.PENDING_SHUTDOWN) {
            return health(State.STOPPED, null);
        }
        if (held != null) {
            if (!held.isOver(clock.instant(), commits())) {
                return health(State.HELD, held.text());
            }
            outage.compareAndSet(held, null);
        }
        return health(state == KafkaStreams.State.RUNNING ? State.RUNNING : State.STARTING, null);
    }

    public boolean close(Duration timeout) {
        closing.countDown();
        return streams.close(CloseOptions.timeout(timeout)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }

    private TopologyHealth health(State state, @Nullable String problem) {
        return new TopologyHealth(plan.applicationId(), state, problem);
    }

    /** The thread's transaction is aborted in either case; a new thread begins at the last committed position. */
    private StreamThreadExceptionResponse uncaught(Throwable error) {
        String held = Outage.reason(error);
        if (held != null) {
            outage.set(new Outage(held, clock.instant(), commits().keySet()));
            LOG.atWarn()
                    .addKeyValue("product", plan.product().name())
                    .addKeyValue("problem", held)
                    .log("Topology held by an outage");
            pause();
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        String failed = Outage.describe(error);
        failure = failed;
        LOG.atError()
                .addKeyValue("product", plan.product().name())
                .addKeyValue("problem", failed)
                .log("Topology stopped");
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private void pause() {
        try {
            var unused = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How often each thread has committed, by its name. */
    private Map<String, Double> commits() {
        Map<String, Double> commits = new HashMap<>();
        streams.metrics().forEach((name, metric) -> {
            if (name.group().equals("stream-thread-metrics")
                    && name.name().equals("commit-total")
                    && metric.metricValue() instanceof Double total) {
                commits.put(String.valueOf(name.tags().get("thread-id")), total);
            }
        });
        return commits;
    }
}
