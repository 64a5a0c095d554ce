package io.fedmesh.contract.failpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The charges of a process and how near each is. Thread-safe. */
final class Armed {
    /** As after {@code kill -9}. */
    private static final int KILLED = 137;

    private final List<Fuse> fuses = new ArrayList<>();
    private final Consumer<String> witness;

    private record Fuse(Charge charge, AtomicInteger left) {}

    Armed(List<Charge> charges, Consumer<String> witness) {
        charges.forEach(charge -> fuses.add(new Fuse(charge, new AtomicInteger(charge.nth()))));
        this.witness = witness;
    }

    void hit(Failpoint point) {
        for (Fuse fuse : fuses) {
            if (fuse.charge().point() == point && fuse.left().decrementAndGet() == 0) {
                strike(fuse.charge());
            }
        }
    }

    private void strike(Charge charge) {
        witness.accept(charge.point() + " " + charge.mode().name().toLowerCase(Locale.ROOT));
        switch (charge.mode()) {
            case HALT -> Runtime.getRuntime().halt(KILLED);
            case THROW ->
                throw new UncheckedIOException(new IOException("[failpoint " + charge.point() + "] must fail here"));
            case PAUSE -> pause(charge.pauseMs());
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
