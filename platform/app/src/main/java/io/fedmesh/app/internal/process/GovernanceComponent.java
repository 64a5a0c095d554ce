package io.fedmesh.app.internal.process;

import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.ProvisioningException;
import io.fedmesh.govern.ProvisioningReport;
import io.fedmesh.govern.agreement.Agreement;
import io.fedmesh.govern.agreement.AgreementGrants;
import io.fedmesh.govern.agreement.GovernanceImage;
import io.fedmesh.govern.agreement.GovernanceLogException;
import io.fedmesh.govern.agreement.Live;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens and closes topics to consumers as agreements begin and end: at once when the record of agreements gets an event, at
 * the moment at which one begins or ends, and at short intervals in any case. It keeps nothing: what a predecessor left half
 * done is done at its first look.
 *
 * <p>While the record cannot be read nothing is opened, and what ends by what was read before is closed. Where an event of it
 * is missing, nothing is live.
 */
final class GovernanceComponent implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(GovernanceComponent.class);
    private static final String NOT_BROUGHT = "grants cannot be brought to what agreements give";
    private static final long CLOSE_TIMEOUT_MS = 10_000;

    /** Between two questions whether the record has news. */
    private static final long POLL_MS = 500;

    /** The longest between two comparisons of what stands with what should; a quarter of the minute that is promised. */
    static final Duration INTERVAL = Duration.ofSeconds(15);

    /** The record and the brokers; one thread. An outage is one of the exceptions that {@link #isOutage} knows. */
    interface Mesh extends AutoCloseable {
        /** What the record says now. */
        GovernanceImage image();

        /** As {@link io.fedmesh.govern.ConsumerGrants#bring}. */
        ProvisioningReport bring(DesiredState.Agreed agreed);

        /** As {@link io.fedmesh.govern.ConsumerGrants#narrow}. */
        ProvisioningReport narrow(DesiredState.Agreed agreed);

        @Override
        void close();
    }

    /**
     * What was brought about last.
     *
     * @param isWhole whether what was missing was given too
     */
    private record Done(
            GovernanceImage image, Instant at, long nanos, int live, Optional<Instant> next, boolean isWhole) {}

    private final Mesh mesh;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final CountDownLatch stopAsked = new CountDownLatch(1);
    private final AtomicLong applications = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final Set<String> told = new HashSet<>();
    private volatile Health health = Health.of(Health.State.STARTING);
    private volatile @Nullable Done last;
    private volatile @Nullable GovernanceImage known;
    private boolean isOwing;
    private @Nullable Thread thread;

    /** @param nanoTime as {@link System#nanoTime} */
    GovernanceComponent(Mesh mesh, InstantSource clock, LongSupplier nanoTime) {
        this.mesh = mesh;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    @Override
    public String name() {
        return DesiredState.GOVERNOR;
    }

    @Override
    public synchronized void start() {
        Thread looking = new Thread(this::run, "governor");
        looking.setDaemon(true);
        thread = looking;
        looking.start();
    }

    private void run() {
        try {
            do {
                look();
            } while (!stopAsked.await(POLL_MS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("governing fails");
            health = new Health(Health.State.FAILED, String.valueOf(e.getMessage()));
        } finally {
            mesh.close();
        }
    }

    /** One look, and what follows from it; throws only what is a bug. */
    void look() {
        String outage = null;
        try {
            known = mesh.image();
        } catch (RuntimeException e) {
            outage = outage(e, "the record of agreements cannot be read");
        }
        GovernanceImage image = known;
        if (image == null) {
            health = new Health(Health.State.HOLDING, String.valueOf(outage));
            return;
        }
        if (isDue(image, outage == null)) {
            String failure = apply(image, outage == null);
            isOwing = failure != null;
            outage = outage == null ? failure : outage;
        }
        health = outage != null
                ? new Health(Health.State.HOLDING, outage)
                : new Health(
                        Health.State.RUNNING,
                        image.gap().map(gap -> "nothing is live: " + gap).orElse(""));
        tell(image);
    }

    private boolean isDue(GovernanceImage image, boolean isCurrent) {
        Done done = last;
        return done == null
                || isOwing
                || (isCurrent && !done.isWhole())
                || image.nextOffset() != done.image().nextOffset()
                || done.next().filter(next -> !clock.instant().isBefore(next)).isPresent()
                || nanoTime.getAsLong() - done.nanos() >= INTERVAL.toNanos();
    }

    /** Why it is not done, or null. */
    private @Nullable String apply(GovernanceImage image, boolean isCurrent) {
        Instant now = clock.instant();
        long nanos = nanoTime.getAsLong();
        DesiredState.Agreed agreed = AgreementGrants.agreed(image, now);
        ProvisioningReport report;
        try {
            report = isCurrent ? mesh.bring(agreed) : mesh.narrow(agreed);
        } catch (RuntimeException e) {
            return outage(e, NOT_BROUGHT);
        }
        report.done().forEach(GovernanceComponent::say);
        if (!report.failed().isEmpty()) {
            String cause = String.join("; ", report.failed());
            warn(cause, NOT_BROUGHT);
            return cause;
        }
        applications.incrementAndGet();
        last = new Done(image, now, nanos, Live.of(image, now).size(), Live.nextChange(image, now), isCurrent);
        return null;
    }

    /** The text of an outage; anything else is thrown on. */
    private String outage(RuntimeException failure, String what) {
        if (!isOutage(failure)) {
            throw failure;
        }
        String cause = String.valueOf(failure.getMessage());
        warn(cause, what);
        return cause;
    }

    /** Each cause once, as long as it lasts. */
    private void warn(String cause, String what) {
        failures.incrementAndGet();
        if (!cause.equals(health.message())) {
            LOG.atWarn().addKeyValue("cause", cause).log(what);
        }
    }

    private static boolean isOutage(RuntimeException failure) {
        return failure instanceof GovernanceLogException
                || failure instanceof ProvisioningException
                || failure instanceof KafkaException;
    }

    private static void say(Plan.Change change) {
        LOG.atInfo()
                .addKeyValue("action", change.action().toString())
                .addKeyValue("grant", change.name())
                .log("grants follow agreements");
    }

    /** Broken glass is loud. */
    private void tell(GovernanceImage image) {
        for (Agreement agreement : image.unreviewed()) {
            if (told.add(agreement.id())) {
                LOG.atWarn()
                        .addKeyValue("agreement", agreement.id())
                        .addKeyValue("product", agreement.product().toString())
                        .addKeyValue("principal", agreement.consumer().principal())
                        .addKeyValue("until", String.valueOf(agreement.until()))
                        .log("glass was broken and must be reviewed");
            }
        }
    }

    @Override
    public Health health() {
        return health;
    }

    @Override
    public List<Metric> metrics() {
        List<Metric> metrics = new ArrayList<>();
        metrics.add(Metric.counter(
                "mesh_governor_applications_total",
                "Times that consumers' grants were compared and brought to what agreements give.",
                Map.of(),
                applications.get()));
        metrics.add(Metric.counter(
                "mesh_governor_failures_total",
                "Times that the record could not be read or grants not be brought to it.",
                Map.of(),
                failures.get()));
        GovernanceImage image = known;
        if (image != null) {
            metrics.add(gauge(
                    "mesh_governor_gap",
                    "1 while an event of the record of agreements is missing, so that nothing is live.",
                    image.gap().isPresent() ? 1 : 0));
            metrics.add(gauge(
                    "mesh_governor_refused_records",
                    "Records of agreements that count for nothing.",
                    image.refusals()));
            metrics.add(gauge(
                    "mesh_governor_unreviewed",
                    "Broken glass that nobody has reviewed.",
                    image.unreviewed().size()));
        }
        Done done = last;
        if (done != null) {
            metrics.add(gauge(
                    "mesh_governor_agreements_live", "Agreements that were live at the last comparison.", done.live()));
            metrics.add(gauge(
                    "mesh_governor_applied_timestamp_seconds",
                    "When grants were last what agreements give.",
                    done.at().toEpochMilli() / 1000.0));
            done.next()
                    .ifPresent(next -> metrics.add(gauge(
                            "mesh_governor_next_change_timestamp_seconds",
                            "When an agreement begins or ends next, if nothing happens before.",
                            next.toEpochMilli() / 1000.0)));
        }
        return metrics;
    }

    private static Metric gauge(String name, String help, double value) {
        return Metric.gauge(name, help, Map.of(), value);
    }

    @Override
    public Map<String, Object> details() {
        Done done = last;
        if (done == null) {
            return Map.of();
        }
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("liveAgreements", done.live());
        details.put("lastApplied", done.at().toString());
        details.put("nextChange", done.next().map(Instant::toString).orElse("none"));
        details.put(
                "unreviewed",
                done.image().unreviewed().stream().map(Agreement::id).toList());
        return details;
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
        if (health.state() != Health.State.FAILED) {
            health = Health.of(Health.State.STOPPED);
        }
    }
}
