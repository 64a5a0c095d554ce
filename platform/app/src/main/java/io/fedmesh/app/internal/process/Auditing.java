package io.fedmesh.app.internal.process;

import io.fedmesh.access.LakehouseTables;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.audit.AuditEntry;
import io.fedmesh.govern.audit.AuditFeed;
import io.fedmesh.govern.audit.AuditReport;
import io.fedmesh.govern.audit.AuditReport.KnownHead;
import io.fedmesh.govern.audit.AuditSettings;
import io.fedmesh.govern.audit.AuditTrail;
import io.fedmesh.govern.audit.AuditUnavailableException;
import io.fedmesh.lake.Lakehouse;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
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
     * Holds the record's copy in the lake against its topic.
     *
     * @param lakehouse where the copy is; asked for once
     * @return empty where there is no copy yet
     */
    public Optional<AuditCopy.Comparison> compareCopy(Supplier<Lakehouse> lakehouse) {
        List<AuditFeed> open = new ArrayList<>();
        try {
            return new LakehouseTables(lakehouse.get())
                    .current(AuditCopy.TABLE)
                    .map(snapshot -> AuditCopy.compare(snapshot, AuditSettings.PARTITIONS, partition -> {
                        AuditFeed feed = AuditParts.feed(parts.connections(), partition);
                        open.add(feed);
                        return feed;
                    }));
        } catch (RuntimeException e) {
            throw unreadable(e);
        } finally {
            open.forEach(AuditFeed::close);
        }
    }

    private static AuditUnavailableException unreadable(RuntimeException e) {
        return new AuditUnavailableException(
                "[audit] the record of decisions must be readable but is not: " + e.getMessage(), e);
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
            throw unreadable(e);
        }
    }

    private static void each(IntConsumer work) {
        try {
            for (int partition = 0; partition < AuditSettings.PARTITIONS; partition++) {
                work.accept(partition);
            }
        } catch (KafkaException e) {
            throw unreadable(e);
        }
    }

    @Override
    public void close() {
        parts.close();
    }
}
