package io.fedmesh.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpkeepLoopTest {
    @Test
    void aProductThatNothingChangesIsLookedAtEverLaterUpToTwelveTurnsApartAndSoonAgainAfterAChange() {
        UpkeepLoop.Rest rest = new UpkeepLoop.Rest();
        List<Integer> rounds = new ArrayList<>();
        for (int turn = 0; turn < 60; turn++) {
            if (rest.isOver()) {
                rounds.add(turn);
                rest.begin(turn == 38);
            }
        }
        assertThat(rounds).containsExactly(0, 2, 6, 14, 26, 38, 39, 41, 45, 53);
    }
}
