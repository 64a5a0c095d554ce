package io.fedmesh.app.internal.process;

import io.fedmesh.contract.Names;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.audit.AuditFeed;
import io.fedmesh.govern.audit.AuditSettings;
import io.fedmesh.lake.Lakehouse;
import io.fedmesh.lake.LogTable;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the record of decisions into a table, each record exactly once: where it goes on the table's newest snapshot says, and
 * nothing else remembers it. What cannot be asked is an outage: it waits and looks again.
 */
final class AuditCopyComponent implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(AuditCopyComponent.class);
    static final String NAME = Names.principal(DesiredState.PLATFORM, "audit-copy");

    /** Between two looks: an auditor may wait so long, and a commit is never for fewer records than this brings. */
    private static final Duration INTERVAL = Duration.ofSeconds(15);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

    private static final long KEEP_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long ORPHANS_NANOS = TimeUnit.DAYS.toNanos(1);
    private static final long CLOSE_TIMEOUT_MS = 10_000;

    /** Of one partition and commit: bounds what is in memory. */
    private static final int MOST = 500;

    /** Topic and table; one thread. After an exception it begins anew. */
    interface Parts extends AutoCloseable {
        /** As {@link LogTable#offsets}. */
        Map<Integer, Long> offsets();

        /** As {@link AuditFeed#read}. */
        AuditFeed.Part read(int partition, long from, int most);

        /** As {@link LogTable#append}. */
        boolean append(List<LogTable.Step> steps);

        /** As {@link LogTable#keep}. */
        void keep();

        /** As {@link LogTable#deleteOrphans}. */
        void deleteOrphans();

        /** Lets go of what is open; it is opened anew when it is used. */
        @Override
        void close();
    }

    private final Parts parts;
    private final LongSupplier nanoTime;
    private final CountDownLatch stopAsked = new CountDownLatch(1);
    private final AtomicLong copied = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile Health health = Health.of(Health.State.STARTING);
    private volatile Map<Integer, Long> reached = Map.of();
    private long keptNanos;
    private long orphansNanos;
    private @Nullable Thread thread;

    /** @param nanoTime as {@link System#nanoTime} */
    AuditCopyComponent(Parts parts, LongSupplier nanoTime) {
        this.parts = parts;
        this.nanoTime = nanoTime;
        this.keptNanos = nanoTime.getAsLong();
        this.orphansNanos = keptNanos;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public synchronized void start() {
        Thread copying = new Thread(this::run, "audit-copy");
        copying.setDaemon(true);
        thread = copying;
        copying.start();
    }

    private void run() {
        try {
            do {
                look();
            } while (!stopAsked.await(pauseMs(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Error e) {
            LOG.atError().setCause(e).log("copying the record of decisions fails");
            health = new Health(Health.State.FAILED, String.valueOf(e.getMessage()));
        } finally {
            letGo();
        }
    }

    private void letGo() {
        try {
            parts.close();
        } catch (RuntimeException e) {
            LOG.atDebug().setCause(e).log("what could not be used could not be closed either");
        }
    }

    private long pauseMs() {
        return (health.state() == Health.State.HOLDING ? AFTER_FAILURE : INTERVAL).toMillis();
    }

    /** Copies all that stands there now. */
    void look() {
        try {
            while (step() && stopAsked.getCount() > 0) {
                LOG.trace("there is more");
            }
            keep();
            health = Health.of(Health.State.RUNNING);
        } catch (RuntimeException e) {
            letGo();
            failures.incrementAndGet();
            String why = LogTable.tell(e);
            if (!why.equals(health.message())) {
                LOG.atWarn().addKeyValue("cause", why).log("the record of decisions is not copied");
            }
            LOG.debug("the failure in full", e);
            health = new Health(Health.State.HOLDING, why);
        }
    }

    /** One commit at most; whether there is more. */
    private boolean step() {
        Map<Integer, Long> standing = parts.offsets();
        Map<Integer, Long> reaching = new TreeMap<>(standing);
        List<LogTable.Step> steps = new ArrayList<>();
        long records = 0;
        boolean isMore = false;
        for (int partition = 0; partition < AuditSettings.PARTITIONS; partition++) {
            long from = standing.getOrDefault(partition, 0L);
            AuditFeed.Part part = parts.read(partition, from, MOST);
            if (part.first() > from) {
                LOG.atWarn()
                        .addKeyValue("partition", partition)
                        .addKeyValue("offset", part.first())
                        .log("records were deleted from the topic before they were copied");
            }
            if (!part.entries().isEmpty()) {
                steps.add(new LogTable.Step(
                        partition,
                        from,
                        part.next(),
                        part.entries().stream().map(AuditCopy::row).toList()));
                reaching.put(partition, part.next());
                records += part.entries().size();
                isMore |= part.entries().size() == MOST;
            }
        }
        if (steps.isEmpty()) {
            reached = standing;
            return false;
        }
        if (!parts.append(steps)) {
            return false; // another process was first; the next look begins behind it
        }
        copied.addAndGet(records);
        reached = reaching;
        return isMore;
    }

    private void keep() {
        long now = nanoTime.getAsLong();
        if (now - keptNanos >= KEEP_NANOS) {
            keptNanos = now;
            parts.keep();
        }
        if (now - orphansNanos >= ORPHANS_NANOS) {
            orphansNanos = now;
            parts.deleteOrphans();
        }
    }

    @Override
    public Health health() {
        return health;
    }

    @Override
    public List<Metric> metrics() {
        return List.of(
                Metric.counter(
                        "mesh_audit_copied_total",
                        "Records of decisions that this process copied into their table.",
                        Map.of(),
                        copied.get()),
                Metric.counter(
                        "mesh_audit_copy_failures_total",
                        "Looks at which the record of decisions could not be copied.",
                        Map.of(),
                        failures.get()));
    }

    @Override
    public Map<String, Object> details() {
        Map<String, Object> offsets = new TreeMap<>();
        reached.forEach((partition, offset) -> offsets.put(Integer.toString(partition), offset));
        return Map.of("table", AuditCopy.TABLE.toString(), "offsets", offsets);
    }

    @Override
    public void close() {
        stopAsked.countDown();
        Thread copying;
        synchronized (this) {
            copying = thread;
        }
        if (copying != null) {
            try {
                copying.join(CLOSE_TIMEOUT_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (health.state() != Health.State.FAILED) {
            health = Health.of(Health.State.STOPPED);
        }
    }

    /** Those of a real mesh: it reads as an auditor does. */
    static final class Real implements Parts {
        private final Connections connections;
        private final Map<Integer, AuditFeed> feeds = new HashMap<>();
        private @Nullable Lakehouse lakehouse;
        private @Nullable LogTable table;

        Real(Connections connections) {
            this.connections = connections;
        }

        private LogTable table() {
            LogTable open = table;
            if (open == null) {
                Lakehouse lake = connections.lakehouse();
                lakehouse = lake;
                open = LogTable.open(
                        lake,
                        AuditSettings.COPY,
                        AuditCopy.COLUMNS,
                        Clock.systemUTC(),
                        new SecureRandom(),
                        pauseMs -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMs)));
                table = open;
            }
            return open;
        }

        @Override
        public Map<Integer, Long> offsets() {
            return table().offsets();
        }

        @Override
        public AuditFeed.Part read(int partition, long from, int most) {
            return feeds.computeIfAbsent(partition, this::feed).read(from, most);
        }

        private AuditFeed feed(int partition) {
            return AuditParts.feed(connections, partition);
        }

        @Override
        public boolean append(List<LogTable.Step> steps) {
            return table().append(steps);
        }

        @Override
        public void keep() {
            table().keep();
        }

        @Override
        public void deleteOrphans() {
            int deleted = table().deleteOrphans();
            LOG.atInfo().addKeyValue("files", deleted).log("orphans of the record's copy were deleted");
        }

        @Override
        public void close() {
            feeds.values().forEach(AuditFeed::close);
            feeds.clear();
            table = null;
            Lakehouse open = lakehouse;
            lakehouse = null;
            if (open != null) {
                open.close();
            }
        }
    }
}
