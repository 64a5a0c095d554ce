package io.fedmesh.govern.internal.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.TopicName;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.audit.AuditEvent;
import io.fedmesh.govern.audit.AuditEvent.Outcome;
import io.fedmesh.govern.audit.AuditReceipt;
import io.fedmesh.govern.audit.AuditReport;
import io.fedmesh.govern.audit.AuditSettings;
import io.fedmesh.govern.audit.AuditSigner;
import io.fedmesh.govern.audit.AuditUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GroupedAuditLogTest {
    private static final Instant NOW = Instant.ofEpochMilli(60_000);
    private static final TestLog.Key KEY = new TestLog.Key();

    private static AuditEvent event(int number) {
        return new AuditEvent(
                "event-" + number,
                NOW,
                new Principal("ann"),
                "product.read",
                "yard.crate",
                "to count",
                Outcome.ALLOWED,
                List.of(),
                null,
                List.of(),
                "request");
    }

    private static GroupedAuditLog started(FakePartition.Broker broker, FakePartition.Store store, AuditSigner signer) {
        AuditSettings settings = new AuditSettings(
                TopicName.parse(TestLog.TOPIC), Duration.ofDays(365), 5, Duration.ofHours(1), Duration.ofSeconds(20));
        GroupedAuditLog log = new GroupedAuditLog(
                new FakePartition(broker, store), settings, 0, "/t", signer, store, Clock.fixed(NOW, ZoneOffset.UTC));
        log.start();
        return log;
    }

    private static AuditReport verify(FakePartition.Broker broker, FakePartition.Store store) {
        return Verifier.verify(
                TestLog.TOPIC,
                0,
                broker.records.iterator(),
                store.kept.entrySet().stream()
                        .map(e -> new CheckpointWalk.Stored(e.getKey(), e.getValue()))
                        .iterator(),
                new Verifier.Terms(
                        Trust.in(List.of(KEY.publicKey())), null, Duration.ofDays(365), Duration.ofHours(10), NOW));
    }

    @Test
    void whatIsAnsweredStandsThereOnceAndInOneChainThoughCommitsFailAndWritersTakeTurns() {
        for (long seed = 1; seed <= 3; seed++) {
            Random random = new Random(seed);
            FakePartition.Broker broker = new FakePartition.Broker(new Random(seed), 2);
            FakePartition.Store store = new FakePartition.Store();
            int answered = 0;
            try (GroupedAuditLog one = started(broker, store, KEY);
                    GroupedAuditLog two = started(broker, store, KEY)) {
                for (int i = 0; i < 60; i++) {
                    GroupedAuditLog log = random.nextBoolean() ? one : two;
                    try {
                        AuditReceipt receipt =
                                random.nextInt(5) == 0 ? log.recordSealed(event(i)) : log.record(event(i));
                        answered++;
                        LoggedRecord record = broker.records.get((int) receipt.sequence());
                        assertThat(new String(record.value(), StandardCharsets.UTF_8))
                                .as("seed %d", seed)
                                .contains("\"event-" + i + "\"");
                        assertThat(Objects.requireNonNull(record.link()).hash()).hasToString(receipt.hash());
                    } catch (AuditUnavailableException e) {
                        assertThat(e).hasMessageContaining("must record the event");
                    }
                }
            }

            AuditReport report = verify(broker, store);
            assertThat(report.findings()).as("seed %d", seed).isEmpty();
            assertThat(answered).as("seed %d", seed).isGreaterThan(30);
            assertThat(broker.records.stream()
                            .map(r -> new String(r.value(), StandardCharsets.UTF_8))
                            .distinct()
                            .count())
                    .as("each once, seed %d", seed)
                    .isEqualTo(broker.records.size());
        }
    }

    @Test
    void aSealedEventIsCoveredWhenItIsAnswered() {
        FakePartition.Broker broker = new FakePartition.Broker(new Random(1), 0);
        FakePartition.Store store = new FakePartition.Store();
        try (GroupedAuditLog log = started(broker, store, KEY)) {
            log.record(event(0));
            assertThat(store.kept).isEmpty();

            log.recordSealed(event(1));

            assertThat(verify(broker, store).covered()).isEqualTo(2);
        }
    }

    @Test
    void whereCheckpointsCannotBeKeptNothingIsSealedAndReadsStopBeforeTooManyStandUncovered() {
        FakePartition.Broker broker = new FakePartition.Broker(new Random(1), 0);
        FakePartition.Store store = new FakePartition.Store();
        try (GroupedAuditLog log = started(broker, store, KEY)) {
            log.record(event(0));
            store.isAway = true;

            assertThatThrownBy(() -> log.recordSealed(event(1)))
                    .isInstanceOf(AuditUnavailableException.class)
                    .hasMessageContaining("the store is away");
            for (int i = 2; i < 50; i++) {
                log.record(event(i));
            }
            assertThatThrownBy(() -> log.record(event(50))).isInstanceOf(AuditUnavailableException.class);
            assertThat(broker.records).hasSize(50);

            store.isAway = false;
            assertThat(log.record(event(51)).sequence()).isEqualTo(50);
            assertThat(verify(broker, store).covered()).isEqualTo(50);
        }
    }

    @Test
    void whereTheKeyServiceIsAwayNothingIsSealed() {
        FakePartition.Broker broker = new FakePartition.Broker(new Random(1), 0);
        AuditSigner away = new AuditSigner() {
            @Override
            public java.security.PublicKey publicKey() {
                return KEY.publicKey();
            }

            @Override
            public byte[] sign(byte[] message) {
                throw new AuditUnavailableException("the key service is away");
            }
        };
        try (GroupedAuditLog log = started(broker, new FakePartition.Store(), away)) {
            assertThatThrownBy(() -> log.recordSealed(event(0)))
                    .isInstanceOf(AuditUnavailableException.class)
                    .hasMessageContaining("the key service is away");
        }
    }

    @Test
    void aClosedLogRecordsNothing() {
        GroupedAuditLog log = started(new FakePartition.Broker(new Random(1), 0), new FakePartition.Store(), KEY);
        log.close();

        assertThatThrownBy(() -> log.record(event(0)))
                .isInstanceOf(AuditUnavailableException.class)
                .hasMessage("[audit partition 0] must take the event but is closed or full");
    }
}
