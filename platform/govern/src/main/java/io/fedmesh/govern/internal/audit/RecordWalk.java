package io.fedmesh.govern.internal.audit;

import io.fedmesh.govern.audit.AuditFinding.Kind;
import io.fedmesh.govern.internal.audit.LoggedRecord.Link;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a partition's records in the order of the topic, holds each against the one before, and all of them against
 * the checkpoints. After a finding it finds its feet again: by the next record's word for the hash of the one before, and
 * by the next checkpoint's subtrees. Not thread-safe.
 */
final class RecordWalk {
    private static final int MAX_RECENT = 10_000;
    private static final int MAX_LEADING = 1_000;

    private final String topic;
    private final int partition;
    private final CheckpointWalk checkpoints;
    private final Findings findings;
    private final Gaps gaps;
    private final List<LoggedRecord> leading = new ArrayList<>();
    private final Map<Long, Hash> recent = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Hash> eldest) {
            return size() > MAX_RECENT;
        }
    };

    /** Hashes that the last record may have; empty when it is not known. */
    private final List<Hash> candidates = new ArrayList<>();

    private boolean isUnsure;
    private boolean isStarted;
    private long expected;
    private long records;
    private @Nullable MerkleTree tree;
    private @Nullable Long uncoveredSinceMs;
    private @Nullable Instant beginningCoveredAt;
    private long begins;
    private long rewrittenFrom = -1;
    private long rewrittenTo;

    RecordWalk(String topic, int partition, CheckpointWalk checkpoints, Findings findings) {
        this.topic = topic;
        this.partition = partition;
        this.checkpoints = checkpoints;
        this.findings = findings;
        this.gaps = new Gaps(findings);
    }

    long records() {
        return records;
    }

    /** Sequences below this were seen. */
    long end() {
        return expected;
    }

    /** Takes the next record. */
    void take(LoggedRecord record) {
        records++;
        if (isStarted) {
            place(record);
        } else if (isIntact(record) && record.link() != null) {
            start(Math.max(0, record.link().sequence() - leading.size()));
            place(record);
        } else {
            leading.add(record); // where it stands is told by the first one that is as it was written
            if (leading.size() > MAX_LEADING) {
                start(0);
            }
        }
    }

    private void start(long sequence) {
        isStarted = true;
        expected = sequence;
        begins = sequence;
        if (sequence == 0) {
            tree = MerkleTree.empty();
            candidates.add(Hash.NONE);
        } else {
            gaps.open(0, sequence);
        }
        List<LoggedRecord> waiting = List.copyOf(leading);
        leading.clear();
        waiting.forEach(this::place);
    }

    private void place(LoggedRecord record) {
        Link link = record.link();
        if (link == null || !isIntact(record)) {
            placeEdited(record);
            return;
        }
        long sequence = link.sequence();
        if (sequence < expected) {
            again(link);
            return;
        }
        if (sequence == expected) {
            Hash before = settle(link.previous());
            if (before != null && !before.equals(link.previous())) {
                findings.add(Kind.FORKED, sequence, sequence, "it does not follow the record before it");
            }
        } else {
            skipTo(sequence, link.previous());
        }
        accept(sequence, record, List.of(link.hash()), false);
    }

    private void placeEdited(LoggedRecord record) {
        Link link = record.link();
        long sequence = expected;
        if (link != null && link.sequence() > expected && !candidates.contains(link.previous())) {
            sequence = link.sequence();
            skipTo(sequence, null);
        } else {
            settle(link == null ? null : link.previous());
        }
        findings.add(Kind.EDITED, sequence, sequence, "it is not what its hash was made of");
        List<Hash> hashes = link == null
                ? List.of()
                : List.of(link.hash(), Chain.hash(topic, partition, sequence, link.previous(), record.value()));
        accept(sequence, record, hashes, true);
    }

    /** Nothing is known of what lies between; a checkpoint that ends just before the record says what it should follow. */
    private void skipTo(long sequence, @Nullable Hash previous) {
        settle(null);
        gaps.open(expected, sequence);
        tree = null;
        candidates.clear();
        expected = sequence;
        follow(previous);
    }

    private void follow(@Nullable Hash previous) {
        SignedCheckpoint next = reach(expected);
        if (next != null && next.head().size() == expected) {
            cover(next);
            if (previous != null && !previous.equals(next.head().head())) {
                findings.add(
                        Kind.FORKED, expected, expected, "it does not follow the record that was signed before it");
            }
        }
    }

    /** Leaves out checkpoints that end before; gives the next one without taking it. */
    private @Nullable SignedCheckpoint reach(long size) {
        SignedCheckpoint next = checkpoints.peek();
        while (next != null && next.head().size() < size) {
            checkpoints.take();
            next = checkpoints.peek();
        }
        return next;
    }

    private void accept(long sequence, LoggedRecord record, List<Hash> hashes, boolean unsure) {
        candidates.clear();
        candidates.addAll(hashes);
        isUnsure = unsure;
        hashes.stream().findFirst().ifPresent(hash -> recent.put(sequence, hash));
        expected = sequence + 1;
        if (uncoveredSinceMs == null) {
            uncoveredSinceMs = record.timestampMs();
        }
    }

    private void again(Link link) {
        long sequence = link.sequence();
        Hash seen = recent.get(sequence);
        if (gaps.fill(sequence)) {
            recent.put(sequence, link.hash());
        } else if (seen == null || seen.equals(link.hash())) {
            findings.add(Kind.DUPLICATED, sequence, sequence, "it stands here once more");
        } else {
            findings.add(Kind.FORKED, sequence, sequence, "another record of this sequence stands before it");
            if (sequence == expected - 1) {
                candidates.add(link.hash());
            }
        }
    }

    /**
     * Decides which hash the last record has, adds it to the tree and holds the tree against a checkpoint that ends there.
     *
     * @param next what the record after it names; null when there is none
     * @return the hash; null when it is not known
     */
    private @Nullable Hash settle(@Nullable Hash next) {
        if (expected == begins && expected > 0) {
            follow(next); // nothing was read before: it stands on a checkpoint or on nothing
            return null;
        }
        if (expected == 0) {
            return Hash.NONE;
        }
        SignedCheckpoint signed = reach(expected);
        if (signed == null || signed.head().size() != expected) {
            Hash hash = isKnown(next) ? next : candidates.isEmpty() ? null : candidates.get(0);
            grow(hash);
            return hash;
        }
        Hash head = signed.head().head();
        Hash hash = isKnown(head) ? head : isKnown(next) ? next : candidates.isEmpty() ? null : candidates.get(0);
        grow(hash);
        boolean isRewritten = !head.equals(hash)
                || (tree != null && !tree.root().equals(signed.head().root()));
        if (isRewritten) {
            rewritten(covered(), signed.head().size() - 1);
        }
        cover(signed);
        return hash;
    }

    private boolean isKnown(@Nullable Hash hash) {
        return hash != null && (isUnsure || candidates.contains(hash));
    }

    private void grow(@Nullable Hash hash) {
        MerkleTree growing = tree;
        if (growing == null) {
            return;
        }
        if (hash == null) {
            tree = null;
        } else if (growing.size() < expected) {
            growing.append(MerkleTree.leaf(hash.bytes()));
        }
    }

    private void cover(SignedCheckpoint signed) {
        checkpoints.take();
        tree = signed.tree();
        uncoveredSinceMs = null;
        if (beginningCoveredAt == null) {
            beginningCoveredAt = signed.head().time();
        }
    }

    private long covered() {
        SignedCheckpoint taken = checkpoints.taken();
        return taken == null ? 0 : taken.head().size();
    }

    private void rewritten(long from, long to) {
        if (rewrittenFrom >= 0 && rewrittenTo + 1 == from) {
            rewrittenTo = to;
            return;
        }
        tellRewritten();
        rewrittenFrom = from;
        rewrittenTo = to;
    }

    private void tellRewritten() {
        if (rewrittenFrom >= 0) {
            findings.add(
                    Kind.REWRITTEN,
                    rewrittenFrom,
                    rewrittenTo,
                    "the records agree with each other but not with the head that was signed over them");
        }
    }

    private boolean isIntact(LoggedRecord record) {
        Link link = record.link();
        return link != null
                && link.hash().equals(Chain.hash(topic, partition, link.sequence(), link.previous(), record.value()));
    }

    /**
     * Ends the walk after the last record.
     *
     * @param horizon what was recorded before this may have been deleted by the topic's retention
     * @param maxLag how long a record may stand uncovered
     * @param now the time
     */
    void finish(Instant horizon, Duration maxLag, Instant now) {
        if (!isStarted) {
            boolean isEmpty = leading.isEmpty();
            start(0);
            isStarted = !isEmpty;
        }
        settle(null);
        tellRewritten();
        long end = expected;
        SignedCheckpoint next = reach(end + 1);
        SignedCheckpoint last = next;
        while (next != null) {
            last = checkpoints.take();
            next = checkpoints.peek();
        }
        boolean isTruncated = last != null && (isStarted || !isOver(last.head().time(), horizon, maxLag));
        if (last != null && isTruncated) {
            findings.add(
                    Kind.TRUNCATED,
                    end,
                    last.head().size() - 1,
                    "a checkpoint covers records that the topic does not have");
        }
        Instant beginningCovered = beginningCoveredAt;
        boolean beginningIsOver = beginningCovered != null && isOver(beginningCovered, horizon, maxLag);
        gaps.finish(beginningIsOver ? begins : 0);
        Long since = uncoveredSinceMs;
        if (!isTruncated
                && since != null
                && Instant.ofEpochMilli(since).plus(maxLag).isBefore(now)) {
            findings.add(
                    Kind.CHECKPOINT_OVERDUE,
                    checkpoints.newestOrdinal() + 1,
                    checkpoints.newestOrdinal() + 1,
                    "records from sequence " + covered() + " on stand uncovered for more than " + maxLag.toSeconds()
                            + " s");
        }
    }

    /** Whether what a checkpoint of that time covers may have been deleted: it was made so long after its first record. */
    private static boolean isOver(Instant covered, Instant horizon, Duration maxLag) {
        return !covered.minus(maxLag).isAfter(horizon);
    }
}
