package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class AheadTest {
    @Test
    void itIsMadeWhileItsUserDoesOtherThings() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch may = new CountDownLatch(1);
        Ahead<String> ahead = Ahead.of("maker", () -> {
            begun.countDown();
            try {
                may.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return Thread.currentThread().getName();
        });
        begun.await();
        may.countDown();

        assertThat(ahead.get()).isEqualTo("maker");
        assertThat(ahead.get()).isEqualTo("maker");
    }

    @Test
    void whatItsMakerThrowsItsUserGets() {
        IllegalStateException failure = new IllegalStateException("away");
        Ahead<String> ahead = Ahead.of("maker", () -> {
            throw failure;
        });

        assertThatThrownBy(ahead::get).isSameAs(failure);
    }

    @Test
    void anErrorStaysAnError() {
        AssertionError failure = new AssertionError("bug");
        Ahead<String> ahead = Ahead.of("maker", () -> {
            throw failure;
        });

        assertThatThrownBy(ahead::get).isSameAs(failure);
    }

    @Test
    void anInterruptIsKeptUntilItIsThere() {
        Thread.currentThread().interrupt();
        Ahead<String> ahead = Ahead.of("maker", () -> "made");

        assertThat(ahead.get()).isEqualTo("made");
        assertThat(Thread.interrupted()).isTrue();
    }
}
