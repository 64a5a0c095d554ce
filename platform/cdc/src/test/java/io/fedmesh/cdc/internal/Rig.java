package io.fedmesh.cdc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fedmesh.cdc.Capture;
import io.fedmesh.cdc.CaptureConfig;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Source;
import io.fedmesh.testkit.Broker;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.EventHeaders;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** One test's own database, domain, topics and rights on the shared parts, and what it asks of them. */
@NullUnmarked
final class Rig implements AutoCloseable {
    private static final AtomicInteger RIGS = new AtomicInteger();
    static final Duration SOON = Duration.ofSeconds(60);

    final String domain;
    final String database;
    final Source source;
    final List<Contract> contracts;
    final MapRegistry registry = new MapRegistry();
    private final List<CaptureWorker> workers = new ArrayList<>();

    /** An event as a reader of the topic sees it; {@code record} is null for a deletion. */
    record Event(String key, @Nullable GenericRecord record, EventHeaders headers) {}

    Rig() {
        this(Source.Truncate.TOMBSTONES);
    }

    Rig(Source.Truncate truncate) {
        int number = RIGS.incrementAndGet();
        this.domain = "harbour" + number;
        this.database = domain;
        this.source = Harbour.source(domain, truncate);
        this.contracts = List.of(Harbour.vessel(domain), Harbour.berth(domain));
        Broker broker = Parts.broker();
        try {
            Parts.postgres().createDatabase(database);
            Parts.postgres().createReplicationRole("cdc" + number, "pw" + number);
            sql(Harbour.DDL
                    + "grant usage on schema port to public; grant select on all tables in schema port to public;"
                    + "grant insert, update on port.beat to public;"
                    + "alter database " + database + " owner to cdc" + number + ";"
                    + "alter schema port owner to cdc" + number + ";"
                    + "alter table port.vessel owner to cdc" + number + ";"
                    + "alter table port.berth owner to cdc" + number + ";"
                    + "alter table port.beat owner to cdc" + number);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        contracts.forEach(c -> registry.register(c.topic().subject(), c.schema()));
        topics(broker);
    }

    private void topics(Broker broker) {
        List<NewTopic> topics = new ArrayList<>();
        List<AclBinding> acls = new ArrayList<>();
        String position = source.positionTopic().toString();
        topics.add(new NewTopic(position, 1, (short) 1).configs(Map.of("cleanup.policy", "compact")));
        acls.addAll(acl(ResourceType.TOPIC, position, AclOperation.WRITE, AclOperation.READ));
        for (Contract contract : contracts) {
            topics.add(new NewTopic(contract.topic().toString(), contract.partitions(), (short) 1)
                    .configs(Map.of("cleanup.policy", "compact")));
            topics.add(new NewTopic(contract.topic().rejected().toString(), 1, (short) 1));
            acls.addAll(acl(ResourceType.TOPIC, contract.topic().toString(), AclOperation.WRITE, AclOperation.READ));
            acls.addAll(acl(ResourceType.TOPIC, contract.topic().rejected().toString(), AclOperation.WRITE));
        }
        acls.addAll(acl(ResourceType.TRANSACTIONAL_ID, domain + ".cdc.registry", AclOperation.WRITE));
        broker.addPrincipal(domain + ".cdc", acls);
        try (Admin admin = admin()) {
            admin.createTopics(topics).all().get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private List<AclBinding> acl(ResourceType type, String name, AclOperation... operations) {
        List<AclBinding> acls = new ArrayList<>();
        for (AclOperation operation : operations) {
            acls.add(new AclBinding(
                    new ResourcePattern(type, name, PatternType.LITERAL),
                    new AccessControlEntry("User:" + domain + ".cdc", "*", operation, AclPermissionType.ALLOW)));
        }
        return acls;
    }

    Admin admin() {
        return Admin.create(Parts.broker().operator().properties("test"));
    }

    CaptureConfig config() {
        return config(contracts);
    }

    CaptureConfig config(List<Contract> of) {
        String role = domain.replace("harbour", "cdc");
        return new CaptureConfig(
                source,
                of,
                new CaptureConfig.DatabaseConnection(
                        "127.0.0.1", Parts.postgres().port(), database, role, role.replace("cdc", "pw")),
                Parts.broker().connection(domain + ".cdc"),
                "test",
                new CaptureConfig.Bounds(
                        500,
                        2_000,
                        8L << 20,
                        900_000,
                        Duration.ofMillis(5),
                        Duration.ofMillis(500),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10)));
    }

    /** A capture, not started. */
    CaptureWorker capture() {
        return capture(config(), UnaryOperator.identity());
    }

    /** A capture whose log is wrapped. */
    CaptureWorker capture(CaptureConfig config, UnaryOperator<EventLog> log) {
        CaptureWorker worker = new CaptureWorker(
                config,
                registry,
                new Random(7),
                log.apply(new KafkaEventLog(
                        source, config.kafka(), config.bounds().patience())));
        workers.add(worker);
        return worker;
    }

    CaptureWorker started() {
        CaptureWorker worker = capture();
        worker.start();
        return worker;
    }

    static void awaitState(CaptureWorker worker, Capture.State state) {
        await().atMost(SOON)
                .failFast(() -> state != Capture.State.FAILED && hasFailed(worker))
                .untilAsserted(() -> assertThat(worker.health().state())
                        .as(() -> String.valueOf(worker.health().cause()))
                        .isEqualTo(state));
    }

    /** Waits until everything committed until now is published. */
    void awaitCaughtUp(CaptureWorker worker) {
        long target = number("select (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint");
        await().atMost(SOON)
                .failFast(() -> hasFailed(worker))
                .untilAsserted(() -> assertThat(worker.health().commitLsn())
                        .as(() -> String.valueOf(worker.health()))
                        .isGreaterThanOrEqualTo(target));
    }

    private static boolean hasFailed(CaptureWorker worker) {
        return worker.health().state() == Capture.State.FAILED;
    }

    void sql(String sql) {
        try (Connection connection = Parts.postgres().connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    long number(String query) {
        try (Connection connection = Parts.postgres().connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every committed record of a topic, partition by partition. */
    List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (TopicTail tail = new TopicTail(Parts.broker().operator(), "test", Duration.ofSeconds(20))) {
            List<TopicPartition> partitions = tail.partitions(topic);
            tail.read(tail.begin(partitions), tail.end(partitions), records::add);
        }
        return records;
    }

    /** Every event of a product, in the order of each key. */
    List<Event> events(String product) {
        Contract contract = contract(product);
        EventCodec codec = new EventCodec(contract, registry);
        List<Event> events = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records(contract.topic().toString())) {
            events.add(new Event(
                    new String(record.key(), StandardCharsets.UTF_8),
                    record.value() == null ? null : codec.decode(record.value(), record.headers(), contract.schema()),
                    EventHeaders.read(record.headers())));
        }
        return events;
    }

    /** The live keys of a product with one field each. */
    Map<String, String> state(String product, String field) {
        Map<String, String> state = new TreeMap<>();
        for (Event event : events(product)) {
            if (event.record() == null) {
                state.remove(event.key());
            } else {
                state.put(event.key(), String.valueOf(event.record().get(field)));
            }
        }
        return state;
    }

    /** Key and one text column of each row. */
    Map<String, String> rows(String query) {
        Map<String, String> rows = new TreeMap<>();
        try (Connection connection = Parts.postgres().connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                rows.put(row.getString(1), String.valueOf(row.getString(2)));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return rows;
    }

    /** The topic's state is the table's, and no version of a key is there twice or out of order. */
    void assertVesselsAreRight() {
        assertThat(state("vessel", "name")).isEqualTo(rows("select id::text, title from port.vessel"));
        Map<String, String> last = new LinkedHashMap<>();
        for (Event event : events("vessel")) {
            String version = String.valueOf(event.headers().version().hex());
            String before = last.put(event.key(), version);
            assertThat(before == null || before.compareTo(version) < 0)
                    .as("versions of key %s rise: %s, %s", event.key(), before, version)
                    .isTrue();
        }
    }

    Contract contract(String product) {
        return contracts.stream()
                .filter(c -> c.name().product().equals(product))
                .findFirst()
                .orElseThrow();
    }

    Set<String> slots() {
        return rows("select slot_name, 'x' from pg_replication_slots where slot_name = '" + source.slot() + "'")
                .keySet();
    }

    @Override
    public void close() {
        workers.forEach(CaptureWorker::close);
        dropSlot();
    }

    /** Drops the slot; waits while the server still holds it for a capture that has just ended. */
    void dropSlot() {
        whenFree("select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '"
                + source.slot() + "'");
    }

    /** Runs a statement on the slot as soon as nobody streams from it. */
    void whenFree(String sql) {
        await().atMost(SOON)
                .until(() -> number("select count(*) from pg_replication_slots where slot_name = '" + source.slot()
                                + "' and active")
                        == 0);
        sql(sql);
    }
}
