package io.fedmesh.app.internal.process;

import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.audit.AuditEntry;
import io.fedmesh.govern.audit.AuditReport;
import io.fedmesh.govern.audit.AuditReport.KnownHead;
import io.fedmesh.govern.audit.AuditSettings;
import io.fedmesh.govern.audit.AuditTrail;
import io.fedmesh.govern.audit.AuditUnavailableException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.kafka.common.KafkaException;

/**
 * The record of decisions as an auditor sees it. Every method throws {@link AuditUnavailableException} when it cannot be
 * looked at. One thread; close it.
 */
public final class Auditing implements AutoCloseable {
    private final AuditParts parts;

    private Auditing(AuditParts parts) {
        this.parts = parts;
    }

    /** As the configuration names it; connects to nothing yet. */
    public static Auditing open(Connections connections) {
        return new Auditing(AuditParts.of(connections, Clock.systemUTC()));
    }

    /**
     * Holds every partition against its checkpoints.
     *
     * @param known heads of an earlier verification, by partition; empty when there was none
     */
    public List<AuditReport> verify(Map<Integer, KnownHead> known) {
        AuditTrail trail = trail(DesiredState.AUDITOR);
        List<AuditReport> reports = new ArrayList<>();
        each(partition -> reports.add(trail.verify(partition, known.get(partition))));
        return reports;
    }

    /** Gives every record, partition by partition, each in order. */
    public void read(Consumer<AuditEntry> to) {
        AuditTrail trail = trail(DesiredState.AUDITOR);
        each(partition -> trail.read(partition, to));
    }

    /**
     * Signs over what no checkpoint covers yet, as the one that writes: after a process that was killed.
     */
    public void seal() {
        AuditTrail trail = trail(DesiredState.AUDIT);
        each(partition -> trail.open(partition, "/mesh/seal", parts.signer()).close());
    }

    private AuditTrail trail(String principal) {
        try {
            return parts.trail(principal);
        } catch (IllegalStateException e) {
            throw new AuditUnavailableException(
                    "[audit] the record of decisions must be readable but is not: " + e.getMessage(), e);
        }
    }

    private static void each(IntConsumer work) {
        try {
            for (int partition = 0; partition < AuditSettings.PARTITIONS; partition++) {
                work.accept(partition);
            }
        } catch (KafkaException e) {
            throw new AuditUnavailableException(
                    "[audit] the record of decisions must be readable but is not: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        parts.close();
    }
}
