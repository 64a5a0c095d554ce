package io.fedmesh.bench.internal.streams;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.bench.internal.measure.Child;
import io.fedmesh.bench.internal.measure.Report;
import io.fedmesh.stream.StreamConfig;
import io.fedmesh.stream.internal.Settings;
import io.fedmesh.wire.KafkaConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * One topology with a state for each key, in a JVM of its own: the newest value of a key, published at each change.
 * Arguments: the file that says how to reach the broker; the name of the settings; the application's id; the state's
 * folder; how many records to process.
 */
final class StreamsChild {
    /** Of the records, at the beginning: the compiler is at work. */
    private static final double WARM_UP = 0.4;

    private StreamsChild() {}

    public static void main(String[] args) throws Exception {
        Child.leash();
        JsonNode json = new ObjectMapper().readTree(Path.of(args[0]).toFile());
        Map<String, String> security = new HashMap<>();
        json.required("security")
                .fields()
                .forEachRemaining(e -> security.put(e.getKey(), e.getValue().asText()));
        KafkaConnection connection =
                new KafkaConnection(json.required("bootstrap").asText(), security);
        Properties properties = properties(args[1], args[2], connection, Path.of(args[3]));
        LongAdder processed = new LongAdder();
        long records = Long.parseLong(args[4]);
        try (KafkaStreams streams = new KafkaStreams(topology(properties, processed), properties)) {
            streams.start();
            await((long) (records * WARM_UP), processed, streams);
            long begin = processed.sum();
            long nanos = System.nanoTime();
            double cpu = Child.cpuSeconds();
            await(records, processed, streams);
            double seconds = (System.nanoTime() - nanos) / 1e9;
            Child.tell(Report.json(
                    Map.of("records", records - begin, "seconds", seconds, "cpuSeconds", Child.cpuSeconds() - cpu)));
            streams.close(Duration.ofSeconds(10));
        }
        System.exit(0);
    }

    static Topology topology(Properties properties, LongAdder processed) {
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(properties)));
        builder.stream(
                        StreamsRig.INPUT,
                        Consumed.with(Serdes.Bytes(), Serdes.ByteArray()).withName("read"))
                .peek((key, value) -> processed.increment(), Named.as("count"))
                .groupByKey(Grouped.with("by-key", Serdes.Bytes(), Serdes.ByteArray()))
                .reduce(
                        (last, next) -> next,
                        Named.as("newest"),
                        Materialized.<Bytes, byte[], KeyValueStore<Bytes, byte[]>>as("newest")
                                .withKeySerde(Serdes.Bytes())
                                .withValueSerde(Serdes.ByteArray()))
                .toStream(Named.as("changes"))
                .to(
                        StreamsRig.OUTPUT,
                        Produced.with(Serdes.Bytes(), Serdes.ByteArray()).withName("write"));
        return builder.build(properties);
    }

    /** What Kafka Streams does when it is told nothing but to be exactly once, or what our topologies run with. */
    static Properties properties(String settings, String application, KafkaConnection connection, Path state) {
        if (settings.equals(StreamsRig.DEFAULTS)) {
            Properties properties = new Properties();
            properties.putAll(connection.properties(application));
            properties.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
            properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
            properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
            properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
            properties.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
            return properties;
        }
        StreamConfig usual = StreamConfig.of(connection, state, 1);
        StreamConfig config = new StreamConfig(
                connection,
                state,
                settings.equals(StreamsRig.MEMORY) ? StreamConfig.Stores.MEMORY : StreamConfig.Stores.DISK,
                1,
                usual.threads(),
                usual.commitInterval());
        return Settings.properties(StreamsRig.contract(), application, config);
    }

    private static void await(long records, LongAdder processed, KafkaStreams streams) throws InterruptedException {
        while (processed.sum() < records) {
            if (streams.state() == KafkaStreams.State.ERROR) {
                throw new IllegalStateException("[bench] the topology must run but has failed");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
