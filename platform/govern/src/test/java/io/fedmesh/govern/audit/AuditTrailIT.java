package io.fedmesh.govern.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fedmesh.contract.TopicName;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.audit.AuditEvent.Outcome;
import io.fedmesh.govern.audit.AuditFinding.Kind;
import io.fedmesh.local.LocalKafka;
import io.fedmesh.wire.KafkaConnection;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Written by several, killed in between, verified, tampered with: on a real broker and a real disk. */
class AuditTrailIT {
    @TempDir
    static Path home;

    private static LocalKafka kafka;
    private static Admin admin;
    private static LocalAuditKey key;

    @BeforeAll
    static void start() throws Exception {
        kafka = LocalKafka.start(home.resolve("kafka"));
        admin = Admin.create(connection().properties("test"));
        key = LocalAuditKey.create(home.resolve("key"), new SecureRandom());
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

    private static KafkaConnection connection() {
        return new KafkaConnection(kafka.bootstrap(), kafka.security(kafka.operator()));
    }

    private static AuditSettings settings(String product, Duration timeout) {
        return new AuditSettings(
                TopicName.parse("mesh.private." + product + ".audit.v1"),
                Duration.ofDays(365),
                10,
                Duration.ofHours(1),
                timeout);
    }

    private static AuditTrail trail(String product, Duration timeout) {
        return new AuditTrail(
                connection(),
                settings(product, timeout),
                List.of(key.publicKey()),
                new FolderCheckpointStore(home.resolve(product)),
                Clock.systemUTC());
    }

    private static AuditTrail created(String product) throws Exception {
        create(product);
        return trail(product, Duration.ofSeconds(20));
    }

    private static void create(String product) throws Exception {
        AuditSettings settings = settings(product, Duration.ofSeconds(20));
        admin.createTopics(List.of(new NewTopic(settings.topic().toString(), Optional.of(2), Optional.of((short) 1))
                        .configs(settings.topicConfigs(1))))
                .all()
                .get();
    }

    private static AuditEvent event(int number) {
        return new AuditEvent(
                "event-" + number,
                Instant.parse("2026-02-03T04:05:06Z"),
                new Principal("ann"),
                "agreement.approve",
                "yard.crate",
                "to count",
                Outcome.ALLOWED,
                List.of("a steward"),
                "policy",
                List.of("agreement-1"),
                "request-" + number);
    }

    @Test
    void whatSeveralWritersRecordIsOneChainAndWhatWasNeverCommittedIsNoneOfIt() throws Exception {
        AuditTrail trail = created("turns");
        List<AuditReceipt> receipts = new ArrayList<>();
        AuditLog first = trail.open(1, "/mesh/one", key);
        List<CompletableFuture<AuditReceipt>> together = IntStream.range(0, 25)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> first.record(event(i))))
                .toList();
        together.forEach(receipt -> receipts.add(receipt.join()));
        receipts.add(first.recordSealed(event(25)));

        // Another process takes the partition over and is killed with a record that it never commits.
        try (KafkaProducer<byte[], byte[]> killed = killed("mesh.audit.p1")) {
            killed.beginTransaction();
            killed.send(new ProducerRecord<>(
                            "mesh.private.turns.audit.v1", 1, null, "no event".getBytes(StandardCharsets.UTF_8)))
                    .get();
            killed.close(Duration.ZERO);
        }
        receipts.add(first.record(event(26)));
        try (AuditLog second = trail.open(1, "/mesh/two", key)) {
            receipts.add(second.record(event(27)));
            receipts.add(first.recordSealed(event(28)));
            receipts.add(second.record(event(29)));
        }
        first.close();

        assertThat(receipts)
                .extracting(AuditReceipt::sequence)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 30).mapToObj(i -> (long) i).toList());
        AuditReport report = trail.verify(1, null);
        assertThat(report.findings()).isEmpty();
        assertThat(report.records()).isEqualTo(30);
        assertThat(report.covered()).isEqualTo(30);
        assertThat(trail.verify(1, report.newest()).isClean()).isTrue();
        assertThat(trail.verify(0, null).isClean()).isTrue();
    }

    @Test
    void aTopicThatSomebodyPutBackOtherwiseIsFoundAndNotWrittenTo() throws Exception {
        AuditTrail trail = created("copied");
        String topic = "mesh.private.copied.audit.v1";
        try (AuditLog log = trail.open(0, "/mesh/one", key)) {
            for (int i = 0; i < 6; i++) {
                log.recordSealed(event(i));
            }
        }
        List<ConsumerRecord<byte[], byte[]>> records = read(topic, 6);
        assertThat(trail.verify(0, null).isClean()).isTrue();

        admin.deleteTopics(List.of(topic)).all().get();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !admin.listTopics().names().get().contains(topic));
        create("copied");
        try (KafkaProducer<byte[], byte[]> copier = killed("copier")) {
            copier.beginTransaction();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                byte[] value = new String(record.value(), StandardCharsets.UTF_8)
                        .replace("event-3", "event-9")
                        .getBytes(StandardCharsets.UTF_8);
                copier.send(new ProducerRecord<>(topic, 0, null, null, value, record.headers()))
                        .get();
            }
            copier.commitTransaction();
        }

        assertThat(trail.verify(0, null).findings())
                .extracting(AuditFinding::toString)
                .containsExactly(
                        "[audit partition 0, sequence 3] " + Kind.EDITED + ": it is not what its hash was made of");
        assertThatThrownBy(() -> trail.open(0, "/mesh/one", key))
                .isInstanceOf(AuditUnavailableException.class)
                .hasMessageContaining("verify the log before anything is written to it");
    }

    @Test
    void whereNobodyAnswersNothingIsRecordedAndTheCallerIsTold() throws Exception {
        AuditTrail nowhere = trail("absent", Duration.ofSeconds(1));
        assertThatThrownBy(() -> nowhere.open(0, "/mesh/one", key)).isInstanceOf(AuditUnavailableException.class);

        create("gone");
        AuditTrail impatient = trail("gone", Duration.ofSeconds(2));
        try (AuditLog log = await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions() // a busy machine may take longer than that to open
                .until(() -> impatient.open(0, "/mesh/one", key), opened -> true)) {
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> log.record(event(0)).sequence() >= 0);
            admin.deleteTopics(List.of("mesh.private.gone.audit.v1")).all().get();

            assertThatThrownBy(() -> log.recordSealed(event(1))).isInstanceOf(AuditUnavailableException.class);
        }
    }

    @Test
    void whoFollowsAPartitionGetsEachRecordOnceAndIsToldOfACut() throws Exception {
        AuditTrail trail = created("followed");
        try (AuditLog log = trail.open(0, "/mesh/one", key);
                AuditFeed feed = AuditFeed.open(connection(), settings("followed", Duration.ofSeconds(20)), 0)) {
            assertThat(feed.read(0, 10)).isEqualTo(new AuditFeed.Part(0, List.of(), 0));
            List<AuditReceipt> receipts = new ArrayList<>();
            List<AuditEntry> entries = new ArrayList<>();
            long next = 0;
            for (int i = 0; i < 7; i++) {
                receipts.add(log.record(event(i)));
                if (i % 3 == 0) {
                    AuditFeed.Part part = feed.read(next, 2);
                    entries.addAll(part.entries());
                    next = part.next();
                }
            }
            AuditFeed.Part rest = feed.read(next, 100);
            entries.addAll(rest.entries());

            assertThat(entries).extracting(AuditEntry::sequence).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
            assertThat(entries)
                    .extracting(AuditEntry::hash)
                    .containsExactlyElementsOf(
                            receipts.stream().map(AuditReceipt::hash).toList());
            assertThat(entries.get(6).previous()).isEqualTo(receipts.get(5).hash());
            assertThat(entries.get(6).event()).isEqualTo(event(6));
            assertThat(feed.read(rest.next(), 100).entries()).isEmpty();
            assertThatThrownBy(() -> feed.read(rest.next() + 1, 100))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("verify the log");
        }
    }

    @Test
    void aWriterThatIsKilledLeavesAWholeChainOnWhichTheNextGoesOn() throws Exception {
        AuditTrail trail = created("killed");
        Path security = Files.createFile(
                home.resolve("client.properties"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (OutputStream out = Files.newOutputStream(security)) {
            Properties properties = new Properties();
            properties.putAll(kafka.security(kafka.operator()));
            properties.store(out, null);
        }
        long answered = -1;
        for (int kill = 0; kill < 2; kill++) {
            Process writer = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            KilledWriter.class.getName(),
                            home.toString(),
                            kafka.bootstrap(),
                            Integer.toString(kill))
                    .redirectError(home.resolve("killed-" + kill + ".log").toFile())
                    .start();
            try (BufferedReader told = writer.inputReader()) {
                for (int i = 0; i < 15 + kill; i++) {
                    String line = told.readLine();
                    assertThat(line).as("what the writer was answered").isNotNull();
                    answered = Math.max(answered, Long.parseLong(line));
                }
                writer.toHandle().destroyForcibly(); // unlike the process's own it leaves what was told readable
                for (String line = told.readLine(); line != null && line.matches("[0-9]+"); line = told.readLine()) {
                    answered = Math.max(answered, Long.parseLong(line));
                }
            } finally {
                writer.destroyForcibly();
            }
            assertThat(writer.waitFor()).as("killed").isEqualTo(128 + 9);

            AuditReport left = trail.verify(0, null);
            assertThat(left.findings()).isEmpty();
            assertThat(left.records()).as("nothing that was answered is lost").isGreaterThan(answered);
        }
        try (AuditLog next = trail.open(0, "/mesh/next", key)) {
            next.recordSealed(event(1));
        }
        AuditReport whole = trail.verify(0, null);
        assertThat(whole.findings()).isEmpty();
        assertThat(whole.covered()).isEqualTo(whole.records());
        List<String> ids = new ArrayList<>();
        trail.read(
                0,
                entry -> ids.add(java.util.Objects.requireNonNull(entry.event()).id()));
        assertThat(ids).as("none stands twice").doesNotHaveDuplicates();
    }

    /** Records as fast as it can, several at once, tells each sequence that it was answered, and never ends. */
    static final class KilledWriter {
        private KilledWriter() {}

        public static void main(String[] arguments) throws Exception {
            Path home = Path.of(arguments[0]);
            LocalAuditKey key = LocalAuditKey.open(home.resolve("key"));
            Properties security = new Properties();
            try (InputStream in = Files.newInputStream(home.resolve("client.properties"))) {
                security.load(in);
            }
            Map<String, String> texts = new HashMap<>();
            security.stringPropertyNames().forEach(name -> texts.put(name, security.getProperty(name)));
            AuditTrail trail = new AuditTrail(
                    new KafkaConnection(arguments[1], texts),
                    settings("killed", Duration.ofSeconds(20)),
                    List.of(key.publicKey()),
                    new FolderCheckpointStore(home.resolve("killed")),
                    Clock.systemUTC());
            AuditLog log = trail.open(0, "/mesh/killed", key);
            for (int writer = 0; writer < 4; writer++) {
                int first = 1_000_000 * (10 * Integer.parseInt(arguments[2]) + writer + 1);
                new Thread(() -> {
                            for (int number = first; ; number++) {
                                long sequence = log.record(event(number)).sequence();
                                System.out.println(sequence);
                            }
                        })
                        .start();
            }
        }
    }

    private static KafkaProducer<byte[], byte[]> killed(String transactionalId) {
        Map<String, Object> properties = connection().properties("test");
        properties.put("transactional.id", transactionalId);
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(String topic, int count) {
        Map<String, Object> properties = connection().properties("test");
        properties.put("isolation.level", "read_committed");
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                return records.size() >= count;
            });
        }
        return records;
    }
}
