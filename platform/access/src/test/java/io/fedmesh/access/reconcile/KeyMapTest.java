package io.fedmesh.access.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyMapTest {
    @Test
    void keysAreFoundAfterItHasGrown() {
        Random random = new Random(7);
        KeyMap map = new KeyMap(0, 1_000_000);
        for (int i = 0; i < 100_000; i++) {
            assertThat(map.add(random.nextLong(), random.nextLong(), i, ~i)).isTrue();
            if (i == 50) {
                Random again = new Random(7);
                map.match(again.nextLong(), again.nextLong(), 0, -1);
            }
        }
        Random again = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            long key0 = again.nextLong();
            long key1 = again.nextLong();
            assertThat(map.add(key0, key1, 0, 0)).isFalse();
            if (i % 2 == 0) {
                assertThat(map.match(key0, key1, i, ~i)).isEqualTo(KeyMap.Match.EQUAL);
                assertThat(map.match(key0, key1, i, i)).isEqualTo(KeyMap.Match.DIFFERENT);
            }
            assertThat(map.match(key0, ~key1, i, i)).isEqualTo(KeyMap.Match.ABSENT);
        }
        Set<Long> unseen = new HashSet<>();
        map.unseen((key0, key1, sum0, sum1) -> unseen.add(sum0));
        assertThat(unseen).hasSize(50_000).allMatch(i -> i % 2 == 1);
        assertThat(map.size()).isEqualTo(100_000);
    }

    @Test
    void aKeyOfZerosIsAKey() {
        KeyMap map = new KeyMap(0, 10);

        assertThat(map.contains(0, 0)).isFalse();
        assertThat(map.add(0, 0, 1, 2)).isTrue();
        assertThat(map.match(0, 0, 1, 2)).isEqualTo(KeyMap.Match.EQUAL);
    }

    @Test
    void moreKeysThanTheLimitAreRefused() {
        KeyMap map = new KeyMap(0, 2);
        map.add(1, 1, 0, 0);
        map.add(2, 2, 0, 0);

        assertThatThrownBy(() -> map.add(3, 3, 0, 0))
                .isInstanceOf(ReconcileException.class)
                .hasMessage("a product must have at most 2 keys to be compared but has more: raise 'maxKeys' and the"
                        + " memory of the process");
    }
}
