package io.fedmesh.govern.internal.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Against the definitions of RFC 6962 as they stand there, and roots that another program made. */
class MerkleTreeTest {
    private static final int MOST = 70;
    private static final List<Hash> LEAVES = IntStream.range(0, MOST)
            .mapToObj(i -> MerkleTree.leaf(Hash.of(Integer.toString(i).getBytes(StandardCharsets.US_ASCII))
                    .bytes()))
            .toList();

    private static MerkleTree tree(int size) {
        MerkleTree tree = MerkleTree.empty();
        LEAVES.subList(0, size).forEach(tree::append);
        return tree;
    }

    /** Section 2.1, word for word. */
    private static Hash root(List<Hash> leaves) {
        if (leaves.isEmpty()) {
            return Hash.of();
        }
        if (leaves.size() == 1) {
            return leaves.get(0);
        }
        int k = 1;
        while (k * 2 < leaves.size()) {
            k *= 2;
        }
        return MerkleTree.node(root(leaves.subList(0, k)), root(leaves.subList(k, leaves.size())));
    }

    /** Section 2.1.2, word for word. */
    private static List<Hash> proof(int m, List<Hash> leaves, boolean isWhole) {
        int n = leaves.size();
        if (m == n) {
            return isWhole ? List.of() : List.of(root(leaves));
        }
        int k = 1;
        while (k * 2 < n) {
            k *= 2;
        }
        List<Hash> path = new ArrayList<>();
        if (m <= k) {
            path.addAll(proof(m, leaves.subList(0, k), isWhole));
            path.add(root(leaves.subList(k, n)));
        } else {
            path.addAll(proof(m - k, leaves.subList(k, n), false));
            path.add(root(leaves.subList(0, k)));
        }
        return path;
    }

    @Test
    void theRootIsTheOneOfTheDefinition() {
        for (int size = 0; size <= MOST; size++) {
            assertThat(tree(size).root()).as("%d leaves", size).isEqualTo(root(LEAVES.subList(0, size)));
        }
    }

    @Test
    void theRootIsTheOneThatAnotherProgramMakes() {
        assertThat(tree(0).root()).hasToString("OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb");
        assertThat(tree(1).root()).hasToString("yfhbABYKDr6AnS2ihU1WvD+QQOoIYmL5jD90wYIEjeDxYJMtUR/4hXmxXyee5PqF");
        assertThat(tree(3).root()).hasToString("6Qj+gpbzBLqrx+HLekflDm2o5+THqJ5THRkKljpc2h18j6GUh8e+DW36wQoHUPC7");
        assertThat(tree(7).root()).hasToString("bt0z8Dne37XGTRVXlW4ifcwi2+jwsLfDXihAnZn7Ml3aX3umchxvfT9m1GzpQz/Z");
    }

    @Test
    void aTreeGoesOnFromItsSubtreesAlone() {
        for (int size = 0; size < MOST; size++) {
            MerkleTree whole = tree(size);
            MerkleTree again = MerkleTree.of(size, whole.peaks());
            again.append(LEAVES.get(size));
            assertThat(again.root()).isEqualTo(tree(size + 1).root());
        }
        assertThatThrownBy(() -> MerkleTree.of(6, tree(7).peaks()))
                .hasMessage("a tree of 6 leaves must have 2 perfect subtrees but had 3");
    }

    @Test
    void aProofIsTheOneOfTheDefinitionAndHolds() {
        for (int m = 1; m <= MOST; m++) {
            for (int n = m; n <= MOST; n++) {
                List<Hash> made = Consistency.prove(tree(m), LEAVES.subList(m, n));
                assertThat(made).as("from %d to %d", m, n).isEqualTo(proof(m, LEAVES.subList(0, n), true));
                assertThat(Consistency.holds(m, tree(m).root(), n, tree(n).root(), made))
                        .as("from %d to %d", m, n)
                        .isTrue();
            }
        }
        assertThat(Consistency.holds(0, tree(0).root(), 5, tree(5).root(), List.of()))
                .isTrue();
    }

    @Test
    void aProofOfAnythingElseDoesNotHold() {
        Hash wrong = Hash.of(new byte[] {1});
        for (int m = 1; m <= 20; m++) {
            for (int n = m; n <= 20; n++) {
                Hash first = tree(m).root();
                Hash second = tree(n).root();
                List<Hash> proof = Consistency.prove(tree(m), LEAVES.subList(m, n));
                assertThat(Consistency.holds(m, wrong, n, second, proof)).isFalse();
                assertThat(Consistency.holds(m, first, n, wrong, proof)).isFalse();
                List<Hash> longer = new ArrayList<>(proof);
                longer.add(wrong);
                assertThat(Consistency.holds(m, first, n, second, longer)).isFalse();
                for (int i = 0; i < proof.size(); i++) {
                    List<Hash> altered = new ArrayList<>(proof);
                    altered.set(i, wrong);
                    assertThat(Consistency.holds(m, first, n, second, altered)).isFalse();
                    List<Hash> shorter = new ArrayList<>(proof);
                    shorter.remove(i);
                    assertThat(Consistency.holds(m, first, n, second, shorter)).isFalse();
                }
            }
        }
        assertThat(Consistency.holds(3, tree(3).root(), 2, tree(2).root(), List.of()))
                .isFalse();
    }
}
