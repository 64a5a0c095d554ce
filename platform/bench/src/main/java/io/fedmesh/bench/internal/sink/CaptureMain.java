package io.fedmesh.bench.internal.sink;

import io.fedmesh.bench.internal.measure.Child;
import io.fedmesh.cdc.Capture;
import io.fedmesh.cdc.CaptureConfig;
import io.fedmesh.contract.Contract;
import io.fedmesh.wire.KafkaConnection;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;

/**
 * The JVM of the production capture with its usual bounds, until its parent lets go. Argument: the file of its settings,
 * whose catalog address is here the source's.
 */
public final class CaptureMain {
    private static final long LOOK_MS = 100;

    private CaptureMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        Child.leash();
        LegSettings settings = LegSettings.read(Path.of(arguments[0]));
        Contract contract = settings.main().contract();
        URI database = URI.create(settings.catalogUri().substring("jdbc:".length()));
        CaptureConfig config = new CaptureConfig(
                SourceLoad.SOURCE,
                List.of(contract),
                new CaptureConfig.DatabaseConnection(
                        Objects.requireNonNull(database.getHost()),
                        database.getPort(),
                        database.getPath().substring(1),
                        settings.user(),
                        settings.password()),
                new KafkaConnection(settings.bootstrap(), settings.security()),
                "bench",
                CaptureConfig.Bounds.DEFAULT);
        Capture capture = new Capture(config, AccountTopic.registry(List.of(contract)), new SecureRandom());
        capture.start();
        while (capture.health().state() != Capture.State.STREAMING) {
            if (capture.health().state() == Capture.State.FAILED) {
                Objects.requireNonNull(capture.health().cause()).printStackTrace();
                Runtime.getRuntime().halt(1);
            }
            Thread.sleep(LOOK_MS);
        }
        Child.tell("streaming " + System.currentTimeMillis());
        Runtime.getRuntime().addShutdownHook(new Thread(capture::close));
        Thread.sleep(Long.MAX_VALUE);
    }
}
