package io.fedmesh.faults.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StrikeTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final AtomicLong bites = new AtomicLong();
    private final AtomicInteger heals = new AtomicInteger();

    @Test
    void itGoesOnUntilItHasBitten() {
        Strike strike = strike(bites);

        assertThat(strike.ended()).isFalse();
        bites.set(2);
        assertThat(strike.ended()).isTrue();
        assertThat(strike.ended()).isTrue();
        assertThat(heals).hasValue(1);
        assertThat(strike.bites()).isEqualTo(2);
    }

    @Test
    void oneThatAnotherFaultMadeImpossibleEndsWithoutABite() {
        Strike strike = strike(bites);
        bites.set(-1);

        assertThat(strike.ended()).isTrue();
        assertThat(heals).hasValue(1);
        assertThat(strike.bites()).isZero();
    }

    @Test
    void itEndsAtItsBoundWithoutABite() {
        Strike strike = Strike.stepping(Duration.ZERO, bites::get, () -> {}, heals::incrementAndGet);

        assertThat(strike.ended()).isTrue();
        assertThat(heals).hasValue(1);
    }

    @Test
    void severalAreOverWhenEachHasBitten() {
        AtomicLong others = new AtomicLong();
        Strike both = Strike.all(List.of(strike(bites), strike(others)));
        bites.set(1);

        assertThat(both.ended()).isFalse();
        assertThat(heals).hasValue(1);
        others.set(1);
        assertThat(both.ended()).isTrue();
        assertThat(heals).hasValue(2);
    }

    private Strike strike(AtomicLong bitten) {
        return Strike.stepping(LONG, bitten::get, () -> {}, heals::incrementAndGet);
    }
}
