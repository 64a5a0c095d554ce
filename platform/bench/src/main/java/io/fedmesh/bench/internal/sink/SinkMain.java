package io.fedmesh.bench.internal.sink;

import io.fedmesh.bench.internal.measure.Child;
import io.fedmesh.contract.Contract;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.lake.Lakehouse;
import io.fedmesh.lake.Sink;
import io.fedmesh.lake.SinkConfig;
import io.fedmesh.lake.UpkeepLoop;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * The JVM of the production sink, both tables, until its parent lets go. Arguments: the file of its settings, whether tables
 * are encrypted, and the time between two rounds of upkeep, which runs beside; 0 for none.
 */
public final class SinkMain {
    private SinkMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        Child.leash();
        LegSettings settings = LegSettings.read(Path.of(arguments[0]));
        Contract contract = settings.main().contract();
        Lakehouse lakehouse = Lakehouse.open(OurLeg.lake(settings, LakeConfig.Encryption.valueOf(arguments[1])));
        SinkConfig config = new SinkConfig(
                settings.watchedKafka(),
                List.of(contract),
                Path.of(settings.folder(), "index"),
                Duration.ofMillis(settings.commitIntervalMs()),
                settings.maxRowsPerCommit(),
                settings.maxBytesPerCommit(),
                1);
        Sink sink = Sink.start(
                lakehouse, config, AccountTopic.registry(List.of(contract)), Clock.systemUTC(), new SecureRandom());
        Runtime.getRuntime().addShutdownHook(new Thread(sink::close));
        Duration upkeepInterval = Duration.parse(arguments[2]);
        if (!upkeepInterval.isZero()) {
            UpkeepLoop upkeep = UpkeepLoop.start(
                    lakehouse, List.of(contract), upkeepInterval, Clock.systemUTC(), new SecureRandom());
            Runtime.getRuntime().addShutdownHook(new Thread(upkeep::close));
        }
        Child.tell("started " + System.currentTimeMillis());
        Thread.sleep(Long.MAX_VALUE);
    }
}
