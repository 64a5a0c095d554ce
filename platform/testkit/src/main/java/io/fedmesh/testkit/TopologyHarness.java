package io.fedmesh.testkit;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.TopicName;
import io.fedmesh.stream.DomainTopologies;
import io.fedmesh.stream.ProductTopology;
import io.fedmesh.stream.StreamConfig;
import io.fedmesh.stream.TopologyPlan;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.EventHeaders;
import io.fedmesh.wire.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/**
 * Runs a topology in this thread, without a broker, fed with the bytes and headers that capture would publish and read
 * through the codec that the sink would use. Every change is a second after the one before. Not thread-safe.
 */
public final class TopologyHarness implements AutoCloseable {
    private final TopologyPlan plan;
    private final MemoryRegistry registry;
    private final TopologyTestDriver driver;
    private final SampleEvents events;
    private final Map<String, TestInputTopic<byte[], byte[]>> inputs = new HashMap<>();
    private final TestOutputTopic<byte[], byte[]> output;
    private final TestOutputTopic<byte[], byte[]> rejected;

    /** A record that the topology wrote; the value is null where the entity is gone. */
    public record Written<V>(String key, @Nullable V value, EventHeaders headers, Headers all, long timestamp) {}

    private TopologyHarness(TopologyPlan plan, MemoryRegistry registry) {
        this.plan = plan;
        this.registry = registry;
        this.events = new SampleEvents(registry);
        Properties properties = new Properties();
        properties.putAll(plan.properties());
        // the driver's mock producer forgets what was sent, but not yet committed, when a record is refused
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        this.driver = new TopologyTestDriver(plan.topology(), properties, SampleEvents.BEGIN);
        this.output = outputTopic(plan.product().topic());
        this.rejected = outputTopic(plan.product().topic().rejected());
    }

    /** The domain's topology of this name, under the repository's own contracts. */
    public static TopologyHarness of(DomainTopologies domain, String topology) {
        ProductTopology found = domain.topologies().stream()
                .filter(candidate -> candidate.name().equals(topology))
                .findFirst()
                .orElseThrow();
        return of(found, domain.domain(), Repository.contracts());
    }

    /** A topology of a domain under the given contracts. */
    public static TopologyHarness of(ProductTopology topology, String domain, Contracts contracts) {
        MemoryRegistry registry = MemoryRegistry.of(contracts);
        return new TopologyHarness(TopologyPlan.of(topology, domain, contracts, registry, config()), registry);
    }

    /** The settings of a topology that is only looked at, or driven without a broker. */
    public static StreamConfig config() {
        return new StreamConfig(
                new KafkaConnection("unused.invalid:9092", Map.of()),
                Path.of(System.getProperty("java.io.tmpdir"), "fedmesh-harness"),
                StreamConfig.Stores.MEMORY,
                1,
                1,
                Duration.ofMillis(100));
    }

    /** What runs here. */
    public TopologyPlan plan() {
        return plan;
    }

    /** The registry that topology and harness share. */
    public MemoryRegistry registry() {
        return registry;
    }

    /** Publishes an entity's state on its product's topic, under the key that its contract says. */
    public void put(SpecificRecord state) {
        publish(events.put(input(state.getClass()), state));
    }

    /** Publishes that an entity is gone. */
    public void delete(SpecificRecord state) {
        publish(events.delete(input(state.getClass()), state));
    }

    /** Publishes any bytes on the topic of the product of a class, with the headers that capture would write for the key. */
    public void putRaw(Class<? extends SpecificRecord> type, String key, byte[] value) {
        publish(events.raw(input(type), key, value));
    }

    /** Publishes a record as it is on the topic of the product of a class. */
    public void putRaw(Class<? extends SpecificRecord> type, TestRecord<byte[], byte[]> record) {
        topic(input(type).topic().toString()).pipeInput(record);
    }

    /** What was written since the last call, in order, read into the generated class. */
    public <V extends SpecificRecord> List<Written<V>> written(Class<V> type) {
        EventCodec codec = events.codec(plan.product());
        return output.readRecordsToList().stream()
                .map(record -> {
                    byte[] value = record.value();
                    V state = value == null ? null : codec.decodeAs(value, record.headers(), type);
                    return new Written<>(
                            new String(record.key(), StandardCharsets.UTF_8),
                            state,
                            EventHeaders.read(record.headers()),
                            record.headers(),
                            record.timestamp());
                })
                .toList();
    }

    /** The rejected records since the last call, in order. */
    public List<TestRecord<byte[], byte[]>> rejected() {
        return rejected.readRecordsToList();
    }

    /** The last text header of a name; null when there is none. */
    public static @Nullable String header(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        driver.close();
    }

    private void publish(ProducerRecord<byte[], byte[]> event) {
        topic(event.topic())
                .pipeInput(new TestRecord<>(event.key(), event.value(), event.headers(), event.timestamp()));
    }

    private Contract input(Class<? extends IndexedRecord> type) {
        String name = SpecificData.getForClass(type).getSchema(type).getFullName();
        return plan.inputs().stream()
                .filter(contract -> contract.schema().getFullName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("[" + plan + "] must have an input of " + name));
    }

    private TestInputTopic<byte[], byte[]> topic(String name) {
        return inputs.computeIfAbsent(
                name, n -> driver.createInputTopic(n, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    private TestOutputTopic<byte[], byte[]> outputTopic(TopicName name) {
        return driver.createOutputTopic(name.toString(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
