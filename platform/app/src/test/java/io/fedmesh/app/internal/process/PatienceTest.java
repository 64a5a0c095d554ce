package io.fedmesh.app.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private final List<String> waits = new ArrayList<>();

    @Test
    void whatIsAwayIsTriedAgain() throws Exception {
        AtomicInteger attempts = new AtomicInteger();

        String answer = new Patience(Duration.ofMinutes(1), new Random(1))
                .until(
                        () -> {
                            if (attempts.incrementAndGet() < 3) {
                                throw new IOException("away");
                            }
                            return "here";
                        },
                        waits::add);

        assertThat(answer).isEqualTo("here");
        assertThat(waits).containsExactly("away", "away");
    }

    @Test
    void patienceEnds() {
        assertThatThrownBy(() -> new Patience(Duration.ZERO, new Random(1))
                        .until(
                                () -> {
                                    throw new IOException("away");
                                },
                                waits::add))
                .hasMessage("away");
    }

    @Test
    void whatTryingAgainCannotMendIsThrownAtOnce() {
        assertThatThrownBy(() -> new Patience(Duration.ofMinutes(1), new Random(1))
                        .until(
                                () -> {
                                    throw new IllegalStateException("refused");
                                },
                                waits::add))
                .hasMessage("refused");
        assertThat(waits).isEmpty();
    }
}
