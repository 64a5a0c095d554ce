package io.fedmesh.govern.audit;

/**
 * Something on the log or among its checkpoints that is not as it was written.
 *
 * @param kind what was done to it
 * @param partition of the topic
 * @param from first sequence that is concerned; of a checkpoint's finding the first ordinal
 * @param to last one, from or greater
 * @param detail for people; holds no record's value
 */
public record AuditFinding(Kind kind, int partition, long from, long to, String detail) {
    /** What was done. Those that begin with {@code CHECKPOINT} count ordinals, the others sequences of records. */
    public enum Kind {
        /** A record's content, sequence or hash was changed. */
        EDITED,
        /** Records are missing between others, or at the beginning before their retention ended. */
        DROPPED,
        /** Records stand in another order. */
        SWAPPED,
        /** A record stands there more than once. */
        DUPLICATED,
        /** Records that a checkpoint covers are missing at the end. */
        TRUNCATED,
        /** Two records claim one place, or one does not follow the record before it. */
        FORKED,
        /** Records agree with each other but not with the head that was signed over them. */
        REWRITTEN,
        /** A checkpoint that was known to be there is gone: the store stands at an older state. */
        ROLLED_BACK,
        /** Checkpoints are missing between others. */
        CHECKPOINT_MISSING,
        /** A checkpoint is not what was signed. */
        CHECKPOINT_ALTERED,
        /** No key that is trusted signed the checkpoint. */
        CHECKPOINT_UNTRUSTED,
        /** A checkpoint does not continue the one before it, or is another than was known. */
        CHECKPOINT_FORKED,
        /** Records stand uncovered for longer than they may: checkpoints are not written, or the last ones are gone. */
        CHECKPOINT_OVERDUE
    }

    @Override
    public String toString() {
        boolean ofCheckpoints = kind.name().startsWith("CHECKPOINT") || kind == Kind.ROLLED_BACK;
        return "[audit partition " + partition + (ofCheckpoints ? ", checkpoint " : ", sequence ") + from
                + (to > from ? " to " + to : "") + "] " + kind + ": " + detail;
    }
}
