package io.fedmesh.govern.internal.audit;

import io.fedmesh.govern.audit.AuditFinding.Kind;
import io.fedmesh.govern.audit.AuditReport.KnownHead;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a partition's checkpoints and gives those that hold, by rising size; what does not hold is a finding and is
 * not given. Each must be signed, stand in its place, name the one before, and prove that its tree continues that one's.
 * Not thread-safe.
 */
final class CheckpointWalk {
    /** A checkpoint as it lies in the store. */
    record Stored(long ordinal, byte[] content) {}

    private final String topic;
    private final int partition;
    private final Trust trust;
    private final @Nullable KnownHead known;
    private final Iterator<Stored> stored;
    private final Findings findings;

    private long expected;
    private long newestOrdinal = -1;
    private boolean isKnownJudged;
    private @Nullable Checkpoint last;
    private @Nullable SignedCheckpoint peeked;
    private @Nullable SignedCheckpoint given;

    CheckpointWalk(
            String topic,
            int partition,
            Trust trust,
            @Nullable KnownHead known,
            Iterator<Stored> stored,
            Findings findings) {
        this.topic = topic;
        this.partition = partition;
        this.trust = trust;
        this.known = known;
        this.stored = stored;
        this.findings = findings;
    }

    /** The next one that holds, without taking it; null after the last. */
    @Nullable
    SignedCheckpoint peek() {
        while (peeked == null && stored.hasNext()) {
            peeked = judge(stored.next());
        }
        if (peeked == null) {
            judgeKnown();
        }
        return peeked;
    }

    /** Takes the next one. */
    SignedCheckpoint take() {
        SignedCheckpoint next = peek();
        if (next == null) {
            throw new IllegalStateException("there must be a checkpoint left but is none");
        }
        given = next;
        peeked = null;
        return next;
    }

    /** The last one that was taken; null before the first. */
    @Nullable
    SignedCheckpoint taken() {
        return given;
    }

    /** The greatest ordinal that was seen, whether it held or not; -1 when there was none. */
    long newestOrdinal() {
        return newestOrdinal;
    }

    private @Nullable SignedCheckpoint judge(Stored next) {
        long ordinal = next.ordinal();
        if (ordinal < expected) {
            findings.add(Kind.CHECKPOINT_FORKED, ordinal, ordinal, "it comes again, or in another order");
            return null;
        }
        if (ordinal > expected) {
            findings.add(
                    Kind.CHECKPOINT_MISSING,
                    expected,
                    ordinal - 1,
                    "the store does not have what comes before " + ordinal);
            last = null;
        }
        boolean isFirst = ordinal == 0;
        Checkpoint before = last;
        expected = ordinal + 1;
        newestOrdinal = ordinal;
        last = null; // what does not hold is nothing to go by
        SignedCheckpoint opened;
        try {
            opened = SignedCheckpoint.open(next.content(), trust);
        } catch (SignedCheckpoint.Unbelievable e) {
            findings.add(e.kind(), ordinal, ordinal, String.valueOf(e.getMessage()));
            return null;
        }
        Checkpoint head = opened.head();
        if (!head.topic().equals(topic) || head.partition() != partition || head.ordinal() != ordinal) {
            findings.add(Kind.CHECKPOINT_ALTERED, ordinal, ordinal, "it was signed for another place");
            return null;
        }
        if (known != null && known.ordinal() == ordinal) {
            isKnownJudged = true;
            if (!known.hash().equals(head.hash().toString())) {
                findings.add(Kind.CHECKPOINT_FORKED, ordinal, ordinal, "another one is known of this ordinal");
                return null;
            }
        }
        String broken = isFirst ? asFirst(opened) : before == null ? null : asNext(before, opened);
        if (broken != null) {
            findings.add(Kind.CHECKPOINT_FORKED, ordinal, ordinal, broken);
            return null;
        }
        SignedCheckpoint sofar = given;
        if (sofar != null && head.size() <= sofar.head().size()) {
            findings.add(Kind.CHECKPOINT_FORKED, ordinal, ordinal, "it does not cover more than one before it");
            return null;
        }
        last = head;
        return opened;
    }

    private static @Nullable String asFirst(SignedCheckpoint first) {
        return first.head().before().equals(Hash.NONE) && first.proof().isEmpty()
                ? null
                : "it is the first and yet names one before";
    }

    private static @Nullable String asNext(Checkpoint before, SignedCheckpoint next) {
        Checkpoint head = next.head();
        if (!head.before().equals(before.hash())) {
            return "it does not name the one before";
        }
        if (head.size() <= before.size()) {
            return "it does not cover more than the one before";
        }
        if (head.time().isBefore(before.time())) {
            return "its time lies before that of the one before";
        }
        return Consistency.holds(before.size(), before.root(), head.size(), head.root(), next.proof())
                ? null
                : "its tree does not continue that of the one before";
    }

    private void judgeKnown() {
        if (known != null && !isKnownJudged) {
            isKnownJudged = true;
            if (newestOrdinal < known.ordinal()) {
                findings.add(
                        Kind.ROLLED_BACK,
                        newestOrdinal + 1,
                        known.ordinal(),
                        "the store ends before a checkpoint that is known");
            }
        }
    }
}
