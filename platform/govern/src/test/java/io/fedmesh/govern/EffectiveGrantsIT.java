package io.fedmesh.govern;

import static io.fedmesh.govern.ProvisionedBroker.CRATE;
import static io.fedmesh.govern.ProvisionedBroker.PALLET;
import static io.fedmesh.govern.ProvisionedBroker.POSITION;
import static io.fedmesh.govern.ProvisionedBroker.READ_BACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fedmesh.contract.Classification;
import io.fedmesh.contract.ProductName;
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
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The effective permissions, asked of the real broker. */
class EffectiveGrantsIT {
    private static final Duration AGREED = Duration.ofSeconds(45);

    @TempDir
    static Path home;

    private static ProvisionedBroker broker;
    private static Clients clients;

    @BeforeAll
    static void start() throws Exception {
        broker = new ProvisionedBroker(home);
        broker.provision(broker.state);
        clients = new Clients(broker);
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.close();
        }
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
        broker.admin
                .createTopics(all.stream()
                        .map(name -> new NewTopic(name, Optional.of(1), Optional.of((short) 1)))
                        .toList())
                .all()
                .get();
        List<Grant> grants = new ArrayList<>(broker.state.grants());
        ours.forEach(name -> grants.add(both("one.stream", name)));
        theirs.forEach(name -> grants.add(both("two.stream", name)));
        DesiredState wanted = new DesiredState(broker.state.topics(), broker.state.subjects(), grants, Set.of());
        assertThat(broker.provision(wanted).isWhole()).isTrue();

        // Clients log the whole list of refused topics at each refusal.
        Logger log = (Logger) LoggerFactory.getLogger("org.apache.kafka.clients");
        Level before = log.getLevel();
        log.setLevel(Level.OFF);
        try {
            assertThat(clients.written("one.stream", all)).containsExactlyInAnyOrderElementsOf(ours);
            assertThat(clients.written("two.stream", all)).containsExactlyInAnyOrderElementsOf(theirs);
            assertThat(clients.readable("one.stream", all)).containsExactlyInAnyOrderElementsOf(ours);
            assertThat(clients.readable("two.stream", all)).containsExactlyInAnyOrderElementsOf(theirs);
        } finally {
            log.setLevel(before);
        }

        broker.provision(broker.state);
        assertThat(broker.admin.describeUserScramCredentials().users().get())
                .doesNotContain("one.stream", "two.stream");
        broker.admin.deleteTopics(all).all().get();
    }

    @Test
    void captureWritesItsTopicsAndPositionInOneTransactionUnderItsOwnIdAlone() {
        assertThatCode(() -> clients.transaction("yard.cdc", "yard.cdc.db", CRATE, POSITION))
                .doesNotThrowAnyException();

        assertThatThrownBy(() -> clients.transaction("yard.cdc", "yard.cdc.other", CRATE))
                .isInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> clients.transaction("yard.cdc", "yard.cdc.db", "harbour.public.load.derived.v1"))
                .hasCauseInstanceOf(AuthorizationException.class);
        assertThatCode(() -> clients.read("yard.cdc", null, CRATE)).doesNotThrowAnyException();
    }

    @Test
    void aTopologyReadsItsInputsAndMakesItsInternalTopicsAndNothingElse() {
        assertThatCode(() -> clients.read("harbour.stream", "harbour.loading", CRATE))
                .doesNotThrowAnyException();
        assertThatCode(() -> clients.create("harbour.stream", "harbour.loading-store-changelog"))
                .doesNotThrowAnyException();
        assertThatCode(() -> clients.transaction(
                        "harbour.stream",
                        "harbour.loading-0f-1",
                        "harbour.public.load.derived.v1",
                        "harbour.loading-store-changelog"))
                .doesNotThrowAnyException();

        assertThatThrownBy(() -> clients.read("harbour.stream", null, PALLET))
                .isInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> clients.read("harbour.stream", "harbour.other", CRATE))
                .isInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> clients.send("harbour.stream", CRATE))
                .hasCauseInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> clients.create("harbour.stream", "harbour.loadings"))
                .hasCauseInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> clients.create("harbour.stream", "yard.stocktaking-store-changelog"))
                .hasCauseInstanceOf(AuthorizationException.class);
    }

    @Test
    void theSinkReadsEveryProductAndWritesRejectedRecordsAlone() {
        assertThatCode(() -> clients.read("mesh.sink", "mesh.sink.yard.crate", CRATE))
                .doesNotThrowAnyException();
        assertThatCode(() -> clients.read("mesh.sink", "mesh.sink.harbour.load", "harbour.public.load.derived.v1"))
                .doesNotThrowAnyException();
        assertThatCode(() -> clients.send("mesh.sink", "yard.private.crate.rejected.v1"))
                .doesNotThrowAnyException();

        assertThatThrownBy(() -> clients.send("mesh.sink", CRATE)).hasCauseInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> clients.read("mesh.sink", null, POSITION)).isInstanceOf(AuthorizationException.class);
    }

    @Test
    void theReaderSeesOffsetsAndPositionsButNoData() {
        assertThatCode(() -> clients.read("mesh.reader", null, POSITION)).doesNotThrowAnyException();
        assertThatCode(() -> clients.endOffset("mesh.reader", CRATE)).doesNotThrowAnyException();

        assertThatThrownBy(() -> clients.read("mesh.reader", null, CRATE)).isInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> clients.send("mesh.reader", POSITION))
                .hasCauseInstanceOf(AuthorizationException.class);
    }

    /** One client from its first record to its refusals; the clock is the test's, all else is real. */
    @Test
    void aConsumersOwnClientReadsWhileAnAgreementIsLiveAndIsRefusedAtItsEndAndAfterItsRevocation() throws Exception {
        String consumer = "mesh.user.u-ada";
        broker.kafka.addPrincipal(consumer);
        clients.send("yard.cdc", CRATE);
        Instant[] now = {Instant.parse("2026-11-26T08:00:00Z")};
        try (KafkaGovernanceLog desks = new KafkaGovernanceLog(broker.connection(DesiredState.DESK), READ_BACK);
                KafkaGovernanceLog governors =
                        new KafkaGovernanceLog(broker.connection(DesiredState.GOVERNOR), READ_BACK);
                Consumer<byte[], byte[]> client = subscribed(consumer)) {
            Agreements desk = new Agreements(desks, () -> now[0]);
            Agreements governor = new Agreements(governors, () -> now[0]);
            ConsumerGrants grants = new ConsumerGrants(broker.admin, READ_BACK);
            Runnable govern = () -> assertThat(grants.bring(AgreementGrants.agreed(governor.image(), now[0]))
                            .isWhole())
                    .isTrue();
            desk.submit(new Command("people", "ove", new Action.Install(directory())));
            govern.run();
            awaitRefusal(client);

            approve(desk, "a-1", now[0]);
            govern.run();
            awaitRecord(client);

            now[0] = now[0].plus(AGREED);
            govern.run();
            awaitRefusal(client);

            approve(desk, "a-2", now[0]);
            govern.run();
            clients.send("yard.cdc", CRATE);
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

    /** Asked for from now on, and approved. */
    private static void approve(Agreements desk, String id, Instant now) throws CommandRefusedException {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        GovernanceImage asked = desk.submit(new Command(
                "ask-" + id,
                "ada",
                new Action.Ask(
                        id,
                        ProductName.parse("yard.crate"),
                        new io.fedmesh.govern.agreement.Consumer.User("u-ada"),
                        new Terms("to count crates", today, now.plus(AGREED), Set.of("id")))));
        String hash =
                Objects.requireNonNull(asked.agreement(id).orElseThrow().open()).hash();
        desk.submit(new Command("approve-" + id, "cem", new Action.Approve(id, hash)));
    }

    private static Consumer<byte[], byte[]> subscribed(String principal) {
        Map<String, Object> properties = clients.bounded(principal);
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
        assertThatThrownBy(() -> clients.send(DesiredState.AUDITOR, topic))
                .hasCauseInstanceOf(AuthorizationException.class);
        for (String other : List.of(DesiredState.SINK, DesiredState.READER, DesiredState.REPLAYER, "yard.cdc")) {
            assertThatThrownBy(() -> clients.send(other, topic))
                    .as(other)
                    .hasCauseInstanceOf(AuthorizationException.class);
            assertThatThrownBy(() -> clients.read(other, null, topic))
                    .as(other)
                    .isInstanceOf(AuthorizationException.class);
        }
    }

    private static AuditTrail trail(String principal, LocalAuditKey key) {
        return new AuditTrail(
                broker.connection(principal),
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
}
