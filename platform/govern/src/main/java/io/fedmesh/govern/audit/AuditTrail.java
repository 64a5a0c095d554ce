package io.fedmesh.govern.audit;

import io.fedmesh.govern.audit.AuditReport.KnownHead;
import io.fedmesh.govern.internal.audit.PartitionTrail;
import io.fedmesh.wire.KafkaConnection;
import java.security.PublicKey;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The audit log of a mesh: a topic whose records hang together by hashes, partition by partition, and signed heads of a
 * Merkle tree over each partition, kept elsewhere. Thread-safe.
 *
 * <p>Found is every edit, drop, swap, duplicate, fork and cut of what a checkpoint covers. Not found is what is done to the
 * records behind the newest checkpoint by somebody who writes them anew with all their hashes or cuts them off, which is why
 * grants are recorded {@linkplain AuditLog#recordSealed sealed}; and topic and checkpoints that are set back together, unless
 * the {@linkplain AuditReport#newest() newest head} of an earlier verification is handed in.
 */
public final class AuditTrail {
    private final KafkaConnection kafka;
    private final AuditSettings settings;
    private final List<PublicKey> keys;
    private final CheckpointStore store;
    private final Clock clock;

    /**
     * @param kafka for writing: a principal that may write the topic, read it, and use the transactional ids
     *     {@code <domain of the topic>.audit.p<partition>}; for verification one that may read it
     * @param settings how the log is kept; the same for all who write and verify
     * @param keys public keys whose signatures are believed, the former ones included
     * @param store where the checkpoints are
     * @param clock tells the time of checkpoints
     */
    public AuditTrail(
            KafkaConnection kafka, AuditSettings settings, List<PublicKey> keys, CheckpointStore store, Clock clock) {
        this.kafka = kafka;
        this.settings = settings;
        this.keys = List.copyOf(keys);
        this.store = store;
        this.clock = clock;
    }

    /**
     * Takes a partition over and begins to write to it. Each process that lives long has a partition of its own; writers
     * of one partition take turns, each reading what the other left.
     *
     * @param partition of the topic; 0 or more
     * @param source names the process in its events, a URI reference of 1 to 300 characters
     * @param signer whose public key is among {@code keys}
     * @throws AuditUnavailableException when brokers or store do not answer, or the log does not continue its newest
     *     checkpoint: then {@link #verify} says what was done to it, and nothing is written
     */
    public AuditLog open(int partition, String source, AuditSigner signer) {
        if (!keys.contains(signer.publicKey())) {
            throw new IllegalArgumentException("[audit] the signer's public key must be among the trusted but is not");
        }
        return trail(partition).open(source, signer);
    }

    /**
     * Reads a partition from its beginning to its end against all its checkpoints.
     *
     * @param known the newest head of an earlier verification; null when there was none
     * @throws AuditUnavailableException when the store does not answer
     * @throws org.apache.kafka.common.KafkaException when the brokers do not
     */
    public AuditReport verify(int partition, @Nullable KnownHead known) {
        return trail(partition).verify(known);
    }

    /**
     * Gives every record of a partition from its beginning to its end as it is now, in order, without holding any against
     * its checkpoints.
     *
     * @throws org.apache.kafka.common.KafkaException when the brokers do not answer
     */
    public void read(int partition, Consumer<AuditEntry> to) {
        trail(partition).read(to);
    }

    private PartitionTrail trail(int partition) {
        return new PartitionTrail(kafka, settings, partition, keys, store, clock);
    }
}
