package io.fedmesh.bench.internal.cdc;

import io.fedmesh.bench.internal.measure.Child;
import io.fedmesh.cdc.Capture;
import io.fedmesh.cdc.CaptureConfig;
import io.fedmesh.contract.Contract;
import io.fedmesh.testkit.MemoryRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Our capture in a JVM of its own, with every setting as in production. Arguments: the file of {@link Reach}; how many
 * events to measure, 0 to take the snapshot and end, -1 to capture until the leash is let go.
 */
final class CaptureChild {
    private CaptureChild() {}

    public static void main(String[] args) throws Exception {
        Child.leash();
        Reach reach = Reach.read(Path.of(args[0]));
        long events = Long.parseLong(args[1]);
        Contract contract = Ledger.contract();
        MemoryRegistry registry = new MemoryRegistry();
        registry.register(contract.topic().subject(), contract.schema());
        CaptureConfig config = new CaptureConfig(
                Ledger.source(),
                List.of(contract),
                new CaptureConfig.DatabaseConnection(
                        "127.0.0.1", reach.postgresPort(), Ledger.DATABASE, Ledger.USER, reach.password()),
                reach.kafka(),
                "bench",
                CaptureConfig.Bounds.DEFAULT);
        try (Capture capture = new Capture(config, registry, new SecureRandom())) {
            capture.start();
            if (events > 0) {
                Pace.tell(events, () -> published(capture, contract));
                return;
            }
            while (capture.health().state() != Capture.State.STREAMING) {
                if (capture.health().state() == Capture.State.FAILED) {
                    throw new IllegalStateException(
                            "[bench] capture failed", capture.health().cause());
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
            Child.tell("streaming");
            if (events < 0) {
                new CountDownLatch(1).await();
            }
        }
        System.exit(0);
    }

    private static long published(Capture capture, Contract contract) {
        Capture.Health health = capture.health();
        if (health.state() == Capture.State.FAILED) {
            throw new IllegalStateException("[bench] capture failed", health.cause());
        }
        return Objects.requireNonNull(health.products().get(contract.name())).published();
    }
}
