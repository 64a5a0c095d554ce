package io.fedmesh.govern.internal.audit;

import io.fedmesh.govern.audit.AuditEntry;
import io.fedmesh.govern.audit.AuditLog;
import io.fedmesh.govern.audit.AuditReport;
import io.fedmesh.govern.audit.AuditReport.KnownHead;
import io.fedmesh.govern.audit.AuditSettings;
import io.fedmesh.govern.audit.AuditSigner;
import io.fedmesh.govern.audit.AuditUnavailableException;
import io.fedmesh.govern.audit.CheckpointStore;
import io.fedmesh.wire.KafkaConnection;
import java.security.PublicKey;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One partition of the log on real brokers: opened to be written, or read and verified. */
public final class PartitionTrail {
    private final KafkaConnection kafka;
    private final AuditSettings settings;
    private final int partition;
    private final Trust trust;
    private final CheckpointStore store;
    private final Clock clock;

    public PartitionTrail(
            KafkaConnection kafka,
            AuditSettings settings,
            int partition,
            List<PublicKey> keys,
            CheckpointStore store,
            Clock clock) {
        this.kafka = kafka;
        this.settings = settings;
        this.partition = partition;
        this.trust = Trust.in(keys);
        this.store = store;
        this.clock = clock;
    }

    /** Takes the partition over, reads its end and begins to write. */
    public AuditLog open(String source, AuditSigner signer) {
        KafkaLog log = new KafkaLog(kafka, settings, partition, trust, store);
        try {
            var unused = log.open();
        } catch (RuntimeException e) {
            log.close();
            throw new AuditUnavailableException(
                    "[audit partition " + partition + "] must be open to be written but is not: " + e.getMessage(), e);
        }
        GroupedAuditLog opened = new GroupedAuditLog(log, settings, partition, source, signer, store, clock);
        opened.start();
        return opened;
    }

    /** Reads all of it against all checkpoints. */
    public AuditReport verify(@Nullable KnownHead known) {
        // Checkpoints first: whatever they cover stands on the topic when it is looked at afterwards.
        Iterator<CheckpointWalk.Stored> checkpoints = store.ordinals(partition).stream()
                .map(ordinal -> new CheckpointWalk.Stored(ordinal, content(ordinal)))
                .iterator();
        try (PartitionReader reader = new PartitionReader(
                kafka, settings.topic().toString(), partition, "audit.verify", settings.timeout())) {
            Iterator<LoggedRecord> records = reader.read(reader.begin(), reader.end());
            return Verifier.verify(
                    settings.topic().toString(),
                    partition,
                    records,
                    checkpoints,
                    new Verifier.Terms(trust, known, settings.retention(), settings.maxLag(), clock.instant()));
        }
    }

    /** Gives every record from the beginning to the end as it is now, in order. */
    public void read(Consumer<AuditEntry> to) {
        try (PartitionReader reader =
                new PartitionReader(kafka, settings.topic().toString(), partition, "audit.read", settings.timeout())) {
            reader.read(reader.begin(), reader.end())
                    .forEachRemaining(record -> to.accept(Entries.of(partition, record)));
        }
    }

    private byte[] content(long ordinal) {
        return store.read(partition, ordinal)
                .orElseThrow(() -> new AuditUnavailableException("[audit partition " + partition + "] checkpoint "
                        + ordinal + " must be readable, as it was listed, but is gone"));
    }
}
