package io.fedmesh.govern.internal.plan;

import io.fedmesh.govern.ProvisioningException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaFuture;

/** Waiting for brokers, within bounds. */
final class Brokers {
    private static final long ASK_TIMEOUT_SECONDS = 60;

    private Brokers() {}

    /** The answer, or an exception that says what was asked. */
    static <T> T answer(String what, KafkaFuture<T> future) {
        try {
            return future.get(ASK_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ProvisioningException("[brokers] " + what + " was refused: " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new ProvisioningException(
                    "[brokers] " + what + " had no answer within " + ASK_TIMEOUT_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProvisioningException("[brokers] " + what + " was interrupted", e);
        }
    }

    /** Asks again until it holds: a change is accepted by the controller before every broker shows it. */
    static void await(String what, Duration timeout, BooleanSupplier holds) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
                throw new ProvisioningException("[brokers] " + what + " must be visible within " + timeout.toMillis()
                        + " ms of being accepted but was not");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
