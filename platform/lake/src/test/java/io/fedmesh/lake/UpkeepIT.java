package io.fedmesh.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.internal.FakeRegistry;
import io.fedmesh.lake.internal.LakeRig;
import io.fedmesh.lake.internal.Samples;
import io.fedmesh.testkit.Broker;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.KafkaConnection;
import io.fedmesh.wire.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Upkeep of encrypted tables beside a sink that never rests. */
class UpkeepIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KEYS = 150;
    /** Each is a commit at least. */
    private static final int BATCHES = 16;

    @TempDir
    static Path home;

    private static Broker broker;
    private static KafkaConnection connection;

    @TempDir
    Path index;

    private final FakeRegistry registry = new FakeRegistry();
    private final Random random = new Random(23);
    private final Map<Long, String> expected = new TreeMap<>();
    private long version;

    @BeforeAll
    static void startBroker() {
        broker = Broker.start(home);
        connection = broker.operator();
    }

    @AfterAll
    static void stopBroker() {
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void tablesStayRightSmallAndWholeUnderUpkeepWithoutRest() throws Exception {
        Contract contract = Samples.kept(
                Samples.tokenised(Samples.contract("kept"), "owner_name"),
                new Contract.Upkeep(1 << 20, 3, Duration.ofSeconds(1), Duration.ofMinutes(10), Set.of("case-1")));
        Events.topics(connection, contract, 2);
        try (Lakehouse lakehouse = Lakehouse.open(LakeRig.get().newLake().with(Samples.TOKEN_KEYS));
                Sink sink = sink(lakehouse, contract)) {
            produce(contract, 50);
            Sinks.awaitCaptured(sink, 50);
            Map<Long, String> held = new TreeMap<>(expected);
            Upkeep upkeep = upkeep(lakehouse, Clock.systemUTC());
            upkeep.round(contract);
            UpkeepStatus done;
            try (UpkeepLoop loop = UpkeepLoop.start(
                    lakehouse, List.of(contract), Duration.ofMillis(100), Clock.systemUTC(), new SecureRandom())) {
                for (int batch = 2; batch <= BATCHES; batch++) {
                    produce(contract, 50);
                    Sinks.awaitCaptured(sink, batch * 50);
                }
                await().atMost(PATIENCE).until(() -> loop.status().get(0).filesDeleted() > 0);
                done = loop.status().get(0);
            }
            assertThat(done.message()).isNull();
            assertThat(done.lastRound()).isNotNull();
            assertThat(done.snapshotsExpired()).isPositive();
            assertThat(done.filesBefore()).isGreaterThan(done.filesAfter());
            upkeep.round(contract);
            check(lakehouse, contract, held);

            Upkeep later = upkeep(lakehouse, Clock.offset(Clock.systemUTC(), Duration.ofHours(1)));
            int orphans = later.orphans(contract).size();
            assertThat(upkeep.orphans(contract)).as("young files").isEmpty();
            assertThat(later.deleteOrphans(contract)).isEqualTo(orphans);
            assertThat(later.orphans(contract)).isEmpty();
            check(lakehouse, contract, held);
            produce(contract, 50);
            Sinks.awaitCaptured(sink, (BATCHES + 1) * 50);
        }
    }

    @Test
    void aReplayBringsBackWhatIsMissingAndARebuildWhatIsWrongWhileTheSinkGoesOn() throws Exception {
        Contract contract = Samples.tokenised(Samples.contract("mended"), "owner_name");
        Events.topics(connection, contract, 2);
        try (Lakehouse lakehouse = Lakehouse.open(LakeRig.get().newLake().with(Samples.TOKEN_KEYS));
                Sink sink = sink(lakehouse, contract)) {
            for (int batch = 1; batch <= 4; batch++) {
                produce(contract, 50);
                Sinks.awaitCaptured(sink, batch * 50);
            }
            Repair repair = new Repair(
                    lakehouse,
                    Clock.systemUTC(),
                    new SecureRandom(),
                    pauseMs -> LockSupport.parkNanos(Duration.ofMillis(pauseMs).toNanos()));
            assertThat(repair.rebuild(contract)).isEqualTo(new Repair.Report(0, 0, 0, 0, 0));
            assertThat(repair.replay(contract, ReplayFrom.parse("earliest"), connection, registry))
                    .isEqualTo(new Repair.Report(200, 0, 0, 0, 0));

            long lostRows = loseAFile(lakehouse, "mended_latest");
            assertThat(repair.rebuild(contract)).isEqualTo(new Repair.Report(0, 0, 0, lostRows, 0));
            produce(contract, 50);
            Sinks.awaitCaptured(sink, 250);
            assertThat(Sinks.owners(lakehouse, contract)).isEqualTo(expected);

            long lostEvents = loseAFile(lakehouse, "mended_history");
            loseAFile(lakehouse, "mended_latest");
            produce(contract, 50);
            Repair.Report replayed = repair.replay(contract, ReplayFrom.parse("0:0,1:0"), connection, registry);
            assertThat(replayed.added()).isEqualTo(lostEvents);
            assertThat(replayed.latestAdded()).isPositive();
            Sinks.awaitCaptured(sink, 300);
            produce(contract, 50);
            Sinks.awaitCaptured(sink, 350);
            assertThat(Sinks.owners(lakehouse, contract)).isEqualTo(expected);
            assertThat(events(lakehouse, contract)).isEqualTo(350);
        }
    }

    /** Somebody deletes the data file that has the most live rows; tells how many. */
    private static long loseAFile(Lakehouse lakehouse, String name) throws IOException {
        Table table = lakehouse.catalog().loadTable(TableIdentifier.of("drilling", name));
        FileScanTask fullest = null;
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                fullest = fullest == null || live(task) > live(fullest) ? task : fullest;
            }
        }
        table.newDelete().deleteFile(Objects.requireNonNull(fullest).file()).commit();
        return live(fullest);
    }

    private static long live(FileScanTask task) {
        return task.file().recordCount()
                - task.deletes().stream().mapToLong(DeleteFile::recordCount).sum();
    }

    /** Events in history; fails where a version stands twice, or the owner that it wrote is not its token. */
    private static int events(Lakehouse lakehouse, Contract contract) throws IOException {
        Set<String> versions = new HashSet<>();
        List<String> columns = List.of("mesh_version", "owner_name");
        try (CloseableIterable<Record> records = lakehouse.scan(contract.name(), false, columns)) {
            for (Record row : records) {
                String version = row.get(0, String.class);
                String owner = row.get(1, String.class);
                assertThat(versions.add(version)).isTrue();
                assertThat(owner)
                        .isIn(
                                null,
                                Samples.token("owner" + Version.parse(version).lsn()));
            }
        }
        return versions.size();
    }

    private void check(Lakehouse lakehouse, Contract contract, Map<Long, String> held) throws IOException {
        assertThat(Sinks.owners(lakehouse, contract)).isEqualTo(expected);
        assertThat(events(lakehouse, contract)).isEqualTo((int) version);
        for (String name : List.of("kept_latest", "kept_history")) {
            Table table = lakehouse.catalog().loadTable(TableIdentifier.of("drilling", name));
            Snapshot now = Objects.requireNonNull(table.currentSnapshot());
            assertThat(Lakehouse.offsets(now)).as("carried on").hasSize(2);
            assertThat(table.snapshots()).hasSizeLessThan(60);
            assertThat(whole(table, now)).as("files of " + name).isLessThan(25);
            whole(table, table.snapshot(held(table)));
        }
        Table latest = lakehouse.catalog().loadTable(TableIdentifier.of("drilling", "kept_latest"));
        assertThat(Sinks.owners(lakehouse, contract, held(latest))).isEqualTo(held);
    }

    private static long held(Table table) {
        return Objects.requireNonNull(table.refs().get("hold-case-1")).snapshotId();
    }

    /** Every file is there and holds what its manifest says; tells how many. */
    private static int whole(Table table, Snapshot snapshot) throws IOException {
        int files = 0;
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
            for (FileScanTask task : tasks) {
                files++;
                assertThat(table.io().newInputFile(task.file().location()).getLength())
                        .isEqualTo(task.file().fileSizeInBytes());
                int rows = 0;
                try (CloseableIterable<Record> records = FormatModelRegistry.<Record, Object>readBuilder(
                                FileFormat.PARQUET, Record.class, table.io().newInputFile(task.file()))
                        .project(table.schema().select("mesh_version"))
                        .build()) {
                    for (Record ignored : records) {
                        rows++;
                    }
                }
                assertThat(rows).isEqualTo((int) task.file().recordCount());
                assertThat(task.deletes()).hasSizeLessThan(2);
                for (DeleteFile delete : task.deletes()) {
                    assertThat(delete.format()).isEqualTo(FileFormat.PUFFIN);
                }
            }
        }
        return files;
    }

    private static Upkeep upkeep(Lakehouse lakehouse, Clock clock) {
        return new Upkeep(
                lakehouse,
                clock,
                new SecureRandom(),
                pauseMs -> LockSupport.parkNanos(Duration.ofMillis(pauseMs).toNanos()));
    }

    private Sink sink(Lakehouse lakehouse, Contract contract) {
        return Sinks.start(
                lakehouse,
                new SinkConfig(connection, List.of(contract), index, Duration.ofMillis(100), 200_000, 16 << 20, 2),
                registry);
    }

    private void produce(Contract contract, int events) {
        EventCodec codec = new EventCodec(contract, registry);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                connection.properties("test"), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < events; i++) {
                long number = random.nextInt(KEYS);
                version++;
                String owner = random.nextInt(4) == 0 ? null : "owner" + version;
                Future<?> unused = producer.send(Events.well(contract, codec, number, owner, version));
                if (owner == null) {
                    expected.remove(number);
                } else {
                    expected.put(number, Samples.token(owner));
                }
            }
        }
    }
}
