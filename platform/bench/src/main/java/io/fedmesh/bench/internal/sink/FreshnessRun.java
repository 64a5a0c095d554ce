package io.fedmesh.bench.internal.sink;

import io.fedmesh.bench.internal.measure.ChildJvm;
import io.fedmesh.bench.internal.measure.Statistics;
import io.fedmesh.contract.Contract;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.KafkaConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Measures how long changes take on a running mesh of one product with one partition. */
final class FreshnessRun {
    private static final int BACKLOG = 1_000;
    private static final int IDLE_SAMPLES = 6;
    private static final int WARM_UP_SECONDS = 15;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /**
     * @param latencyMs of each record, from its send to the commit that holds it
     * @param idleMs the same of single records on a topic that was idle
     * @param firstCommitMs from the launch of the sink's JVM to its first commit, with records waiting
     * @param commitMs of each commit of a table, as Iceberg measures it
     */
    record TopicToTable(List<Double> latencyMs, List<Double> idleMs, double firstCommitMs, List<Double> commitMs) {}

    /**
     * @param toTopicMs from the return of the source's commit to a reader of the topic
     * @param toTableMs from the same to the commit that holds it
     * @param perSecond transactions that the source took
     */
    record SourceToTable(List<Double> toTopicMs, List<Double> toTableMs, double perSecond) {}

    private final SinkRig rig;
    private final SinkLimits limits;
    private final List<String> jvm;

    FreshnessRun(SinkRig rig, SinkLimits limits, List<String> jvm) {
        this.rig = rig;
        this.limits = limits;
        List<String> options = new ArrayList<>(Leg.BOTH_ENCRYPTED.jvm());
        options.addAll(jvm);
        this.jvm = options;
    }

    /** Median, 99th percentile and largest. */
    static Map<String, Double> summary(List<Double> samples) {
        Map<String, Double> summary = new LinkedHashMap<>();
        summary.put("p50", Statistics.percentile(samples, 50));
        summary.put("p99", Statistics.percentile(samples, 99));
        summary.put("max", Statistics.percentile(samples, 100));
        return summary;
    }

    /** Sends records at an even rate, then single ones. */
    TopicToTable topicToTable(int seconds, int rate) {
        Contract contract = Accounts.contract("steady", 1);
        AccountTopic topic = new AccountTopic(rig.kafka());
        topic.fill(contract, BACKLOG, 1);
        LegSettings.Part part = new LegSettings.Part("steady", 1, BACKLOG, BACKLOG);
        LegSettings settings = rig.settings("steady", part, part, limits);
        EventCodec codec = new EventCodec(contract, AccountTopic.registry(List.of(contract)));
        try (SinkWatch sink = SinkWatch.start(settings, LakeConfig.Encryption.DEMANDED, Duration.ZERO, jvm);
                Producer<byte[], byte[]> producer = producer()) {
            sink.awaitVisible(BACKLOG);
            int count = (WARM_UP_SECONDS + seconds) * rate;
            AccountStream stream = new AccountStream(count + IDLE_SAMPLES, 2);
            double[] sentAtMs = new double[count];
            List<Future<RecordMetadata>> sent = new ArrayList<>(count);
            long begin = System.nanoTime();
            for (int i = 0; i < count; i++) {
                waitUntil(begin + (long) (i * 1e9 / rate));
                sentAtMs[i] = WallClock.millis();
                sent.add(producer.send(AccountTopic.record(contract, codec, stream.next())));
            }
            long last = offset(sent.get(count - 1));
            sink.awaitVisible(last + 1);
            List<Double> latencyMs = new ArrayList<>();
            for (int i = WARM_UP_SECONDS * rate; i < count; i++) {
                latencyMs.add(sink.visibility().visibleAtMs(offset(sent.get(i))) - sentAtMs[i]);
            }
            List<Double> idleMs = new ArrayList<>();
            for (int i = 0; i < IDLE_SAMPLES; i++) {
                // Not in step with the interval.
                waitUntil(System.nanoTime() + (2 * limits.commitIntervalMs() + 170L * i) * 1_000_000);
                double at = WallClock.millis();
                long offset = offset(producer.send(AccountTopic.record(contract, codec, stream.next())));
                sink.awaitVisible(offset + 1);
                idleMs.add(sink.visibility().visibleAtMs(offset) - at);
            }
            return new TopicToTable(latencyMs, idleMs, sink.firstCommitAfterMs(), sink.commitMs());
        }
    }

    /** Runs transactions in the source at an even rate, with capture and sink behind. */
    SourceToTable sourceToTable(int seconds, int rate) {
        Contract contract = Accounts.contract("captured", 1);
        AccountTopic topics = new AccountTopic(rig.kafka());
        topics.make(contract.topic().toString(), 1);
        topics.make(contract.topic().rejected().toString(), 1);
        topics.make(SourceLoad.SOURCE.positionTopic().toString(), 1);
        SourceLoad load = new SourceLoad(rig.postgres(), "source");
        load.make();
        LegSettings.Part part = new LegSettings.Part("captured", 1, 1, 1);
        LegSettings settings = rig.settings("captured", part, part, limits);
        LegSettings atSource = settings.withCatalog(rig.postgres().jdbcUrl("source"));
        Path file = Path.of(settings.folder(), "capture.json");
        atSource.write(file);
        try (ChildJvm capture = ChildJvm.start(
                        "capture", Path.of(settings.folder()), jvm, CaptureMain.class, List.of(file.toString()));
                SinkWatch sink = SinkWatch.start(settings, LakeConfig.Encryption.DEMANDED, Duration.ZERO, jvm)) {
            capture.await(PATIENCE);
            TopicReader reader = TopicReader.start(rig.kafka(), contract, (WARM_UP_SECONDS + seconds) * rate);
            double[] committedAtMs;
            int done;
            double begin;
            try (reader) {
                begin = WallClock.millis();
                committedAtMs = load.run(WARM_UP_SECONDS + seconds, rate);
                done = (int) Arrays.stream(committedAtMs).filter(at -> at > 0).count();
                reader.await(done, PATIENCE);
            }
            sink.awaitVisible(reader.maxOffset() + 1);
            List<Double> toTopicMs = new ArrayList<>();
            List<Double> toTableMs = new ArrayList<>();
            for (int i = 0; i < committedAtMs.length; i++) {
                if (committedAtMs[i] >= begin + WARM_UP_SECONDS * 1e3) {
                    toTopicMs.add(Math.max(0, reader.seenAtMs(i) - committedAtMs[i]));
                    toTableMs.add(sink.visibility().visibleAtMs(reader.offset(i)) - committedAtMs[i]);
                }
            }
            double perSecond = toTopicMs.size() / (double) seconds;
            return new SourceToTable(toTopicMs, toTableMs, perSecond);
        }
    }

    private Producer<byte[], byte[]> producer() {
        KafkaConnection kafka = rig.kafka();
        Map<String, Object> properties = kafka.properties("bench-steady");
        properties.put("acks", "all");
        properties.put("linger.ms", 5);
        properties.put("compression.type", "lz4");
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static long offset(Future<RecordMetadata> sent) {
        try {
            return sent.get(30, TimeUnit.SECONDS).offset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("[bench] a send must not be interrupted but was", e);
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("[bench] the broker must take every record but did not", e);
        }
    }

    private static void waitUntil(long nanos) {
        for (long now = System.nanoTime(); now < nanos; now = System.nanoTime()) {
            LockSupport.parkNanos(nanos - now);
        }
    }
}
