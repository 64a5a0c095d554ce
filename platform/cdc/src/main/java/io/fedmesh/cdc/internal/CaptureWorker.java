package io.fedmesh.cdc.internal;

import io.fedmesh.cdc.Capture.Counts;
import io.fedmesh.cdc.Capture.Health;
import io.fedmesh.cdc.Capture.State;
import io.fedmesh.cdc.CaptureConfig;
import io.fedmesh.cdc.CaptureRefusedException;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.Source;
import io.fedmesh.contract.failpoint.Failpoint;
import io.fedmesh.wire.RegistryUnavailableException;
import io.fedmesh.wire.SchemaRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that captures: checks, starts the source, moves its batches to the core, and begins again after an outage. */
public final class CaptureWorker implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(CaptureWorker.class);
    private static final long SLOT_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long GRANT_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long GRACE_MS = 3_000;

    private final CaptureConfig config;
    private final Source source;
    private final SchemaRegistry registry;
    private final List<Product> products;
    private final SourceDatabase database;
    private final SourceChecks sourceChecks;
    private final BrokerChecks brokerChecks;
    private final LiveKeys keys;
    private final Backoff pause;
    private final CaptureCore core;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch settled = new CountDownLatch(1);
    private final Thread thread;
    private @Nullable SourceWatch watch;

    private volatile State running = State.STARTING;
    private volatile @Nullable Throwable trouble;
    private volatile State state = State.STARTING;
    private volatile long storedLsn;
    private boolean isOpen;
    private int attempts;

    public CaptureWorker(CaptureConfig config, SchemaRegistry registry, RandomGenerator random) {
        this(
                config,
                registry,
                random,
                new KafkaEventLog(
                        config.source(), config.kafka(), config.bounds().patience()));
    }

    CaptureWorker(CaptureConfig config, SchemaRegistry registry, RandomGenerator random, EventLog log) {
        this.config = config;
        this.source = config.source();
        this.registry = registry;
        this.products = Product.of(source, config.contracts());
        this.database = new SourceDatabase(config);
        this.sourceChecks = new SourceChecks(source, products, database);
        Duration patience = config.bounds().patience();
        this.brokerChecks = new BrokerChecks(source, products, config.kafka(), registry, patience);
        this.keys = new KafkaLiveKeys(source, config.kafka(), patience);
        this.pause = new Backoff(config.bounds(), random, stop, this::hold);
        String writer = Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
        this.core = new CaptureCore(
                source, products, log, keys, pause, config.bounds().batchRows(), writer);
        this.thread = new Thread(this::run, "cdc-" + source.slot());
    }

    /** As {@link io.fedmesh.cdc.Capture#start()}. */
    public void start() {
        thread.start();
        try {
            settled.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (state == State.FAILED && trouble instanceof CaptureRefusedException refused) {
            throw refused;
        }
    }

    /** As {@link io.fedmesh.cdc.Capture#health()}. */
    public Health health() {
        Map<ProductName, Counts> counts = new TreeMap<>();
        for (Product product : products) {
            counts.put(
                    product.contract().name(),
                    new Counts(product.events.sum(), product.rejected.sum(), product.duplicates.sum()));
        }
        long lsn = storedLsn;
        SourceWatch beats = watch;
        long ahead = beats == null ? 0 : Math.max(0, beats.flushLsn() - lsn);
        long micros = core.lastEventMicros();
        Instant last = micros == 0 ? null : Instant.ofEpochMilli(micros / 1_000);
        return new Health(state, trouble, counts, lsn, ahead, last);
    }

    /** As {@link io.fedmesh.cdc.Capture#requestResync()}. */
    public void requestResync() {
        try (core) {
            core.open();
            SourceDatabase.Identity identity = database.identity();
            core.claimSnapshot(identity.systemId(), identity.timeline());
        }
    }

    @Override
    public void close() {
        stop.countDown();
        if (thread.getState() == Thread.State.NEW) {
            end(State.STOPPED, null);
            return;
        }
        boolean isInterrupted = false;
        try {
            thread.join(GRACE_MS);
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(GRACE_MS * 3);
            }
        } catch (InterruptedException e) {
            isInterrupted = true;
            thread.interrupt();
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        State last = State.STOPPED;
        Throwable cause = null;
        try {
            while (stop.getCount() > 0) {
                try {
                    capture();
                } catch (OutageException e) {
                    pause.before(++attempts, e);
                }
            }
        } catch (Pause.StoppedException e) {
            LOGGER.debug("capture stops while something is away domain={} source={}", source.domain(), source.name());
        } catch (CaptureRefusedException | FencedException e) {
            last = State.FAILED;
            cause = e;
            LOGGER.error("capture stops domain={} source={} cause={}", source.domain(), source.name(), e.getMessage());
        } catch (Throwable e) {
            last = State.FAILED;
            cause = e;
            LOGGER.error("capture failed domain={} source={}", source.domain(), source.name(), e);
        } finally {
            SourceWatch beats = watch;
            if (beats != null) {
                beats.close();
            }
            core.close();
            end(last, cause);
        }
    }

    private void capture() {
        // First what harms nobody: opening the log fences whoever captures the source well.
        sourceChecks.demandSchema();
        if (!isOpen) {
            open();
            isOpen = true;
        }
        SourceDatabase.Identity identity = database.identity();
        Optional<SourceDatabase.Slot> slot = database.slot();
        Position position = core.position();
        if (position == null) {
            demandEmptyTopics();
        }
        if (position == null || !position.snapshotComplete()) {
            sourceChecks.demandIdle(slot);
            core.claimSnapshot(identity.systemId(), identity.timeline());
            Failpoint.CAPTURE_SNAPSHOT_CLAIMED.hit();
            database.dropSlot();
            snapshot();
        } else {
            sourceChecks.demandSlot(position, identity, slot);
            sourceChecks.demandIdle(slot);
            core.restart();
            stream(position, identity);
        }
    }

    /** Topics and grants take a moment to be seen after they were made: only what stays missing is refused. */
    private void open() {
        long begin = System.nanoTime();
        while (true) {
            try {
                brokerChecks.demand();
                core.open();
                return;
            } catch (CaptureRefusedException e) {
                if (System.nanoTime() - begin > GRANT_PATIENCE_NANOS) {
                    throw e;
                }
                LOGGER.debug("looks again domain={} source={}", source.domain(), source.name(), e);
                pause.before(1);
            }
        }
    }

    private void demandEmptyTopics() {
        for (Product product : products) {
            if (!keys.isEmpty(product)) {
                throw new CaptureRefusedException("[" + source.domain() + "." + source.name() + "] a position must be"
                        + " stored in " + source.positionTopic() + ", because " + product.topic()
                        + " holds events, but there is none: what happened since is unknown; re-sync the source, which"
                        + " takes a new snapshot and deletes what is gone");
            }
        }
    }

    private void snapshot() {
        try (DebeziumSource from = source(0)) {
            guarded(() -> {
                from.start();
                return true;
            });
            SourceDatabase.Slot made =
                    database.slot().orElseThrow(() -> new OutageException("the slot of the snapshot is gone"));
            from.snapshotAt(made.confirmedLsn());
            core.beginSnapshot(made.confirmedLsn());
            runs(State.SNAPSHOT);
            move(from);
        }
    }

    private void stream(Position position, SourceDatabase.Identity identity) {
        try (DebeziumSource from = source(position.commitLsn())) {
            guarded(() -> {
                from.start();
                return true;
            });
            // Debezium makes a slot that is missing: one that vanished since the check would be a silent gap.
            sourceChecks.demandSlot(position, identity, database.slot());
            runs(State.STREAMING);
            move(from);
        }
    }

    private DebeziumSource source(long resumeLsn) {
        return new DebeziumSource(config, products, registry, resumeLsn, this::untilRegistered);
    }

    private void move(DebeziumSource from) {
        if (watch == null) {
            watch = new SourceWatch(source, database, config.bounds().heartbeat());
        }
        Pace pace = new Pace(config.bounds().batchRows(), System::nanoTime);
        long toldLsn = 0;
        long toldAt = System.nanoTime();
        while (stop.getCount() > 0) {
            List<Change> changes = guarded(from::poll);
            if (!changes.isEmpty()) {
                List<Change> batch = pace.gather(changes, () -> guarded(from::poll), () -> stop.getCount() == 0);
                long began = System.nanoTime();
                core.apply(batch);
                attempts = 0;
                rest(pace.restNanos(batch.size(), began));
            }
            Position position = core.position();
            if (position == null || !position.snapshotComplete()) {
                Failpoint.CAPTURE_IN_SNAPSHOT.hit();
                continue;
            }
            if (running == State.SNAPSHOT) {
                runs(State.STREAMING);
            }
            storedLsn = position.commitLsn();
            if (storedLsn != toldLsn && System.nanoTime() - toldAt > SLOT_INTERVAL_NANOS) {
                toldLsn = storedLsn;
                toldAt = System.nanoTime();
                long lsn = storedLsn;
                Failpoint.CAPTURE_BEFORE_SLOT.hit();
                guarded(() -> {
                    from.stored(lsn);
                    return true;
                });
                Failpoint.CAPTURE_AFTER_SLOT.hit();
            }
        }
        Position position = core.position();
        if (position != null && position.snapshotComplete()) {
            guarded(() -> {
                from.stored(position.commitLsn());
                return true;
            });
        }
    }

    private void rest(long nanos) {
        try {
            var unused = stop.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Pause.StoppedException();
        }
    }

    private interface SourceCall<T> {
        T call() throws InterruptedException;
    }

    private <T> T guarded(SourceCall<T> call) {
        try {
            return call.call();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Pause.StoppedException();
        } catch (RuntimeException e) {
            throw database.failure(e);
        }
    }

    private void untilRegistered(Runnable action) {
        for (int attempt = 1; ; attempt++) {
            try {
                action.run();
                pause.over();
                return;
            } catch (RegistryUnavailableException e) {
                pause.before(attempt, new OutageException("the registry is away: " + e.getMessage(), e));
            }
        }
    }

    private void runs(State now) {
        running = now;
        state = now;
        trouble = null;
        settled.countDown();
        LOGGER.info("capture runs domain={} source={} state={}", source.domain(), source.name(), now);
    }

    private void hold(@Nullable OutageException outage) {
        if (outage != null) {
            if (state != State.HOLDING) {
                LOGGER.warn(
                        "capture holds domain={} source={} cause={}",
                        source.domain(),
                        source.name(),
                        outage.getMessage());
            }
            trouble = outage;
            state = State.HOLDING;
            settled.countDown();
        } else if (state == State.HOLDING) {
            state = running;
            trouble = null;
            LOGGER.info("capture goes on domain={} source={} state={}", source.domain(), source.name(), running);
        }
    }

    private void end(State last, @Nullable Throwable cause) {
        trouble = cause;
        state = last;
        settled.countDown();
    }
}
