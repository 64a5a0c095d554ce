package io.fedmesh.govern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.TopicName;
import io.fedmesh.govern.agreement.Action;
import io.fedmesh.govern.agreement.AgreementGrants;
import io.fedmesh.govern.agreement.Agreements;
import io.fedmesh.govern.agreement.Command;
import io.fedmesh.govern.agreement.CommandRefusedException;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.GovernanceImage;
import io.fedmesh.govern.agreement.GovernanceLogException;
import io.fedmesh.govern.agreement.KafkaGovernanceLog;
import io.fedmesh.govern.agreement.Role;
import io.fedmesh.govern.agreement.Terms;
import io.fedmesh.govern.audit.AuditEvent;
import io.fedmesh.govern.audit.AuditLog;
import io.fedmesh.govern.audit.AuditReport;
import io.fedmesh.govern.audit.AuditSettings;
import io.fedmesh.govern.audit.AuditTrail;
import io.fedmesh.govern.audit.AuditUnavailableException;
import io.fedmesh.govern.audit.FolderCheckpointStore;
import io.fedmesh.govern.audit.LocalAuditKey;
import io.fedmesh.local.LocalKafka;
import io.fedmesh.wire.KafkaConnection;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The effective permissions, asked of the real broker. */
class ProvisionerIT {
    private static final String CRATE = "yard.public.crate.state.v1";
    private static final String PALLET = "yard.protected.pallet.state.v1";
    private static final String POSITION = "yard.private.db.internal.v1";
    private static final Duration READ_BACK = Duration.ofSeconds(20);

    @TempDir
    static Path home;

    private static LocalKafka kafka;
    private static Admin admin;
    private static DesiredState state;

    private static final FakeRegistry REGISTRY = new FakeRegistry();

    @BeforeAll
    static void start() throws Exception {
        kafka = LocalKafka.start(home);
        admin = Admin.create(connection(kafka.operator()).properties("operator"));
        state = DesiredState.of(Fixtures.contracts(), new ProvisioningSettings((short) 1, 1));
        provision(state);
    }

    @AfterAll
    static void stop() {
        if (admin != null) {
            admin.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    void applyingTwiceChangesNothing() {
        assertThat(provisioner().plan(state).changes()).isEmpty();
        assertThat(provision(state)).isEqualTo(new ProvisioningReport(List.of(), List.of(), List.of(), List.of()));
        assertThat(REGISTRY.levels).containsEntry(CRATE + "-value", "BACKWARD");
    }

    @Test
    void aConfigurationThatDriftedIsSetBack() throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, PALLET);
        admin.incrementalAlterConfigs(Map.of(
                        topic,
                        List.of(new AlterConfigOp(
                                new ConfigEntry("delete.retention.ms", "1000"), AlterConfigOp.OpType.SET))))
                .all()
                .get();

        Plan plan = provisioner().plan(state);
        ProvisioningReport report = provisioner().apply(state, plan, Set.of());

        assertThat(report.done())
                .extracting(Plan.Change::toString)
                .containsExactly("~ topic " + PALLET + "  delete.retention.ms: 1000 -> 604800000");
        assertThatThrownBy(() -> provisioner().apply(state, plan, Set.of()))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageStartingWith("[plan] what stands must be what the plan was made from but has moved since");
    }

    @Test
    void aTopicThatNoContractHasGoesWhenItIsAllowedByNameAndOthersStay() throws Exception {
        String gone = "yard.public.barrel.state.v1";
        String outside = "somebody-elses";
        String platform = "mesh.private.agreement.internal.v1";
        for (String name : List.of(gone, outside, platform)) {
            make(name);
        }
        kafka.addPrincipal("closed.stream");

        ProvisioningReport first = provision(state);

        assertThat(first.done()).containsExactly(Plan.Change.remove(Plan.Thing.USER, "closed.stream"));
        assertThat(first.withheld()).containsExactly(Plan.Change.remove(Plan.Thing.TOPIC, gone));
        Plan plan = provisioner().plan(state);
        assertThat(provisioner().apply(state, plan, Set.of(gone)).isWhole()).isTrue();
        assertThat(admin.listTopics().names().get())
                .contains(outside, platform, CRATE)
                .doesNotContain(gone);
        assertThat(admin.describeUserScramCredentials().users().get())
                .contains("mesh.operator", "yard.cdc")
                .doesNotContain("closed.stream");
        admin.deleteTopics(List.of(outside, platform)).all().get();
    }

    @Test
    void halfOfWhatIsMissingIsThereAndTheRestIsMade() throws Exception {
        admin.deleteTopics(List.of(POSITION)).all().get();
        admin.deleteAcls(List.of(
                        entry("User:mesh.sink", CRATE, AclPermissionType.ALLOW).toFilter()))
                .all()
                .get();

        ProvisioningReport report = provision(state);

        assertThat(report.done())
                .extracting(change -> change.action().sign() + " " + change.name())
                .containsExactly("+ " + POSITION, "+ mesh.sink READ TOPIC " + CRATE);
    }

    /** 200 pairs: each of two principals may use 100 names and tries all 200 of both, by really writing and reading. */
    @Test
    void whatAGrantSaysIsWhatTheBrokersLetOneWriteAndReadOfTwoHundredNames() throws Exception {
        Random random = new Random(20_261_126L);
        List<String> ours = new ArrayList<>();
        List<String> theirs = new ArrayList<>();
        while (ours.size() < 100) {
            String name = "lot" + Integer.toString(ours.size(), 36) + "." + word(random);
            ours.add(name);
            theirs.add(
                    switch (random.nextInt(4)) {
                        case 0 -> name + "-" + word(random);
                        case 1 -> name + word(random);
                        case 2 -> name + ".";
                        default -> "x" + name;
                    });
        }
        List<String> all = new ArrayList<>(ours);
        all.addAll(theirs);
        admin.createTopics(all.stream()
                        .map(name -> new NewTopic(name, Optional.of(1), Optional.of((short) 1)))
                        .toList())
                .all()
                .get();
        List<Grant> grants = new ArrayList<>(state.grants());
        ours.forEach(name -> grants.add(both("one.stream", name)));
        theirs.forEach(name -> grants.add(both("two.stream", name)));
        DesiredState wanted = new DesiredState(state.topics(), state.subjects(), grants, Set.of());
        assertThat(provision(wanted).isWhole()).isTrue();

        // Clients log the whole list of refused topics at each refusal.
        Logger clients = (Logger) LoggerFactory.getLogger("org.apache.kafka.clients");
        Level before = clients.getLevel();
        clients.setLevel(Level.OFF);
        try {
            assertThat(written("one.stream", all)).containsExactlyInAnyOrderElementsOf(ours);
            assertThat(written("two.stream", all)).containsExactlyInAnyOrderElementsOf(theirs);
            assertThat(readable("one.stream", all)).containsExactlyInAnyOrderElementsOf(ours);
            assertThat(readable("two.stream", all)).containsExactlyInAnyOrderElementsOf(theirs);
        } finally {
            clients.setLevel(before);
        }

        provision(state);
        assertThat(admin.describeUserScramCredentials().users().get()).doesNotContain("one.stream", "two.stream");
        admin.deleteTopics(all).all().get();
    }

    @Test
    void anotherNumberOfPartitionsIsRefusedBeforeAnythingIsChanged() throws Exception {
        Contracts other = new Contracts(
                List.of(Fixtures.domain("quay")),
                List.of(Fixtures.source("quay", "db")),
                List.of(Fixtures.captured("quay", "bollard", "db", TopicName.Visibility.PUBLIC, 2)));
        make("quay.public.bollard.state.v1");
        DesiredState wanted = DesiredState.of(other, new ProvisioningSettings((short) 1, 1));

        assertThatThrownBy(() -> provision(wanted))
                .isInstanceOf(ProvisioningException.class)
                .hasMessage(
                        "[topic quay.public.bollard.state.v1] 'partitions' must be 2 as its contract says but was 1:"
                                + " a change would move keys to other partitions; give the product a new major version, or put"
                                + " the contract right");
        assertThat(admin.listTopics().names().get()).doesNotContain("quay.private.bollard.rejected.v1");
        admin.deleteTopics(List.of("quay.public.bollard.state.v1")).all().get();
    }

    @Test
    void rightsThatAreNotDesiredAreRevokedButNobodyElsesAreTouched() throws Exception {
        AclBinding stale = entry("User:yard.cdc", PALLET + "x", AclPermissionType.ALLOW);
        AclBinding gone = entry("User:closed.stream", CRATE, AclPermissionType.ALLOW);
        AclBinding stranger = entry("User:auditor", CRATE, AclPermissionType.ALLOW);
        AclBinding operator = entry("User:mesh.operator", CRATE, AclPermissionType.ALLOW);
        AclBinding denied = entry("User:yard.cdc", "somewhere", AclPermissionType.DENY);
        admin.createAcls(List.of(stale, gone, stranger, operator, denied)).all().get();

        ProvisioningReport report = provision(state);

        assertThat(report.done())
                .containsExactly(
                        Plan.Change.remove(Plan.Thing.GRANT, "closed.stream READ TOPIC " + CRATE),
                        Plan.Change.remove(Plan.Thing.GRANT, "yard.cdc READ TOPIC " + PALLET + "x"));
        assertThat(provisioner().plan(state).strays())
                .containsExactly("[grants] no contract and no agreement gives: auditor READ TOPIC " + CRATE);
        assertThat(report.notes())
                .containsExactly("[grants] an entry that denies stays: yard.cdc READ TOPIC somewhere");
        Collection<AclBinding> left =
                admin.describeAcls(AclBindingFilter.ANY).values().get();
        assertThat(left).contains(stranger, operator, denied).doesNotContain(stale, gone);
        admin.deleteAcls(List.of(stranger.toFilter(), operator.toFilter(), denied.toFilter()))
                .all()
                .get();
    }

    @Test
    void captureWritesItsTopicsAndPositionInOneTransactionUnderItsOwnIdAlone() {
        assertThatCode(() -> transaction("yard.cdc", "yard.cdc.db", CRATE, POSITION))
                .doesNotThrowAnyException();

        assertThatThrownBy(() -> transaction("yard.cdc", "yard.cdc.other", CRATE))
                .isInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> transaction("yard.cdc", "yard.cdc.db", "harbour.public.load.derived.v1"))
                .hasCauseInstanceOf(AuthorizationException.class);
        assertThatCode(() -> read("yard.cdc", null, CRATE)).doesNotThrowAnyException();
    }

    @Test
    void aTopologyReadsItsInputsAndMakesItsInternalTopicsAndNothingElse() {
        assertThatCode(() -> read("harbour.stream", "harbour.loading", CRATE)).doesNotThrowAnyException();
        assertThatCode(() -> create("harbour.stream", "harbour.loading-store-changelog"))
                .doesNotThrowAnyException();
        assertThatCode(() -> transaction(
                        "harbour.stream",
                        "harbour.loading-0f-1",
                        "harbour.public.load.derived.v1",
                        "harbour.loading-store-changelog"))
                .doesNotThrowAnyException();

        assertThatThrownBy(() -> read("harbour.stream", null, PALLET)).isInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> read("harbour.stream", "harbour.other", CRATE))
                .isInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> send("harbour.stream", CRATE)).hasCauseInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> create("harbour.stream", "harbour.loadings"))
                .hasCauseInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> create("harbour.stream", "yard.stocktaking-store-changelog"))
                .hasCauseInstanceOf(AuthorizationException.class);
    }

    @Test
    void theSinkReadsEveryProductAndWritesRejectedRecordsAlone() {
        assertThatCode(() -> read("mesh.sink", "mesh.sink.yard.crate", CRATE)).doesNotThrowAnyException();
        assertThatCode(() -> read("mesh.sink", "mesh.sink.harbour.load", "harbour.public.load.derived.v1"))
                .doesNotThrowAnyException();
        assertThatCode(() -> send("mesh.sink", "yard.private.crate.rejected.v1"))
                .doesNotThrowAnyException();

        assertThatThrownBy(() -> send("mesh.sink", CRATE)).hasCauseInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> read("mesh.sink", null, POSITION)).isInstanceOf(AuthorizationException.class);
    }

    @Test
    void theReaderSeesOffsetsAndPositionsButNoData() {
        assertThatCode(() -> read("mesh.reader", null, POSITION)).doesNotThrowAnyException();
        assertThatCode(() -> endOffset("mesh.reader", CRATE)).doesNotThrowAnyException();

        assertThatThrownBy(() -> read("mesh.reader", null, CRATE)).isInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> send("mesh.reader", POSITION)).hasCauseInstanceOf(AuthorizationException.class);
    }

    /** One client from its first record to its refusals; the clock is the test's, all else is real. */
    @Test
    void aConsumersOwnClientReadsWhileAnAgreementIsLiveAndIsRefusedAtItsEndAndAfterItsRevocation() throws Exception {
        String consumer = "mesh.user.u-ada";
        kafka.addPrincipal(consumer);
        send("yard.cdc", CRATE);
        Instant[] now = {Instant.parse("2026-11-26T08:00:00Z")};
        try (KafkaGovernanceLog desks = new KafkaGovernanceLog(connection(DesiredState.DESK), READ_BACK);
                KafkaGovernanceLog governors = new KafkaGovernanceLog(connection(DesiredState.GOVERNOR), READ_BACK);
                Consumer<byte[], byte[]> client = subscribed(consumer)) {
            Agreements desk = new Agreements(desks, () -> now[0]);
            Agreements governor = new Agreements(governors, () -> now[0]);
            ConsumerGrants grants = new ConsumerGrants(admin, READ_BACK);
            Runnable govern = () -> assertThat(grants.bring(AgreementGrants.agreed(governor.image(), now[0]))
                            .isWhole())
                    .isTrue();
            desk.submit(new Command("people", "ove", new Action.Install(directory())));
            govern.run();
            awaitRefusal(client);

            approve(desk, "a-1", now[0]);
            govern.run();
            awaitRecord(client);

            now[0] = Instant.parse("2026-11-27T00:00:00Z");
            govern.run();
            awaitRefusal(client);

            approve(desk, "a-2", now[0]);
            govern.run();
            send("yard.cdc", CRATE);
            awaitRecord(client);

            desk.submit(new Command("end", "u-cem", new Action.Revoke("a-2", "no more")));
            govern.run();
            awaitRefusal(client);
            assertThatThrownBy(() -> governors.append(new byte[] {1}))
                    .as("who opens and closes grants cannot make agreements")
                    .isInstanceOf(GovernanceLogException.class);
        }
    }

    private static Directory directory() {
        return new Directory(
                List.of(
                        new Directory.Person("u-ada", Set.of("ada"), Set.of(Role.CONSUMER), Set.of(), Set.of()),
                        new Directory.Person("u-cem", Set.of("cem"), Set.of(), Set.of(), Set.of()),
                        new Directory.Person("u-ove", Set.of("ove"), Set.of(Role.OPERATOR), Set.of(), Set.of())),
                List.of(new Directory.Domain("yard", "u-cem", Set.of())),
                List.of(new Directory.Product(
                        ProductName.parse("yard.crate"), CRATE, Map.of("id", Classification.INTERNAL))));
    }

    /** Asked for to the end of the day, and approved. */
    private static void approve(Agreements desk, String id, Instant now) throws CommandRefusedException {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        GovernanceImage asked = desk.submit(new Command(
                "ask-" + id,
                "ada",
                new Action.Ask(
                        id,
                        ProductName.parse("yard.crate"),
                        new io.fedmesh.govern.agreement.Consumer.User("u-ada"),
                        new Terms("to count crates", today, today, Set.of("id")))));
        String hash =
                Objects.requireNonNull(asked.agreement(id).orElseThrow().open()).hash();
        desk.submit(new Command("approve-" + id, "cem", new Action.Approve(id, hash)));
    }

    private static Consumer<byte[], byte[]> subscribed(String principal) {
        Map<String, Object> properties = bounded(principal);
        properties.put("group.id", principal);
        properties.put("auto.offset.reset", "earliest");
        properties.put("isolation.level", "read_committed");
        properties.put("metadata.max.age.ms", 500);
        Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(CRATE));
        return consumer;
    }

    private static void awaitRecord(Consumer<byte[], byte[]> client) {
        await().atMost(READ_BACK).until(() -> {
            try {
                return !client.poll(Duration.ofMillis(200)).isEmpty();
            } catch (AuthorizationException e) {
                return false; // said once more of what was refused before
            }
        });
    }

    private static void awaitRefusal(Consumer<byte[], byte[]> client) {
        await().atMost(READ_BACK).until(() -> {
            try {
                client.poll(Duration.ofMillis(200));
                return false;
            } catch (AuthorizationException e) {
                return true;
            }
        });
    }

    @Test
    void decisionsAreWrittenByTheirWriterAloneAndReadByTheAuditor() throws Exception {
        LocalAuditKey key = LocalAuditKey.create(home.resolve("audit-key"), new SecureRandom());
        AuditTrail writer = trail(DesiredState.AUDIT, key);
        AuditTrail auditor = trail(DesiredState.AUDITOR, key);
        AuditLog killed = writer.open(3, "/mesh/killed", key);
        killed.record(event("event-0")); // no checkpoint covers it when its process dies
        try (AuditLog next = writer.open(3, "/mesh/next", key)) {
            assertThat(next.record(event("event-1")).sequence()).isOne();
            assertThat(killed.record(event("event-2")).sequence())
                    .as("who was fenced goes on behind what the other wrote")
                    .isEqualTo(2);
        }
        killed.close();

        AuditReport report = auditor.verify(3, null);
        assertThat(report.findings()).isEmpty();
        assertThat(report.covered()).isEqualTo(3);
        List<String> read = new ArrayList<>();
        auditor.read(3, entry -> read.add(Objects.requireNonNull(entry.event()).id()));
        assertThat(read).containsExactly("event-0", "event-1", "event-2");
        assertThatThrownBy(() -> auditor.open(3, "/mesh/auditor", key)).isInstanceOf(AuditUnavailableException.class);
        String topic = AuditSettings.TOPIC.toString();
        assertThatThrownBy(() -> send(DesiredState.AUDITOR, topic)).hasCauseInstanceOf(AuthorizationException.class);
        for (String other : List.of(DesiredState.SINK, DesiredState.READER, DesiredState.REPLAYER, "yard.cdc")) {
            assertThatThrownBy(() -> send(other, topic)).as(other).hasCauseInstanceOf(AuthorizationException.class);
            assertThatThrownBy(() -> read(other, null, topic)).as(other).isInstanceOf(AuthorizationException.class);
        }
    }

    private static AuditTrail trail(String principal, LocalAuditKey key) {
        return new AuditTrail(
                connection(principal),
                AuditSettings.ofMesh(AuditSettings.FOR_EVER),
                List.of(key.publicKey()),
                new FolderCheckpointStore(home.resolve("audit-checkpoints")),
                Clock.systemUTC());
    }

    private static AuditEvent event(String id) {
        return new AuditEvent(
                id,
                Instant.parse("2026-02-03T04:05:06Z"),
                new Principal("ann"),
                "product.read",
                "yard.crate",
                "to count",
                AuditEvent.Outcome.ALLOWED,
                List.of("an agreement"),
                null,
                List.of("agreement-1"),
                "request");
    }

    private static ProvisioningReport provision(DesiredState desired) {
        return provisioner().apply(desired);
    }

    private static Provisioner provisioner() {
        return Provisioner.on(admin, REGISTRY, READ_BACK)
                .scramUsers(kafka::addPrincipal)
                .build();
    }

    private static void make(String topic) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.of((short) 1))))
                .all()
                .get();
    }

    private static Grant both(String principal, String topic) {
        return new Grant(
                principal,
                Set.of(Grant.Operation.READ, Grant.Operation.WRITE),
                Grant.Resource.TOPIC,
                topic,
                Grant.Match.LITERAL);
    }

    private static String word(Random random) {
        return Integer.toString(1_296 + random.nextInt(40_000), 36);
    }

    /** Those of the topics to which the principal's record went. */
    private static List<String> written(String principal, List<String> topics) throws Exception {
        Map<String, Object> properties = bounded(principal);
        properties.remove("default.api.timeout.ms");
        properties.put("max.block.ms", 15_000);
        List<String> written = new ArrayList<>();
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (String topic : topics) {
                try {
                    producer.send(new ProducerRecord<>(topic, new byte[] {1}, new byte[] {2}))
                            .get();
                    written.add(topic);
                } catch (ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(AuthorizationException.class);
                }
            }
        }
        return written;
    }

    /** Those of the topics of which the principal got the record. */
    private static List<String> readable(String principal, List<String> topics) {
        Map<String, Object> properties = bounded(principal);
        properties.put("isolation.level", "read_committed");
        Set<String> asked = new TreeSet<>(topics);
        Set<String> read = new TreeSet<>();
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            long deadline = System.nanoTime() + READ_BACK.toNanos();
            while (!read.containsAll(asked) && System.nanoTime() < deadline) {
                try {
                    List<TopicPartition> partitions = asked.stream()
                            .map(topic -> new TopicPartition(topic, 0))
                            .toList();
                    if (!consumer.assignment().equals(Set.copyOf(partitions))) {
                        consumer.assign(partitions);
                        consumer.seekToBeginning(partitions);
                    }
                    consumer.poll(Duration.ofMillis(500)).forEach(record -> read.add(record.topic()));
                } catch (TopicAuthorizationException e) {
                    assertThat(e.unauthorizedTopics())
                            .as("said of a topic that was refused")
                            .isNotEmpty();
                    asked.removeAll(e.unauthorizedTopics());
                }
            }
        }
        assertThat(read).as("every topic that is not refused gives its record").containsAll(asked);
        return new ArrayList<>(read);
    }

    private static KafkaConnection connection(String principal) {
        return new KafkaConnection(kafka.bootstrap(), kafka.security(principal));
    }

    private static AclBinding entry(String principal, String topic, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry(principal, "*", AclOperation.READ, permission));
    }

    private static Map<String, Object> bounded(String principal) {
        Map<String, Object> properties = connection(principal).properties("test");
        properties.put("default.api.timeout.ms", 15_000);
        return properties;
    }

    private static void transaction(String principal, String id, String... topics) throws Exception {
        Map<String, Object> properties = bounded(principal);
        properties.put("transactional.id", id);
        properties.remove("default.api.timeout.ms");
        properties.put("max.block.ms", 15_000);
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            List<Future<?>> sent = new ArrayList<>();
            for (String topic : topics) {
                sent.add(producer.send(new ProducerRecord<>(topic, new byte[] {1}, new byte[] {2})));
            }
            for (Future<?> future : sent) {
                future.get();
            }
            producer.commitTransaction();
        }
    }

    private static void send(String principal, String topic) throws Exception {
        Map<String, Object> properties = bounded(principal);
        properties.remove("default.api.timeout.ms");
        properties.put("max.block.ms", 15_000);
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, new byte[] {1}, new byte[] {2}))
                    .get();
        } catch (ExecutionException e) {
            throw e;
        }
    }

    private static void read(String principal, @Nullable String group, String topic) {
        Map<String, Object> properties = bounded(principal);
        if (group != null) {
            properties.put("group.id", group);
        }
        properties.put("enable.auto.commit", false);
        properties.put("isolation.level", "read_committed");
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            consumer.poll(Duration.ofSeconds(1));
            if (group != null) {
                consumer.commitSync();
            }
        }
    }

    private static void endOffset(String principal, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(bounded(principal), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.endOffsets(List.of(partition));
        }
    }

    private static void create(String principal, String topic) throws Exception {
        try (Admin client = Admin.create(connection(principal).properties("test"))) {
            client.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.of((short) 1))))
                    .all()
                    .get();
        }
    }
}
