package io.fedmesh.govern.internal.audit;

import io.fedmesh.govern.audit.AuditEvent;
import io.fedmesh.govern.audit.AuditLog;
import io.fedmesh.govern.audit.AuditReceipt;
import io.fedmesh.govern.audit.AuditSettings;
import io.fedmesh.govern.audit.AuditSigner;
import io.fedmesh.govern.audit.AuditUnavailableException;
import io.fedmesh.govern.audit.CheckpointStore;
import io.fedmesh.govern.internal.audit.LoggedRecord.Link;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Callers wait; one thread writes what waits in one transaction, and signs. What a failed transaction may have left is
 * looked for at the end of the log before it is written once more.
 */
public final class GroupedAuditLog implements AuditLog {
    private static final Logger LOGGER = LoggerFactory.getLogger(GroupedAuditLog.class);
    private static final int MAX_WAITING = 1_000;
    private static final int MAX_BATCH = 200;
    private static final int ATTEMPTS = 3;
    private static final long IDLE_MS = 100;
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final class Waiting {
        private final byte[] value;
        private final boolean isSealed;
        private final CompletableFuture<AuditReceipt> answer = new CompletableFuture<>();
        private @Nullable Link link;

        Waiting(byte[] value, boolean isSealed) {
            this.value = value;
            this.isSealed = isSealed;
        }
    }

    private final LogPartition log;
    private final AuditSettings settings;
    private final int partition;
    private final String source;
    private final AuditSigner signer;
    private final CheckpointStore store;
    private final Clock clock;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Thread writer;
    private volatile boolean isClosing;
    private long uncoveredSinceNanos;
    private long failedAtNanos;

    GroupedAuditLog(
            LogPartition log,
            AuditSettings settings,
            int partition,
            String source,
            AuditSigner signer,
            CheckpointStore store,
            Clock clock) {
        this.log = log;
        this.settings = settings;
        this.partition = partition;
        this.source = source;
        this.signer = signer;
        this.store = store;
        this.clock = clock;
        this.uncoveredSinceNanos = System.nanoTime();
        this.failedAtNanos = uncoveredSinceNanos - REST_NANOS;
        this.writer = new Thread(this::run, "audit-" + partition);
        writer.setDaemon(true);
    }

    /** Begins to write. */
    void start() {
        writer.start();
    }

    @Override
    public AuditReceipt record(AuditEvent event) {
        return answer(new Waiting(EventJson.bytes(event, source), false));
    }

    @Override
    public AuditReceipt recordSealed(AuditEvent event) {
        return answer(new Waiting(EventJson.bytes(event, source), true));
    }

    private AuditReceipt answer(Waiting waiting) {
        long deadline = System.nanoTime() + settings.timeout().toNanos();
        try {
            if (isClosing || !queue.offer(waiting, settings.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AuditUnavailableException(where() + " must take the event but is closed or full");
            }
            return waiting.answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            waiting.answer.cancel(false);
            throw new AuditUnavailableException(
                    where() + " must record the event within " + settings.timeout() + " but did not");
        } catch (ExecutionException e) {
            throw new AuditUnavailableException(
                    where() + " must record the event but could not: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AuditUnavailableException(where() + " must record the event but was interrupted", e);
        }
    }

    private void run() {
        while (!isClosing) {
            try {
                Waiting first = queue.poll(IDLE_MS, TimeUnit.MILLISECONDS);
                List<Waiting> batch = new ArrayList<>();
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, MAX_BATCH - 1);
                }
                turn(batch);
            } catch (InterruptedException e) {
                isClosing = true;
            }
        }
        turn(List.of());
        if (log.isOpen() && log.end().uncovered() > 0) {
            sealOrWarn();
        }
        log.close();
        List<Waiting> rest = new ArrayList<>();
        queue.drainTo(rest);
        fail(rest, new AuditUnavailableException(where() + " is closed"));
    }

    private void turn(List<Waiting> batch) {
        List<Waiting> wanted = batch.stream().filter(w -> !w.answer.isDone()).toList();
        try {
            if (!wanted.isEmpty()) {
                write(wanted);
            }
        } catch (RuntimeException e) {
            LOGGER.error("audit events could not be recorded partition={} cause={}", partition, e.toString());
            fail(wanted, e);
            return;
        }
        List<Waiting> sealed = wanted.stream().filter(w -> w.isSealed).toList();
        wanted.stream().filter(w -> !w.isSealed).forEach(this::complete);
        if (!sealed.isEmpty()) {
            try {
                sealAll();
                sealed.forEach(this::complete);
            } catch (RuntimeException e) {
                LOGGER.error("a checkpoint could not be made partition={} cause={}", partition, e.toString());
                fail(sealed, e);
            }
        } else if (isDue()) {
            sealOrWarn();
        }
    }

    private void write(List<Waiting> wanted) {
        for (int attempt = 1; ; attempt++) {
            try {
                if (!log.isOpen()) {
                    find(wanted, log.open());
                }
                if (log.end().uncovered() >= settings.maxUncovered()) {
                    sealAll();
                }
                if (!log.isOpen()) {
                    find(wanted, log.open());
                }
                commit(wanted.stream().filter(w -> w.link == null).toList());
                return;
            } catch (RuntimeException e) {
                if (attempt == ATTEMPTS || isClosing || wanted.stream().allMatch(w -> w.answer.isDone())) {
                    throw e;
                }
                LOGGER.warn("audit log is opened anew partition={} cause={}", partition, e.toString());
            }
        }
    }

    private static void find(List<Waiting> wanted, Map<ByteBuffer, Link> standing) {
        for (Waiting waiting : wanted) {
            if (waiting.link == null) {
                waiting.link = standing.get(ByteBuffer.wrap(waiting.value));
            }
        }
    }

    private void commit(List<Waiting> missing) {
        if (missing.isEmpty()) {
            return;
        }
        if (log.end().uncovered() == 0) {
            uncoveredSinceNanos = System.nanoTime();
        }
        List<Link> links = log.commit(missing.stream().map(w -> w.value).toList());
        for (int i = 0; i < links.size(); i++) {
            missing.get(i).link = links.get(i);
        }
    }

    private boolean isDue() {
        if (!log.isOpen() || log.end().uncovered() == 0 || System.nanoTime() - failedAtNanos < REST_NANOS) {
            return false;
        }
        return log.end().uncovered() >= settings.checkpointRecords()
                || System.nanoTime() - uncoveredSinceNanos
                        >= settings.checkpointEvery().toNanos();
    }

    private void sealOrWarn() {
        try {
            sealAll();
        } catch (RuntimeException e) {
            failedAtNanos = System.nanoTime(); // tried again soon; a verification tells when it is overdue
            LOGGER.error("a checkpoint could not be made partition={} cause={}", partition, e.toString());
        }
    }

    /** Covers all that stands. Another writer may have been quicker: then what it signed is read, and the rest covered. */
    private void sealAll() {
        for (int attempt = 1; ; attempt++) {
            if (!log.isOpen()) {
                log.open();
            }
            LogEnd end = log.end();
            if (end.uncovered() == 0) {
                return;
            }
            SignedCheckpoint head = end.head(clock.instant());
            if (store.putIfAbsent(partition, head.head().ordinal(), head.signed(signer))) {
                end.covered(head);
                return;
            }
            log.close();
            if (attempt == ATTEMPTS) {
                throw new AuditUnavailableException(
                        where() + " checkpoint " + head.head().ordinal()
                                + " must not be there before it is written but was, " + ATTEMPTS + " times");
            }
        }
    }

    private void complete(Waiting waiting) {
        Link link = waiting.link;
        if (link != null) {
            waiting.answer.complete(
                    new AuditReceipt(partition, link.sequence(), link.hash().toString()));
        } else {
            waiting.answer.completeExceptionally(
                    new IllegalStateException("an event must be on the log when it is answered but was not"));
        }
    }

    private static void fail(List<Waiting> waiting, RuntimeException cause) {
        waiting.forEach(w -> w.answer.completeExceptionally(cause));
    }

    private String where() {
        return "[audit partition " + partition + "]";
    }

    @Override
    public void close() {
        isClosing = true;
        try {
            writer.join(settings.timeout().multipliedBy(2).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
