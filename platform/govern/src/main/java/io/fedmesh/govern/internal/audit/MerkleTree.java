package io.fedmesh.govern.internal.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * The growing right edge of a Merkle tree as in RFC 6962 section 2.1, with SHA-384: the roots of its perfect subtrees,
 * greatest first, which is all that is needed to go on. Leaf and node are hashed with 0x00 and 0x01 in front. Not
 * thread-safe.
 */
final class MerkleTree {
    private static final byte[] LEAF = {0};
    private static final byte[] NODE = {1};

    private final List<Hash> peaks;
    private long size;

    private MerkleTree(long size, List<Hash> peaks) {
        this.size = size;
        this.peaks = new ArrayList<>(peaks);
    }

    static MerkleTree empty() {
        return new MerkleTree(0, List.of());
    }

    /** The tree whose subtrees these are; their number must be that of the size's binary ones. */
    static MerkleTree of(long size, List<Hash> peaks) {
        if (size < 0 || Long.bitCount(size) != peaks.size()) {
            throw new IllegalArgumentException("a tree of " + size + " leaves must have " + Long.bitCount(size)
                    + " perfect subtrees but had " + peaks.size());
        }
        return new MerkleTree(size, peaks);
    }

    static Hash leaf(byte[] data) {
        return Hash.of(LEAF, data);
    }

    static Hash node(Hash left, Hash right) {
        return Hash.of(NODE, left.bytes(), right.bytes());
    }

    long size() {
        return size;
    }

    /** Greatest first. */
    List<Hash> peaks() {
        return List.copyOf(peaks);
    }

    /** Adds a leaf's hash at the right. */
    void append(Hash leaf) {
        Hash hash = leaf;
        for (long s = size; (s & 1) == 1; s >>= 1) {
            hash = node(peaks.remove(peaks.size() - 1), hash);
        }
        peaks.add(hash);
        size++;
    }

    /** The tree's root; of an empty one the hash of nothing. */
    Hash root() {
        if (peaks.isEmpty()) {
            return Hash.of();
        }
        Hash root = peaks.get(peaks.size() - 1);
        for (int i = peaks.size() - 2; i >= 0; i--) {
            root = node(peaks.get(i), root);
        }
        return root;
    }
}
