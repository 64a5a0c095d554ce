package io.fedmesh.app.internal.process;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Names;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.ProvisioningSettings;
import io.fedmesh.govern.agreement.Directory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at intervals whether what stands is what should, and says each difference once when it comes and once when it goes.
 * It changes nothing.
 */
final class DriftComponent implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(DriftComponent.class);
    private static final String NAME = Names.principal(DesiredState.PLATFORM, "drift");
    private static final long CLOSE_TIMEOUT_MS = 10_000;

    /** Where plans come from; one thread. */
    interface Plans extends AutoCloseable {
        /** The difference now. */
        Plan plan() throws Exception;

        @Override
        void close();
    }

    /** Plans of a real mesh; connects anew after a failure. */
    static final class Looking implements Plans {
        private final Connections connections;
        private final Contracts contracts;
        private final ProvisioningSettings settings;
        private final Directory directory;
        private @Nullable Governed governed;

        Looking(Connections connections, Contracts contracts, ProvisioningSettings settings, Directory directory) {
            this.connections = connections;
            this.contracts = contracts;
            this.settings = settings;
            this.directory = directory;
        }

        @Override
        public Plan plan() throws Exception {
            Governed open = governed;
            if (open == null) {
                open = Governed.open(
                        connections,
                        contracts,
                        settings,
                        directory,
                        InstalledDirectory::firstOperator,
                        Governed.Users.ELSEWHERE);
                governed = open;
            }
            try {
                return open.plan();
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }

        @Override
        public void close() {
            Governed open = governed;
            governed = null;
            if (open != null) {
                open.close();
            }
        }
    }

    private final Plans plans;
    private final Duration interval;
    private final CountDownLatch stopAsked = new CountDownLatch(1);
    private final AtomicLong looks = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile Health health = Health.of(Health.State.STARTING);
    private volatile @Nullable Plan last;
    private @Nullable Thread thread;

    DriftComponent(Plans plans, Duration interval) {
        this.plans = plans;
        this.interval = interval;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public synchronized void start() {
        Thread looking = new Thread(this::run, "drift");
        looking.setDaemon(true);
        thread = looking;
        looking.start();
    }

    private void run() {
        try {
            do {
                look();
            } while (!stopAsked.await(interval.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            plans.close();
        }
    }

    /** One look. What cannot be asked is an outage: what was known stays known. */
    void look() throws InterruptedException {
        try {
            Plan plan = plans.plan();
            say(last, plan);
            last = plan;
            looks.incrementAndGet();
            health = Health.of(Health.State.RUNNING);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            failures.incrementAndGet();
            health = new Health(Health.State.HOLDING, String.valueOf(e.getMessage()));
            LOG.atWarn().addKeyValue("cause", String.valueOf(e.getMessage())).log("drift cannot be looked for");
        }
    }

    private static void say(@Nullable Plan before, Plan now) {
        Set<Plan.Change> known = before == null ? Set.of() : new TreeSet<>(before.changes());
        now.changes().stream().filter(change -> !known.contains(change)).forEach(change -> say(change, "drift begins"));
        Set<Plan.Change> left = new TreeSet<>(now.changes());
        known.stream().filter(change -> !left.contains(change)).forEach(change -> say(change, "drift ends"));
        Set<String> standing = before == null ? Set.of() : new TreeSet<>(others(before));
        others(now).stream()
                .filter(text -> !standing.contains(text))
                .forEach(text -> LOG.atWarn().addKeyValue("finding", text).log("drift begins"));
        Set<String> stray = new TreeSet<>(others(now));
        standing.stream()
                .filter(text -> !stray.contains(text))
                .forEach(text -> LOG.atWarn().addKeyValue("finding", text).log("drift ends"));
    }

    private static void say(Plan.Change change, String what) {
        LOG.atWarn()
                .addKeyValue("action", change.action().toString())
                .addKeyValue("thing", change.thing().toString())
                .addKeyValue("name", change.name())
                .addKeyValue("attribute", change.attribute())
                .addKeyValue("from", change.from())
                .addKeyValue("to", change.to())
                .log(what);
    }

    private static List<String> others(Plan plan) {
        List<String> others = new ArrayList<>(plan.problems());
        others.addAll(plan.strays());
        return others;
    }

    @Override
    public Health health() {
        return health;
    }

    @Override
    public List<Metric> metrics() {
        List<Metric> metrics = new ArrayList<>();
        metrics.add(Metric.counter(
                "mesh_drift_looks_total", "Comparisons of what stands with what should.", Map.of(), looks.get()));
        metrics.add(Metric.counter(
                "mesh_drift_failures_total", "Comparisons that could not be made.", Map.of(), failures.get()));
        Plan plan = last;
        if (plan != null) {
            for (Plan.Thing thing : Plan.Thing.values()) {
                metrics.add(Metric.gauge(
                        "mesh_drift_changes",
                        "Changes that would bring what stands to what should, at the last comparison.",
                        Map.of("thing", thing.toString()),
                        plan.changes().stream()
                                .filter(change -> change.thing() == thing)
                                .count()));
            }
            metrics.add(Metric.gauge(
                    "mesh_drift_strays",
                    "What stands without a reason and only a person may remove, at the last comparison.",
                    Map.of(),
                    others(plan).size()));
        }
        return metrics;
    }

    @Override
    public Map<String, Object> details() {
        Plan plan = last;
        if (plan == null) {
            return Map.of();
        }
        return Map.of(
                "fingerprint",
                plan.fingerprint(),
                "changes",
                plan.changes().stream().map(Plan.Change::toString).toList(),
                "strays",
                others(plan));
    }

    @Override
    public void close() {
        stopAsked.countDown();
        Thread looking;
        synchronized (this) {
            looking = thread;
        }
        if (looking != null) {
            try {
                looking.join(CLOSE_TIMEOUT_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        health = Health.of(Health.State.STOPPED);
    }
}
