package io.fedmesh.govern.audit;

import java.util.ArrayList;
import java.util.List;

/** A log in memory that is down when told, or after so many events. */
public final class RecordingLog implements AuditLog {
    public final List<AuditEvent> events = new ArrayList<>();
    public final List<AuditEvent> sealed = new ArrayList<>();
    public int downAfter = Integer.MAX_VALUE;

    /** {@code action outcome} of every event. */
    public List<String> said() {
        return events.stream().map(e -> e.action() + " " + e.outcome()).toList();
    }

    @Override
    public AuditReceipt record(AuditEvent event) {
        if (events.size() >= downAfter) {
            throw new AuditUnavailableException("down");
        }
        events.add(event);
        return new AuditReceipt(0, events.size() - 1L, "hash");
    }

    @Override
    public AuditReceipt recordSealed(AuditEvent event) {
        AuditReceipt receipt = record(event);
        sealed.add(event);
        return receipt;
    }

    @Override
    public void close() {}
}
