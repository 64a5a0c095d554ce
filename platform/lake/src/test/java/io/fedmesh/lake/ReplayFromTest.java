package io.fedmesh.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayFromTest {
    @Test
    void threeWaysToSayWhereAReplayBegins() {
        assertThat(ReplayFrom.parse("earliest")).isEqualTo(new ReplayFrom.Earliest());
        assertThat(ReplayFrom.parse("2026-01-31T12:00:00Z"))
                .isEqualTo(new ReplayFrom.Time(Instant.parse("2026-01-31T12:00:00Z")));
        assertThat(ReplayFrom.parse("0:15,3:0")).isEqualTo(new ReplayFrom.Offsets(Map.of(0, 15L, 3, 0L)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "latest", "0:1,0:2", "0:", "0:-1", "2026-01-31", "0:1,"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> ReplayFrom.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "[replay] 'from' must be earliest, a time such as 2026-01-31T12:00:00Z, or partition:offset,…"
                                + " with each partition once, but was '" + text + "'");
    }
}
