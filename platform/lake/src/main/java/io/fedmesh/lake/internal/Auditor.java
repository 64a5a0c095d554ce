package io.fedmesh.lake.internal;

import io.fedmesh.contract.ProductName;
import io.fedmesh.lake.AuditStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Audits products on one thread, beside the sink's: after a commit of theirs, and every half a minute for what upkeep, another
 * process or an outage left behind. However many commits come meanwhile, a product is audited once for all of them; and it rests
 * four times as long as its audit took, so that audits of large tables take a fifth of a core. One product's trouble never stops
 * another's.
 */
final class Auditor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Auditor.class);
    private static final long ALL_EVERY_MS = 30_000;
    private static final long RESTS = 4;
    private static final long MAX_CLOSE_MS = 15_000;

    private final Map<ProductName, Audit> audits;
    private final Clock clock;
    private final Map<ProductName, AuditStatus> status = new ConcurrentHashMap<>();
    /** What the log was told of a product. */
    private final Map<ProductName, String> told = new HashMap<>();
    /** When a product may be audited again. */
    private final Map<ProductName, Long> restsUntilMs = new HashMap<>();

    private final Thread thread = new Thread(this::run, "audit");
    // guarded by this
    private final Set<ProductName> due = new LinkedHashSet<>();
    private boolean isStopping;

    Auditor(Map<ProductName, Audit> audits, Clock clock) {
        this.audits = Map.copyOf(audits);
        this.clock = clock;
        this.audits.keySet().forEach(product -> status.put(product, AuditStatus.PENDING));
        thread.setUncaughtExceptionHandler(
                (t, e) -> LOG.atError().setCause(e).log("the audit's thread died: nothing is published any more"));
    }

    /** Starts the thread; what is staged already is audited first. */
    void start() {
        if (!audits.isEmpty()) {
            thread.start();
        }
    }

    /** The product's sink has committed; does nothing for one that is not audited. Never waits. */
    synchronized void committed(ProductName product) {
        if (audits.containsKey(product)) {
            due.add(product);
            notifyAll();
        }
    }

    /** Null for a product that is not audited. */
    @Nullable
    AuditStatus status(ProductName product) {
        return status.get(product);
    }

    /** Ends after the audit at work, or within it when that takes long; what is staged is audited at the next start. */
    @Override
    public void close() {
        synchronized (this) {
            isStopping = true;
            notifyAll();
        }
        try {
            thread.join(MAX_CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
    }

    private void run() {
        long allDueMs = clock.millis();
        while (true) {
            ProductName next;
            synchronized (this) {
                long nowMs = clock.millis();
                if (nowMs >= allDueMs) {
                    due.addAll(audits.keySet());
                    allDueMs = nowMs + ALL_EVERY_MS;
                }
                next = rested(nowMs);
                if (isStopping) {
                    return;
                }
                if (next == null) {
                    try {
                        wait(Math.max(1, Math.min(allDueMs, restEndMs()) - nowMs));
                    } catch (InterruptedException e) {
                        return;
                    }
                    continue;
                }
                due.remove(next);
            }
            long startMs = clock.millis();
            audit(next);
            long endMs = clock.millis();
            restsUntilMs.put(next, endMs + RESTS * Math.max(0, endMs - startMs));
        }
    }

    private @Nullable ProductName rested(long nowMs) {
        return due.stream()
                .filter(product -> restsUntilMs.getOrDefault(product, 0L) <= nowMs)
                .findFirst()
                .orElse(null);
    }

    private long restEndMs() {
        return due.stream()
                .mapToLong(product -> restsUntilMs.getOrDefault(product, 0L))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** One audit, on the caller's thread. */
    void audit(ProductName product) {
        AuditStatus before = Objects.requireNonNull(status.get(product));
        try {
            Audit.Result result = Objects.requireNonNull(audits.get(product)).run();
            if (result.broken().isEmpty()) {
                Instant published = result.isPublished() ? clock.instant() : before.lastPublished();
                status.put(product, new AuditStatus(AuditStatus.State.PUBLISHED, null, 0, published));
                tell(product, Level.INFO, "", "the product is published as it is staged");
                return;
            }
            String message = join(result.broken(), RowAudit.Finding::toString);
            int broken = result.broken().size();
            status.put(product, new AuditStatus(AuditStatus.State.HELD, message, broken, before.lastPublished()));
            tell(
                    product,
                    Level.WARN,
                    join(result.broken(), finding -> finding.rule().name()),
                    "readers keep what was published before: " + message);
        } catch (NoSuchTableException e) {
            LOG.atDebug().addKeyValue("product", product).log("the product's tables are not made yet");
        } catch (RuntimeException e) {
            String message = Failures.tell(e);
            status.put(
                    product,
                    new AuditStatus(AuditStatus.State.FAILING, message, before.brokenRules(), before.lastPublished()));
            tell(product, Level.WARN, message, "the product could not be audited and is tried again: " + message);
            LOG.debug("the failure in full", e);
        }
    }

    /** Once for each change of the cause: counts change with every commit. */
    private void tell(ProductName product, Level level, String cause, String message) {
        if (!cause.equals(told.put(product, cause))) {
            LOG.atLevel(level).addKeyValue("product", product).log(message);
        }
    }

    private static String join(List<RowAudit.Finding> findings, Function<RowAudit.Finding, String> text) {
        return findings.stream().map(text).collect(Collectors.joining("; "));
    }
}
