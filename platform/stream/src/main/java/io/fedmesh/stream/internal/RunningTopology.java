package io.fedmesh.stream.internal;

import io.fedmesh.stream.TopologyHealth;
import io.fedmesh.stream.TopologyHealth.State;
import io.fedmesh.stream.TopologyPlan;
import io.fedmesh.wire.RegistryUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One topology in one Kafka Streams application. Thread-safe. */
public final class RunningTopology {
    private static final Logger LOG = LoggerFactory.getLogger(RunningTopology.class);

    /** An outage is reported for so long after it was last met: longer than one round of attempts takes. */
    private static final Duration HELD_FOR = Duration.ofSeconds(45);

    private record Trouble(String text, Instant metAt) {}

    private final TopologyPlan plan;
    private final Clock clock;
    private final KafkaStreams streams;
    private volatile @Nullable Trouble outage;
    private volatile @Nullable Trouble failure;

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
        Trouble failed = failure;
        Trouble held = outage;
        KafkaStreams.State state = streams.state();
        if (failed != null || state == KafkaStreams.State.ERROR || state == KafkaStreams.State.PENDING_ERROR) {
            return health(State.FAILED, failed == null ? "the application has failed" : failed.text);
        }
        if (state == KafkaStreams.State.NOT_RUNNING || state == KafkaStreams.State.PENDING_SHUTDOWN) {
            return health(State.STOPPED, null);
        }
        if (held != null && clock.instant().isBefore(held.metAt.plus(HELD_FOR))) {
            return health(State.HELD, held.text);
        }
        return health(state == KafkaStreams.State.RUNNING ? State.RUNNING : State.STARTING, null);
    }

    public boolean close(Duration timeout) {
        return streams.close(CloseOptions.timeout(timeout)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }

    private TopologyHealth health(State state, @Nullable String problem) {
        return new TopologyHealth(plan.applicationId(), state, problem);
    }

    /** The thread's transaction is aborted in either case; a new thread begins at the last committed position. */
    private StreamThreadExceptionResponse uncaught(Throwable error) {
        Throwable cause = Rejections.cause(error, RegistryUnavailableException.class);
        if (cause == null) {
            cause = Rejections.cause(error, RetriableException.class);
        }
        if (cause != null) {
            outage = new Trouble(text(cause), clock.instant());
            LOG.atWarn()
                    .addKeyValue("product", plan.product().name())
                    .addKeyValue("problem", text(cause))
                    .log("Topology held by an outage");
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        Throwable root = root(error);
        failure = new Trouble(text(root), clock.instant());
        LOG.atError()
                .addKeyValue("product", plan.product().name())
                .addKeyValue("problem", text(root))
                .log("Topology stopped");
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private static Throwable root(Throwable error) {
        Throwable root = error;
        for (int i = 0; i < 16 && root.getCause() != null; i++) {
            root = root.getCause();
        }
        return root;
    }

    /** Kafka's messages and ours, which begin with [where], hold no record's value; of others only the class is told. */
    private static String text(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        boolean isSafe = cause instanceof KafkaException
                || cause.getClass().getName().startsWith("io.fedmesh.")
                || message.startsWith("[");
        return cause.getClass().getSimpleName() + (isSafe ? ": " + message : "");
    }
}
