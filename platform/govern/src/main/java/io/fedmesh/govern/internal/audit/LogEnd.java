package io.fedmesh.govern.internal.audit;

import io.fedmesh.govern.internal.audit.LoggedRecord.Link;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of a partition's log as its writer knows it: what the next record follows, and the tree over all so far. It is
 * replayed from the newest checkpoint on and thrown away after any failure. Not thread-safe.
 */
final class LogEnd {
    private final String topic;
    private final int partition;
    private final MerkleTree tree;
    private final List<Hash> leaves = new ArrayList<>();
    private MerkleTree atCheckpoint;
    private @Nullable Checkpoint checkpoint;
    private Hash last;
    private long offset;

    private LogEnd(String topic, int partition, @Nullable SignedCheckpoint newest) {
        this.topic = topic;
        this.partition = partition;
        this.tree = newest == null ? MerkleTree.empty() : newest.tree();
        this.atCheckpoint = MerkleTree.of(tree.size(), tree.peaks());
        this.checkpoint = newest == null ? null : newest.head();
        this.last = newest == null ? Hash.NONE : newest.head().head();
        this.offset = newest == null ? 0 : newest.head().offset();
    }

    /** The end as the newest checkpoint tells it; of an empty log when there is none. */
    static LogEnd at(String topic, int partition, @Nullable SignedCheckpoint newest) {
        return new LogEnd(topic, partition, newest);
    }

    /** The sequence of the next record. */
    long next() {
        return tree.size();
    }

    /** How many records no checkpoint covers. */
    int uncovered() {
        return leaves.size();
    }

    /** Goes on by one record and says what it claims. */
    Link append(byte[] value) {
        long sequence = tree.size();
        Hash hash = Chain.hash(topic, partition, sequence, last, value);
        Link link = new Link(sequence, last, hash);
        grow(hash);
        return link;
    }

    /**
     * Goes on by a record that stands on the topic.
     *
     * @throws IllegalStateException when it is not the one that follows
     */
    void replay(LoggedRecord record) {
        Link claimed = record.link();
        Link made = new Link(tree.size(), last, Chain.hash(topic, partition, tree.size(), last, record.value()));
        if (!made.equals(claimed)) {
            throw new IllegalStateException("[audit partition " + partition + "] the record at offset "
                    + record.offset() + " must be the one of sequence " + tree.size()
                    + " and follow the one before but does not: verify the log before anything is written to it");
        }
        grow(made.hash());
        offset = record.offset();
    }

    private void grow(Hash hash) {
        Hash leaf = MerkleTree.leaf(hash.bytes());
        tree.append(leaf);
        leaves.add(leaf);
        last = hash;
    }

    /** Where the last record stands; 0 when there is none. */
    long offset() {
        return offset;
    }

    /** Notes where the last record stands. */
    void standsAt(long lastOffset) {
        this.offset = lastOffset;
    }

    /** The head over all records so far; only when there are some that none covers. */
    SignedCheckpoint head(Instant now) {
        if (leaves.isEmpty()) {
            throw new IllegalStateException("there must be records that no checkpoint covers but are none");
        }
        Checkpoint before = checkpoint;
        Instant time = before != null && now.isBefore(before.time()) ? before.time() : now;
        Checkpoint head = new Checkpoint(
                topic,
                partition,
                tree.size(),
                tree.root(),
                before == null ? 0 : before.ordinal() + 1,
                time,
                last,
                before == null ? Hash.NONE : before.hash(),
                offset);
        return new SignedCheckpoint(head, tree.peaks(), Consistency.prove(atCheckpoint, leaves));
    }

    /** Notes that the head is signed and kept. */
    void covered(SignedCheckpoint kept) {
        checkpoint = kept.head();
        atCheckpoint = kept.tree();
        leaves.clear();
    }
}
