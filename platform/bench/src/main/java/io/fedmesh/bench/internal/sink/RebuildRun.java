package io.fedmesh.bench.internal.sink;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.testkit.faults.TcpProxy;
import io.fedmesh.wire.EventCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.producer.Producer;

/**
 * What a sink that was killed needs until its next commit can be seen, with its key index and without, when it must be made anew
 * from the table's key columns. Everything is the production sink's own; a relay in front of the object store counts what it
 * is answered.
 */
final class RebuildRun {
    private static final String PRODUCT = "rebuilt";
    private static final String ENDPOINT = "s3.endpoint";
    private static final long SEED = 5;
    private static final int BATCH = 100_000;

    /**
     * One start.
     *
     * @param seconds from the launch of the JVM until its first commit could be seen
     * @param cpuSeconds of its JVM until then
     * @param answeredBytes from the object store until then
     */
    record Start(double seconds, double cpuSeconds, double peakRssMb, long answeredBytes) {}

    /**
     * Both.
     *
     * @param tableBytes the data files of the latest table
     */
    record Result(long rows, long tableBytes, Start kept, Start anew) {}

    private final SinkRig rig;
    private final List<String> jvm;
    private final Consumer<String> progress;

    RebuildRun(SinkRig rig, List<String> jvm, Consumer<String> progress) {
        this.rig = rig;
        this.jvm = Stream.concat(Leg.BOTH.jvm().stream(), jvm.stream()).toList();
        this.progress = progress;
    }

    Result run(int records) {
        Contract contract = Accounts.contract(PRODUCT, 1);
        new AccountTopic(rig.kafka()).make(contract.topic().toString(), 1);
        LegSettings.Part part = new LegSettings.Part(PRODUCT, 1, records, records);
        LegSettings plain = rig.settings(PRODUCT, part, part, new SinkLimits(1_000, 200_000, 16L << 20));
        AccountStream stream = new AccountStream(records + 2, records, SEED);
        EventCodec codec = new EventCodec(contract, AccountTopic.registry(List.of(contract)));
        try (TcpProxy front = TcpProxy.start();
                Producer<byte[], byte[]> producer = AccountTopic.feeder(rig.kafka())) {
            Map<String, String> fileIo = new HashMap<>(plain.fileIo());
            URI store = URI.create(Objects.requireNonNull(fileIo.get(ENDPOINT)));
            front.leadTo(store.getPort());
            fileIo.put(ENDPOINT, "http://127.0.0.1:" + front.port());
            progress.accept("filling a table by " + records + " changes");
            Snapshot latest = fill(plain, contract, stream, codec, producer, records);
            LegSettings measured = plain.with(fileIo, 0);
            feed(1, stream, contract, codec, producer);
            Start kept = start(measured, front, records + 1L);
            forget(Path.of(plain.folder(), "index"));
            feed(1, stream, contract, codec, producer);
            Start anew = start(measured, front, records + 2L);
            return new Result(
                    Long.parseLong(latest.summary().get("total-records"))
                            - Long.parseLong(latest.summary().getOrDefault("total-position-deletes", "0")),
                    Long.parseLong(latest.summary().get("total-files-size")),
                    kept,
                    anew);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Snapshot fill(
            LegSettings settings,
            Contract contract,
            AccountStream stream,
            EventCodec codec,
            Producer<byte[], byte[]> producer,
            int records) {
        try (SinkWatch sink = SinkWatch.start(settings, LakeConfig.Encryption.LEFT_TO_THE_BUCKET, Duration.ZERO, jvm)) {
            for (int fed = 0; fed < records; fed += BATCH) {
                feed(Math.min(BATCH, records - fed), stream, contract, codec, producer);
            }
            sink.awaitVisible(records);
            sink.kill();
            return sink.lakehouse()
                    .catalog()
                    .loadTable(TableIdentifier.of(
                            contract.name().namespace(), contract.name().latestTable()))
                    .currentSnapshot();
        }
    }

    private Start start(LegSettings settings, TcpProxy front, long visible) {
        long answered = front.answeredBytes();
        try (SinkWatch sink = SinkWatch.start(settings, LakeConfig.Encryption.LEFT_TO_THE_BUCKET, Duration.ZERO, jvm)) {
            sink.awaitVisible(visible);
            Start start = new Start(
                    sink.firstCommitAfterMs() / 1e3,
                    sink.meter().cpuSeconds(),
                    sink.meter().peakRssMb(),
                    front.answeredBytes() - answered);
            sink.kill();
            return start;
        }
    }

    private static void feed(
            int count, AccountStream stream, Contract contract, EventCodec codec, Producer<byte[], byte[]> producer) {
        for (int i = 0; i < count; i++) {
            var unused = producer.send(AccountTopic.record(contract, codec, stream.next()));
        }
        producer.flush();
    }

    /** Deletes the databases below; what names the process stays, so that it finds its partitions again. */
    private static void forget(Path index) throws IOException {
        try (Stream<Path> files = Files.walk(index)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                int depth = index.relativize(file).getNameCount();
                boolean isKept = file.equals(index) || depth == 1 && Files.isRegularFile(file);
                if (!isKept) {
                    Files.delete(file);
                }
            }
        }
    }
}
