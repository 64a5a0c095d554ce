package io.fedmesh.bench.internal.sink;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.lake.Lakehouse;
import io.fedmesh.lake.LocalKeyManagement;
import io.fedmesh.lake.Sink;
import io.fedmesh.lake.SinkConfig;
import io.fedmesh.lake.SinkStatus;
import io.fedmesh.local.LocalKeyring;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The production sink, as it is. */
final class OurLeg implements LegMain.Run {
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private final Leg leg;
    private final LegSettings settings;
    private final Lakehouse lakehouse;

    OurLeg(Leg leg, LegSettings settings) {
        this.leg = leg;
        this.settings = settings;
        this.lakehouse = Lakehouse.open(lake(
                settings,
                leg.isEncrypted() ? LakeConfig.Encryption.DEMANDED : LakeConfig.Encryption.LEFT_TO_THE_BUCKET));
    }

    /** The lake of a leg, as our code opens it. */
    static LakeConfig lake(LegSettings settings, LakeConfig.Encryption encryption) {
        Map<String, String> fileIo = new HashMap<>(settings.fileIo());
        fileIo.put("metrics-reporter-impl", CommitTimes.class.getName());
        LocalKeyring keyring = LocalKeyring.open(Path.of(settings.home()));
        return new LakeConfig(
                settings.catalogUri(),
                settings.user(),
                settings.password(),
                settings.warehouse(),
                fileIo,
                encryption,
                new LocalKeyManagement(keyring::key, new SecureRandom()),
                domain -> keyring.key("tokens-" + domain));
    }

    @Override
    public void run(LegSettings.Part part) {
        Contract contract = leg == Leg.CHECKED ? Accounts.checked(part.product(), part.partitions()) : part.contract();
        SinkConfig config = new SinkConfig(
                settings.watchedKafka(),
                List.of(contract),
                Path.of(settings.folder(), "index"),
                Duration.ofMillis(settings.commitIntervalMs()),
                settings.maxRowsPerCommit(),
                settings.maxBytesPerCommit(),
                1,
                leg.hasLatest() ? Set.of() : Set.of(contract.name()));
        Watch.Watched watched = Watch.expect(part.topic(), part.records());
        Sink sink = Sink.start(
                lakehouse, config, AccountTopic.registry(List.of(contract)), Clock.systemUTC(), new SecureRandom());
        watched.awaitAll(PATIENCE);
        sink.close();
        SinkStatus status = sink.status().get(0);
        if (status.state() != SinkStatus.State.CLOSED || status.captured() != part.records()) {
            throw new IllegalStateException("[bench] the sink must take " + part.records() + " records but took "
                    + status.captured() + ", state " + status.state() + ", " + status.message());
        }
        LegMain.done(part);
    }
}
