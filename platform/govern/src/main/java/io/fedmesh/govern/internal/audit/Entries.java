package io.fedmesh.govern.internal.audit;

import io.fedmesh.govern.audit.AuditEntry;
import java.time.Instant;

/** Records as they are given out. Stateless. */
final class Entries {
    private Entries() {}

    static AuditEntry of(int partition, LoggedRecord record) {
        LoggedRecord.Link link = record.link();
        return new AuditEntry(
                partition,
                record.offset(),
                link == null ? -1 : link.sequence(),
                link == null ? null : link.hash().toString(),
                link == null ? null : link.previous().toString(),
                Instant.ofEpochMilli(record.timestampMs()),
                EventJson.read(record.value()).orElse(null));
    }
}
