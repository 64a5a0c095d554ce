package io.fedmesh.app.internal.process;

import io.fedmesh.govern.AccessPolicy;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.agreement.Agreements;
import io.fedmesh.govern.agreement.AuditedAgreements;
import io.fedmesh.govern.audit.AuditEvent;
import io.fedmesh.govern.audit.AuditLog;
import io.fedmesh.govern.audit.AuditReceipt;
import io.fedmesh.govern.audit.AuditSettings;
import io.fedmesh.govern.audit.AuditTrail;
import io.fedmesh.govern.audit.AuditUnavailableException;
import io.fedmesh.govern.audit.AuditedAccessPolicy;
import io.fedmesh.govern.audit.AuditedChanges;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The record of one process's decisions, opened when the first is made. Where it cannot be opened every decision fails, and
 * so does what hangs on it. Thread-safe; closing covers what no checkpoint covers yet.
 */
public final class Evidence implements AuditLog {
    /** After a failure everybody is refused for so long without another try: a command with many decisions ends soon. */
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Where the record comes from. */
    interface Source extends AutoCloseable {
        /** Takes a partition over, or throws. */
        AuditLog open();

        /** Whether anything was ever covered by a checkpoint. */
        boolean hasBegun();

        @Override
        void close();
    }

    private final Source source;
    private final Clock clock;
    private @Nullable AuditLog log;
    private @Nullable AuditUnavailableException failure;
    private long failedAtNanos;

    Evidence(Source source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    /**
     * The record as the configuration names it; connects to nothing yet.
     *
     * @param process names the process in its events, one word
     */
    public static Evidence open(Connections connections, String process) {
        return new Evidence(
                new Configured(
                        connections,
                        "/mesh/" + process + "/" + ProcessHandle.current().pid()),
                Clock.systemUTC());
    }

    /** The policy, with every decision recorded before anybody hears of it; a deny where that cannot be done. */
    public AccessPolicy audited(AccessPolicy policy) {
        return new AuditedAccessPolicy(policy, this, clock, Evidence::id);
    }

    /** The workflow of agreements, with every command recorded, refused ones as well. */
    public AuditedAgreements audited(Agreements agreements) {
        return new AuditedAgreements(agreements, changes());
    }

    /** For whatever else gives, takes or erases. */
    public AuditedChanges changes() {
        return new AuditedChanges(this, clock, Evidence::id);
    }

    /**
     * Whether a checkpoint was ever made.
     *
     * @throws AuditUnavailableException when nobody knows
     */
    public boolean hasBegun() {
        return source.hasBegun();
    }

    @Override
    public AuditReceipt record(AuditEvent event) {
        return log().record(event);
    }

    @Override
    public AuditReceipt recordSealed(AuditEvent event) {
        return log().recordSealed(event);
    }

    private synchronized AuditLog log() {
        AuditLog open = log;
        if (open != null) {
            return open;
        }
        AuditUnavailableException known = failure;
        if (known != null && System.nanoTime() - failedAtNanos < REST_NANOS) {
            throw known;
        }
        try {
            open = source.open();
            log = open;
            failure = null;
            return open;
        } catch (RuntimeException e) {
            AuditUnavailableException thrown = e instanceof AuditUnavailableException unavailable
                    ? unavailable
                    : new AuditUnavailableException(
                            "[audit] the record of decisions must be open but is not: " + e.getMessage(), e);
            failure = thrown;
            failedAtNanos = System.nanoTime();
            throw thrown;
        }
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    @Override
    public synchronized void close() {
        AuditLog open = log;
        log = null;
        try {
            if (open != null) {
                open.close();
            }
        } finally {
            source.close();
        }
    }

    /** A partition that nobody else is likely to write at this moment; who meets there takes turns. */
    private static final class Configured implements Source {
        private final Connections connections;
        private final String name;
        private @Nullable AuditParts parts;

        Configured(Connections connections, String name) {
            this.connections = connections;
            this.name = name;
        }

        private synchronized AuditParts parts() {
            AuditParts known = parts;
            if (known == null) {
                known = AuditParts.of(connections, Clock.systemUTC());
                parts = known;
            }
            return known;
        }

        @Override
        public AuditLog open() {
            AuditParts open = parts();
            AuditTrail trail = open.trail(DesiredState.AUDIT);
            return trail.open(new SecureRandom().nextInt(AuditSettings.PARTITIONS), name, open.signer());
        }

        @Override
        public boolean hasBegun() {
            return IntStream.range(0, AuditSettings.PARTITIONS)
                    .anyMatch(partition ->
                            !parts().checkpoints().ordinals(partition).isEmpty());
        }

        @Override
        public synchronized void close() {
            if (parts != null) {
                parts.close();
            }
        }
    }
}
