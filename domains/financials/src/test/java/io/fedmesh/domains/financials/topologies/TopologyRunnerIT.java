package io.fedmesh.domains.financials.topologies;

import static io.fedmesh.domains.financials.topologies.Rows.cost;
import static io.fedmesh.domains.financials.topologies.Rows.invoice;
import static io.fedmesh.domains.financials.topologies.Rows.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.domains.financials.CostItem;
import io.fedmesh.domains.financials.Invoice;
import io.fedmesh.domains.financials.ProjectCost;
import io.fedmesh.stream.DomainTopologies;
import io.fedmesh.stream.ProductTopology;
import io.fedmesh.stream.StreamConfig;
import io.fedmesh.stream.Topic;
import io.fedmesh.stream.Topics;
import io.fedmesh.stream.TopologyHealth.State;
import io.fedmesh.stream.TopologyRunner;
import io.fedmesh.testkit.Broker;
import io.fedmesh.testkit.MemoryRegistry;
import io.fedmesh.testkit.Repository;
import io.fedmesh.testkit.SampleEvents;
import io.fedmesh.testkit.TopologyHarness;
import io.fedmesh.wire.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Named;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The runtime on a real broker; where its authorizer is on, the stream principal holds exactly what is granted below. */
class TopologyRunnerIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final String PRINCIPAL = "financials.stream";
    private static final String APPLICATION = "financials.project-cost";

    private final Contracts contracts = Repository.contracts();
    private final MemoryRegistry registry = MemoryRegistry.of(contracts);
    private final SampleEvents events = new SampleEvents(MemoryRegistry.of(contracts));
    private final Contract items = contract("cost-item");
    private final Contract invoices = contract("invoice");
    private final Contract costs = contract("project-cost");

    @TempDir
    Path home;

    private Broker broker;
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void start() throws Exception {
        broker = Broker.start(home.resolve("mesh"));
        broker.addPrincipal(PRINCIPAL, grants());
        try (Admin admin = Admin.create(operator().properties("it-admin"))) {
            admin.createTopics(Stream.of(items, invoices, costs)
                            .flatMap(contract ->
                                    Stream.of(contract.topic(), contract.topic().rejected()))
                            .map(topic -> new NewTopic(topic.toString(), 2, (short) 1)
                                    // the events' own times are long past: a retention would take them
                                    .configs(Map.of("retention.ms", "-1")))
                            .toList())
                    .all()
                    .get();
        }
        producer = new KafkaProducer<>(
                operator().properties("it-producer"), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void stop() {
        if (producer != null) {
            producer.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void sumsAreRightOverARestartAndARefusedRecordDoesNotStopThem(StreamConfig.Stores stores) {
        byte[] poison = {0, 0, 0, 0, 1, 42};
        try (TopologyRunner runner = run(new FinancialsDomain(), stores)) {
            send(events.raw(items, "P-1|9", poison));
            for (int line = 1; line <= 50; line++) {
                send(events.put(items, item("P-" + line % 5, line, "10.00", "1.00")));
            }
            send(events.put(invoices, invoice("i-1", "P-1", "7.00", "paid")));
            send(events.put(items, item("P-1", 1, "11.00", null)));

            await().atMost(SOON).untilAsserted(() -> {
                assertThat(table())
                        .hasSize(5)
                        .containsEntry("P-1", cost("P-1", 10, "101.00", "9.00", 1, "7.00", "7.00"));
                assertThat(read(costs.topic().rejected().toString())).hasSize(1);
            });
            assertThat(runner.health()).extracting(health -> health.state()).containsExactly(State.RUNNING);
            assertThat(runner.close(Duration.ofSeconds(30))).isTrue();
            assertThat(runner.health()).extracting(health -> health.state()).containsExactly(State.STOPPED);
        }

        send(events.delete(items, item("P-1", 1, "11.00", null)));
        send(events.put(invoices, invoice("i-1", "P-2", "7.00", "paid")));
        try (TopologyRunner runner = run(new FinancialsDomain(), stores)) {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(table())
                            .containsEntry("P-1", cost("P-1", 9, "90.00", "9.00", 0, "0.00", "0.00"))
                            .containsEntry("P-2", cost("P-2", 10, "100.00", "10.00", 1, "7.00", "7.00")));
            assertThat(runner.health()).hasSize(1);
        }

        List<ConsumerRecord<byte[], byte[]>> rejected =
                read(costs.topic().rejected().toString());
        assertThat(rejected).hasSize(1);
        assertThat(rejected.get(0).value()).isEqualTo(poison);
        assertThat(TopologyHarness.header(rejected.get(0).headers(), "mesh_rejected_topic"))
                .isEqualTo(items.topic().toString());
    }

    @Test
    void anOutageOfTheRegistryIsSatOutAndNothingIsRejected() {
        send(events.put(items, item("P-1", 1, "10.00", "1.00")));
        registry.goDown();
        try (TopologyRunner runner = run(new FinancialsDomain())) {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(runner.health()).allSatisfy(health -> {
                        assertThat(health.state()).isEqualTo(State.HELD);
                        assertThat(health.problem())
                                .isEqualTo("RegistryUnavailableException: [registry] must be up but is down");
                    }));
            assertThat(table()).isEmpty();

            registry.comeBack();

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(table())
                            .containsEntry("P-1", cost("P-1", 1, "10.00", "1.00", 0, "0.00", "0.00")));
        }
        assertThat(read(costs.topic().rejected().toString())).isEmpty();
    }

    @Test
    void aBugStopsTheTopologyAndTellsNoValue() {
        send(events.put(items, item("P-4711", 1, "10.00", "1.00")));
        try (TopologyRunner runner = run(new Buggy())) {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(runner.health()).allSatisfy(health -> {
                        assertThat(health.state()).isEqualTo(State.FAILED);
                        assertThat(health.problem())
                                .isEqualTo("TopologyBugException: [stream] the processor 'bug' must not fail but threw"
                                        + " java.lang.UnsupportedOperationException");
                    }));
        }
        assertThat(table()).isEmpty();
        assertThat(read(costs.topic().rejected().toString())).isEmpty();
    }

    /** Fails on every item, with the item in its message. */
    private static final class Buggy implements DomainTopologies {
        @Override
        public String domain() {
            return "financials";
        }

        @Override
        public List<ProductTopology> topologies() {
            return List.of(new ProductTopology() {
                @Override
                public String name() {
                    return "project-cost";
                }

                @Override
                public void build(StreamsBuilder builder, Topics topics) {
                    Topic<CostItem> items = topics.input(CostItem.class);
                    Topic<Invoice> invoices = topics.input(Invoice.class);
                    Topic<ProjectCost> costs = topics.output(ProjectCost.class);
                    builder.stream(invoices.name(), invoices.consumed("invoice"))
                            .foreach((key, invoice) -> {}, Named.as("nothing"));
                    builder.stream(items.name(), items.consumed("item"))
                            .<ProjectCost>mapValues(
                                    item -> {
                                        throw new UnsupportedOperationException(item.toString());
                                    },
                                    Named.as("bug"))
                            .to(costs.name(), costs.produced("cost"));
                }
            });
        }
    }

    private TopologyRunner run(DomainTopologies domain) {
        return run(domain, StreamConfig.Stores.DISK);
    }

    private TopologyRunner run(DomainTopologies domain, StreamConfig.Stores stores) {
        StreamConfig usual = StreamConfig.of(broker.connection(PRINCIPAL), home.resolve("streams"), 1);
        StreamConfig config = new StreamConfig(
                usual.connection(),
                usual.stateDir(),
                stores,
                usual.replicationFactor(),
                usual.threads(),
                usual.commitInterval());
        return TopologyRunner.start(domain, contracts, registry, config, Clock.systemUTC());
    }

    private void send(ProducerRecord<byte[], byte[]> event) {
        try {
            producer.send(event).get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the broker must take the event", e);
        }
    }

    private Map<String, ProjectCost> table() {
        Map<String, ProjectCost> table = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : read(costs.topic().toString())) {
            String key = new String(record.key(), StandardCharsets.UTF_8);
            if (record.value() == null) {
                table.remove(key);
            } else {
                table.put(key, events.codec(costs).decodeAs(record.value(), record.headers(), ProjectCost.class));
            }
        }
        return table;
    }

    /** Everything committed on a topic, each partition in its order. */
    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        Map<String, Object> properties = operator().properties("it-reader");
        properties.put("isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    private KafkaConnection operator() {
        return broker.operator();
    }

    private List<AclBinding> grants() {
        return List.of(
                allow(ResourceType.TOPIC, items.topic().toString(), PatternType.LITERAL, AclOperation.READ),
                allow(ResourceType.TOPIC, invoices.topic().toString(), PatternType.LITERAL, AclOperation.READ),
                allow(ResourceType.TOPIC, costs.topic().toString(), PatternType.LITERAL, AclOperation.WRITE),
                allow(ResourceType.TOPIC, costs.topic().rejected().toString(), PatternType.LITERAL, AclOperation.WRITE),
                allow(ResourceType.TOPIC, APPLICATION + "-", PatternType.PREFIXED, AclOperation.READ),
                allow(ResourceType.TOPIC, APPLICATION + "-", PatternType.PREFIXED, AclOperation.WRITE),
                allow(ResourceType.TOPIC, APPLICATION + "-", PatternType.PREFIXED, AclOperation.CREATE),
                allow(ResourceType.TOPIC, APPLICATION + "-", PatternType.PREFIXED, AclOperation.DELETE),
                allow(ResourceType.TOPIC, APPLICATION + "-", PatternType.PREFIXED, AclOperation.DESCRIBE_CONFIGS),
                allow(ResourceType.TRANSACTIONAL_ID, APPLICATION + "-", PatternType.PREFIXED, AclOperation.WRITE),
                allow(ResourceType.GROUP, APPLICATION, PatternType.LITERAL, AclOperation.READ));
    }

    private static AclBinding allow(ResourceType type, String name, PatternType pattern, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry("User:" + PRINCIPAL, "*", operation, AclPermissionType.ALLOW));
    }

    private Contract contract(String product) {
        return contracts.product(new ProductName("financials", product)).orElseThrow();
    }
}
