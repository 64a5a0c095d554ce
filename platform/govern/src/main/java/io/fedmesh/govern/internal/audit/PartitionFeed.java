package io.fedmesh.govern.internal.audit;

import io.fedmesh.govern.audit.AuditEntry;
import io.fedmesh.govern.audit.AuditFeed;
import io.fedmesh.govern.audit.AuditSettings;
import io.fedmesh.wire.KafkaConnection;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** One partition on real brokers, read on from wherever it is asked. Not thread-safe. */
public final class PartitionFeed implements AuditFeed {
    private final PartitionReader reader;
    private final int partition;

    /** Connects when it is first read. */
    public PartitionFeed(KafkaConnection kafka, AuditSettings settings, int partition) {
        this.reader = new PartitionReader(
                kafka, settings.topic().toString(), partition, "audit.feed." + partition, settings.timeout());
        this.partition = partition;
    }

    @Override
    public Part read(long from, int most) {
        long begin = reader.begin();
        long end = reader.end();
        if (from > end) {
            throw new IllegalStateException("[audit partition " + partition + "] must reach to offset " + from
                    + ", up to which it was read before, but ends at " + end + ": verify the log");
        }
        long first = Math.max(begin, from);
        List<AuditEntry> entries = new ArrayList<>();
        Iterator<LoggedRecord> records = reader.read(first, end);
        while (entries.size() < most && records.hasNext()) {
            entries.add(Entries.of(partition, records.next()));
        }
        boolean isCut = entries.size() == most;
        return new Part(first, entries, isCut ? entries.get(most - 1).offset() + 1 : end);
    }

    @Override
    public void close() {
        reader.close();
    }
}
