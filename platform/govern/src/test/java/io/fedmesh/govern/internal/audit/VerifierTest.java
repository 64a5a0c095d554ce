package io.fedmesh.govern.internal.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.govern.audit.AuditFinding;
import io.fedmesh.govern.audit.AuditFinding.Kind;
import io.fedmesh.govern.audit.AuditReport;
import io.fedmesh.govern.audit.AuditReport.KnownHead;
import io.fedmesh.govern.internal.audit.CheckpointWalk.Stored;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What was done to a log is found, where it was done; what nobody touched is clean. */
class VerifierTest {
    private static final long SEED = 20_261_126L;
    private static final int LOGS = 40;
    private static final int ROUNDS = 1_000;
    private static final Duration RETENTION = Duration.ofDays(365);
    private static final Duration MAX_LAG = Duration.ofMinutes(10);

    private static final TestLog.Key KEY = new TestLog.Key();
    private static final Map<ByteBuffer, Trust.Verdict> JUDGED = new HashMap<>();
    private static final List<TestLog> ORIGINALS = new ArrayList<>();

    @BeforeAll
    static void write() {
        Random random = new Random(SEED);
        for (int i = 0; i < LOGS; i++) {
            ORIGINALS.add(TestLog.random(i % 3, KEY, random));
        }
    }

    /** Real verdicts about real signatures, each asked for once: a thousand logs share their checkpoints. */
    private static Trust trust() {
        Trust real = Trust.in(List.of(KEY.publicKey()));
        return (keyId, text, signature) -> JUDGED.computeIfAbsent(
                ByteBuffer.allocate(keyId.length + text.length + signature.length + 8)
                        .putInt(text.length)
                        .putInt(signature.length)
                        .put(keyId)
                        .put(text)
                        .put(signature)
                        .flip(),
                any -> real.judge(keyId, text, signature));
    }

    private static AuditReport verify(
            int partition,
            List<LoggedRecord> records,
            List<Stored> checkpoints,
            @Nullable KnownHead known,
            Instant now) {
        return Verifier.verify(
                TestLog.TOPIC,
                partition,
                records.iterator(),
                checkpoints.iterator(),
                new Verifier.Terms(trust(), known, RETENTION, MAX_LAG, now));
    }

    private static AuditReport verify(Tampering.Result log) {
        return verify(log.partition(), log.records(), log.checkpoints(), log.known(), log.now());
    }

    @Test
    void aThousandUntouchedLogsAreClean() {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            TestLog log = ORIGINALS.get(round % LOGS);
            // As it was at some moment: some records, and the checkpoints of that time but perhaps the last.
            int records = 1 + random.nextInt(log.records.size());
            int checkpoints = (int) log.sizes.stream().filter(s -> s <= records).count();
            @Nullable
            KnownHead known = checkpoints > 1 && random.nextBoolean() ? newest(log, random.nextInt(checkpoints)) : null;

            AuditReport report = verify(
                    log.partition,
                    log.records.subList(0, records),
                    log.checkpoints.subList(0, checkpoints),
                    known,
                    log.now());

            assertThat(report.findings()).as("seed %d, round %d", SEED, round).isEmpty();
            assertThat(report.records()).isEqualTo(records);
            assertThat(report.covered()).isEqualTo(checkpoints == 0 ? 0 : log.sizes.get(checkpoints - 1));
            assertThat(report.covered() + report.uncovered()).isEqualTo(records);
        }
    }

    @Test
    void aThousandTamperingsAreFoundWhereTheyAre() {
        Random random = new Random(SEED);
        Map<Tampering, Integer> done = new EnumMap<>(Tampering.class);
        TestLog.Key other = new TestLog.Key();
        for (int round = 0; done.values().stream().mapToInt(n -> n).sum() < ROUNDS; round++) {
            Tampering tampering = Tampering.values()[round % Tampering.values().length];
            TestLog log = ORIGINALS.get(random.nextInt(LOGS));
            Tampering.Result result = tampering.apply(log, random, other);
            if (result == null) {
                continue; // this log is too short for it
            }
            done.merge(tampering, 1, Integer::sum);

            AuditReport report = verify(result);

            assertThat(report.findings())
                    .as("seed %d, round %d: %s of %d to %d", SEED, round, tampering, result.from(), result.to())
                    .anySatisfy(finding -> {
                        assertThat(result.kinds()).contains(finding.kind());
                        assertThat(finding.partition()).isEqualTo(result.partition());
                        assertThat(finding.from()).isLessThanOrEqualTo(result.to());
                        assertThat(finding.to()).isGreaterThanOrEqualTo(result.from());
                    });
            if (result.isExact()) {
                assertThat(report.findings())
                        .as("seed %d, round %d: %s, and nothing else", SEED, round, tampering)
                        .extracting(AuditFinding::from, AuditFinding::to)
                        .containsExactly(Tuple.tuple(result.from(), result.to()));
            }
        }
        assertThat(done.keySet()).as("what never happened proves nothing").containsExactly(Tampering.values());
        assertThat(done.values()).allMatch(times -> times >= 10);
    }

    @Test
    void whatRetentionDeletedIsNotMissed() {
        TestLog log = new TestLog(0, KEY);
        for (int i = 0; i < 30; i++) {
            log.write("event " + i);
            if (i % 7 == 6) {
                log.cover();
            }
        }
        log.cover();
        Instant later = log.now().plus(RETENTION).plus(MAX_LAG);
        for (int begin = 0; begin <= 30; begin++) {
            AuditReport report = verify(0, log.records.subList(begin, 30), log.checkpoints, null, later);

            assertThat(report.findings()).as("from %d on", begin).isEmpty();
        }
    }

    @Test
    void whatIsWrittenAnewBehindWhatRetentionDeletedIsFound() {
        TestLog log = new TestLog(0, KEY);
        for (int i = 0; i < 30; i++) {
            log.write("event " + i);
            if (i % 7 == 6) {
                log.cover();
            }
        }
        Instant later = log.now().plus(RETENTION).plus(MAX_LAG);

        assertThat(verify(0, forgedFrom(log, 10), log.checkpoints, null, later).findings())
                .as("between two checkpoints: the first that comes says so")
                .anySatisfy(finding -> {
                    assertThat(finding.kind()).isEqualTo(Kind.REWRITTEN);
                    assertThat(finding.from()).isLessThanOrEqualTo(10);
                });
        assertThat(verify(0, forgedFrom(log, 28), log.checkpoints, null, later).findings())
                .as("right behind the last one: its head says what must be followed")
                .extracting(AuditFinding::kind, AuditFinding::from)
                .contains(Tuple.tuple(Kind.FORKED, 28L));
    }

    /** Records that agree with each other and follow nothing that was ever there. */
    private static List<LoggedRecord> forgedFrom(TestLog log, int begin) {
        List<LoggedRecord> forged = new ArrayList<>();
        Hash previous = Hash.of(new byte[] {1});
        for (LoggedRecord real : log.records.subList(begin, log.records.size())) {
            long sequence = begin + forged.size();
            Hash hash = Chain.hash(TestLog.TOPIC, 0, sequence, previous, real.value());
            forged.add(new LoggedRecord(
                    real.offset(), real.timestampMs(), new LoggedRecord.Link(sequence, previous, hash), real.value()));
            previous = hash;
        }
        return forged;
    }

    @Test
    void whatIsMissingAtTheBeginningBeforeItsTimeIsDropped() {
        TestLog log = ORIGINALS.stream()
                .filter(l -> l.records.size() > 20)
                .findFirst()
                .orElseThrow();

        AuditReport report =
                verify(log.partition, log.records.subList(5, log.records.size()), log.checkpoints, null, log.now());

        assertThat(report.findings())
                .extracting(AuditFinding::kind, AuditFinding::from, AuditFinding::to)
                .containsExactly(Tuple.tuple(Kind.DROPPED, 0L, 4L));
    }

    @Test
    void anEmptyLogIsCleanAndOneWhoseRecordsAreAllGoneIsNot() {
        assertThat(verify(0, List.of(), List.of(), null, TestLog.BEGAN).isClean())
                .isTrue();

        TestLog log = ORIGINALS.get(0);
        assertThat(verify(log.partition, List.of(), log.checkpoints, null, log.now())
                        .findings())
                .extracting(AuditFinding::kind, AuditFinding::from, AuditFinding::to)
                .containsExactly(Tuple.tuple(Kind.TRUNCATED, 0L, log.covered() - 1L));
    }

    @Test
    void recordsThatNoCheckpointCoversInTimeAreAFinding() {
        TestLog log = new TestLog(0, KEY);
        log.write("event");

        assertThat(verify(0, log.records, log.checkpoints, null, log.now()).isClean())
                .isTrue();
        assertThat(verify(0, log.records, log.checkpoints, null, log.now().plus(MAX_LAG.plusSeconds(1)))
                        .findings())
                .extracting(AuditFinding::toString)
                .containsExactly(
                        "[audit partition 0, checkpoint 0] CHECKPOINT_OVERDUE: records from sequence 0 on stand"
                                + " uncovered for more than 600 s");
    }

    @Test
    void aFloodOfFindingsIsBounded() {
        TestLog log = new TestLog(0, KEY);
        for (int i = 0; i < 1_200; i++) {
            log.write("event " + i);
        }
        List<LoggedRecord> edited = log.records.stream()
                .map(r -> new LoggedRecord(r.offset(), r.timestampMs(), r.link(), new byte[1]))
                .toList();

        AuditReport report = verify(0, edited, log.checkpoints, null, log.now());

        assertThat(report.findings()).hasSize(1_000);
        assertThat(report.more()).isTrue();
    }

    private static KnownHead newest(TestLog log, int checkpoint) {
        return Tampering.known(log, checkpoint);
    }
}
