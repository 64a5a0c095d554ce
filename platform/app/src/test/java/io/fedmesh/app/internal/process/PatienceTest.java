package io.fedmesh.app.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private final List<String> waits = new ArrayList<>();
    private final List<Long> pausesMs = new ArrayList<>();
    private long nanos = Long.MAX_VALUE - 1_000; // it may run over

    private Patience patience(Duration limit) {
        return new Patience(limit, new Random(1), () -> nanos, ms -> {
            pausesMs.add(ms);
            nanos += Duration.ofMillis(ms).toNanos();
        });
    }

    @Test
    void whatIsAwayIsTriedAgain() throws Exception {
        AtomicInteger attempts = new AtomicInteger();

        String answer = patience(Duration.ofMinutes(1))
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
        assertThatThrownBy(() -> patience(Duration.ofMinutes(1))
                        .until(
                                () -> {
                                    throw new IOException("away");
                                },
                                waits::add))
                .hasMessage("away");
        long waitedMs = pausesMs.stream().mapToLong(Long::longValue).sum();
        assertThat(waitedMs).isBetween(60_000L, 65_000L);
        assertThat(waits).hasSameSizeAs(pausesMs);
    }

    @Test
    void pausesDoubleUpToABoundAndAreShortenedByUpToAHalf() {
        assertThatThrownBy(() -> patience(Duration.ofMinutes(1))
                .until(
                        () -> {
                            throw new IOException("away");
                        },
                        waits::add));
        long bound = 200;
        for (long pauseMs : pausesMs) {
            assertThat(pauseMs).isBetween(bound / 2, bound);
            bound = Math.min(5_000, 2 * bound);
        }
        assertThat(bound).isEqualTo(5_000);
        assertThat(new HashSet<>(pausesMs)).hasSizeGreaterThan(10);
    }

    @Test
    void whatTryingAgainCannotMendIsThrownAtOnce() {
        assertThatThrownBy(() -> patience(Duration.ofMinutes(1))
                        .until(
                                () -> {
                                    throw new IllegalStateException("refused");
                                },
                                waits::add))
                .hasMessage("refused");
        assertThat(waits).isEmpty();
    }
}
