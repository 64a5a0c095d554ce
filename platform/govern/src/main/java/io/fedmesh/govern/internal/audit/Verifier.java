package io.fedmesh.govern.internal.audit;

import io.fedmesh.govern.audit.AuditReport;
import io.fedmesh.govern.audit.AuditReport.KnownHead;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Holds a partition's records against its checkpoints. What nobody signed yet, the records after the newest checkpoint, is
 * held by its chain alone: whoever can write the topic can cut it off or write it anew unseen until a checkpoint covers it.
 * That every checkpoint and all that it covers were set back together is seen only by whoever knows a newer head.
 */
final class Verifier {
    /**
     * By what is judged.
     *
     * @param trust tells whose signatures are believed
     * @param known a head that was seen before; null when none is known
     * @param retention how long the topic keeps a record at least
     * @param maxLag how long a record may stand uncovered
     * @param now the time
     */
    record Terms(Trust trust, @Nullable KnownHead known, Duration retention, Duration maxLag, Instant now) {}

    private Verifier() {}

    /**
     * Reads both to their end.
     *
     * @param records in the order of the topic
     * @param checkpoints by rising ordinal
     */
    static AuditReport verify(
            String topic,
            int partition,
            Iterator<LoggedRecord> records,
            Iterator<CheckpointWalk.Stored> checkpoints,
            Terms terms) {
        Findings findings = new Findings(partition);
        CheckpointWalk signed =
                new CheckpointWalk(topic, partition, terms.trust(), terms.known(), checkpoints, findings);
        RecordWalk walk = new RecordWalk(topic, partition, signed, findings);
        while (records.hasNext()) {
            walk.take(records.next());
        }
        walk.finish(terms.now().minus(terms.retention()), terms.maxLag(), terms.now());
        SignedCheckpoint newest = signed.taken();
        long covered = newest == null ? 0 : newest.head().size();
        return new AuditReport(
                partition,
                walk.records(),
                covered,
                Math.max(0, walk.end() - covered),
                newest == null ? null : newest.head().time(),
                newest == null
                        ? null
                        : new KnownHead(
                                newest.head().ordinal(), newest.head().hash().toString()),
                findings.kept(),
                findings.more());
    }
}
