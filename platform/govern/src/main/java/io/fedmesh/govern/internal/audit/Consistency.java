package io.fedmesh.govern.internal.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * Proofs that one tree is the beginning of another: made as in RFC 6962 section 2.1.2, checked as in RFC 9162 section
 * 2.1.4.2. All nodes of a proof are perfect subtrees of the older tree or lie right of it, so that its edge and the newer
 * leaves are enough to make one.
 */
final class Consistency {
    private final MerkleTree older;
    private final List<Hash> newer;
    private final List<Hash> path = new ArrayList<>();

    private Consistency(MerkleTree older, List<Hash> newer) {
        this.older = older;
        this.newer = newer;
    }

    /**
     * The proof from a tree to what it becomes.
     *
     * @param older the tree as it was
     * @param newer hashes of the leaves that came after
     */
    static List<Hash> prove(MerkleTree older, List<Hash> newer) {
        if (older.size() == 0 || newer.isEmpty()) {
            return List.of();
        }
        Consistency proof = new Consistency(older, newer);
        proof.walk(older.size(), 0, older.size() + newer.size(), true);
        return proof.path;
    }

    private void walk(long m, long from, long to, boolean isWhole) {
        long n = to - from;
        if (m == n) {
            if (!isWhole) {
                path.add(subtree(from, to));
            }
            return;
        }
        long k = Long.highestOneBit(n - 1);
        if (m <= k) {
            walk(m, from, from + k, isWhole);
            path.add(subtree(from + k, to));
        } else {
            walk(m - k, from + k, to, false);
            path.add(subtree(from, from + k));
        }
    }

    private Hash subtree(long from, long to) {
        if (to <= older.size()) {
            return peak(from, to);
        }
        if (from < older.size()) {
            throw new IllegalStateException(
                    "a proof's node must lie on one side of " + older.size() + " but was " + from + " to " + to);
        }
        MerkleTree tree = MerkleTree.empty();
        for (long i = from; i < to; i++) {
            tree.append(newer.get(Math.toIntExact(i - older.size())));
        }
        return tree.root();
    }

    private Hash peak(long from, long to) {
        long at = 0;
        for (Hash peak : older.peaks()) {
            long leaves = Long.highestOneBit(older.size() - at);
            if (at == from && at + leaves == to) {
                return peak;
            }
            at += leaves;
        }
        throw new IllegalStateException("a proof's node must be a perfect subtree but was " + from + " to " + to);
    }

    /** Whether the proof shows that the first tree is the beginning of the second. */
    static boolean holds(long firstSize, Hash firstRoot, long secondSize, Hash secondRoot, List<Hash> proof) {
        if (firstSize < 0 || firstSize > secondSize) {
            return false;
        }
        if (firstSize == secondSize) {
            return proof.isEmpty() && firstRoot.equals(secondRoot);
        }
        if (firstSize == 0) {
            return proof.isEmpty();
        }
        List<Hash> path = new ArrayList<>(proof);
        if (Long.bitCount(firstSize) == 1) {
            path.add(0, firstRoot);
        }
        if (path.isEmpty()) {
            return false;
        }
        long first = firstSize - 1;
        long second = secondSize - 1;
        while ((first & 1) == 1) {
            first >>= 1;
            second >>= 1;
        }
        Hash firstHash = path.get(0);
        Hash secondHash = path.get(0);
        for (Hash next : path.subList(1, path.size())) {
            if (second == 0) {
                return false;
            }
            if ((first & 1) == 1 || first == second) {
                firstHash = MerkleTree.node(next, firstHash);
                secondHash = MerkleTree.node(next, secondHash);
                while (first != 0 && (first & 1) == 0) {
                    first >>= 1;
                    second >>= 1;
                }
            } else {
                secondHash = MerkleTree.node(secondHash, next);
            }
            first >>= 1;
            second >>= 1;
        }
        return second == 0 && firstHash.equals(firstRoot) && secondHash.equals(secondRoot);
    }
}
