package io.fedmesh.wire.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.TopicName;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.BadRecordException.Reason;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.EventHeaders;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.RejectedRecord;
import io.fedmesh.wire.SchemaRegistry;
import io.fedmesh.wire.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class ReplayTest {
    private static final Schema SCHEMA = new Schema.Parser().parse("""
                    {"type":"record","name":"Gate","fields":[
                     {"name":"id","type":"string"},{"name":"state","type":"string"}]}
                    """);
    private static final ProductName GATE = new ProductName("yard", "gate");
    private static final TopicPartition TOPIC = new TopicPartition("yard.public.gate.state.v1", 0);
    private static final TopicPartition REJECTED = new TopicPartition("yard.private.gate.rejected.v1", 0);

    private final FakeLog log = new FakeLog();
    private final Scan committed = log.scan(KafkaScan.Isolation.COMMITTED);
    private final Scan everything = log.scan(KafkaScan.Isolation.EVERYTHING);
    private final Contract captured = contract(new Contract.Captured("db", "yard.gate", Map.of("id", "id")));
    private final Contract derived = contract(new Contract.Derived("gating", List.of(GATE), null));
    private final Set<Long> passedBy = new HashSet<>();
    private Contract contract = captured;

    @Test
    void whatIsGoodTodayIsPutBackAndSettled() {
        refused(state("a", 2, "v2"));

        RejectedRecords.Report report = run(log.new TransactionalProducer());

        assertThat(counts(report)).containsExactly(1L, 0L, 0L);
        assertThat(topic()).containsExactly("a 2");
        assertThat(settled()).containsExactly("0 REPLAYED");
    }

    @Test
    void aNewerStateOnTheTopicFiltersAnOlderOne() {
        log.append(state("a", 1, "v1"), log.committed());
        refused(state("a", 2, "v2"));
        log.append(state("a", 3, "v3"), log.committed());

        assertThat(counts(run(log.new TransactionalProducer()))).containsExactly(0L, 1L, 0L);
        assertThat(topic()).containsExactly("a 1", "a 3");
        assertThat(settled()).containsExactly("0 FILTERED");
    }

    @Test
    void aNewerStateThatComesInBeforeTheWriteMakesThePartVoid() {
        refused(state("a", 2, "v2"));
        refused(state("b", 2, "v2"));
        AtomicInteger begun = new AtomicInteger();

        RejectedRecords.Report report = run(log.new TransactionalProducer() {
            @Override
            void begun() {
                if (begun.incrementAndGet() == 1) {
                    log.append(state("c", 9, "of no matter"), log.committed());
                    log.append(state("a", 3, "v3"), log.committed());
                }
            }
        });

        assertThat(begun).hasValue(2);
        assertThat(counts(report)).containsExactly(1L, 1L, 0L);
        assertThat(topic()).containsExactly("c 9", "a 3", "b 2");
        assertThat(settled()).containsExactlyInAnyOrder("0 FILTERED", "1 REPLAYED");
    }

    @Test
    void aNewerStateOfATransactionThatIsUndoneDoesNotCount() {
        refused(state("a", 2, "v2"));
        FakeLog.Transaction open = new FakeLog.Transaction();
        log.patience = () -> open.fate = FakeLog.Fate.ABORTED;
        AtomicInteger begun = new AtomicInteger();

        RejectedRecords.Report report = run(log.new TransactionalProducer() {
            @Override
            void begun() {
                if (begun.incrementAndGet() == 1) {
                    log.append(state("a", 3, "v3"), open);
                }
            }
        });

        assertThat(begun).hasValue(2);
        assertThat(counts(report)).containsExactly(1L, 0L, 0L);
        assertThat(topic()).containsExactly("a 2");
    }

    @Test
    void aTopicOnWhichNewerStatesNeverStopToComeIsGivenUp() {
        refused(state("a", 2, "v2"));
        AtomicInteger version = new AtomicInteger(2);

        assertThatThrownBy(() -> run(log.new TransactionalProducer() {
                    @Override
                    void begun() {
                        // Each is undone, so the record is tried again.
                        FakeLog.Transaction undone = new FakeLog.Transaction();
                        log.append(state("a", version.incrementAndGet(), "x"), undone);
                        log.patience = () -> undone.fate = FakeLog.Fate.ABORTED;
                    }
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("did not in 5 tries");
        assertThat(settled()).isEmpty();
    }

    @Test
    void aCrashBeforeTheCommitLeavesNothingAndTheNextRunPutsBackOnce() {
        refused(state("a", 2, "v2"));
        FakeLog.TransactionalProducer dying = log.new TransactionalProducer() {
            @Override
            void committing() {
                throw new IllegalStateException("died");
            }
        };
        assertThatThrownBy(() -> run(dying)).hasMessage("died");
        // What the next one's initTransactions does.
        dying.abortTransaction();

        assertThat(counts(run(log.new TransactionalProducer()))).containsExactly(1L, 0L, 0L);
        assertThat(topic()).containsExactly("a 2");
        assertThat(counts(run(log.new TransactionalProducer()))).as("settled").containsExactly(0L, 0L, 0L);
    }

    @Test
    void theSameRecordThatWasRefusedTwiceIsPutBackOnce() {
        refusedAt(state("a", 2, "v2"), refused(state("a", 2, "v2")));

        assertThat(counts(run(log.new TransactionalProducer()))).containsExactly(1L, 1L, 0L);
        assertThat(topic()).containsExactly("a 2");
    }

    @Test
    void whatWouldBeRefusedAgainStaysOpenWithItsReason() {
        refused(new ProducerRecord<>(TOPIC.topic(), 0, bytes("a"), new byte[] {9}));
        refused(new ProducerRecord<>(TOPIC.topic(), 0, null, state("a", 2, "v2").value()));

        RejectedRecords.Report report = run(log.new TransactionalProducer());

        assertThat(counts(report)).containsExactly(0L, 0L, 2L);
        assertThat(report.examples())
                .extracting(again -> again.offset() + " " + again.reason())
                .containsExactly("0 BAD_FRAMING", "1 NULL_KEY");
        assertThat(settled()).isEmpty();
    }

    @Test
    void whatATopologyRefusedIsNotPutOnItsInput() {
        refusedByTopology(Reason.PROCESSING);
        refusedByTopology(Reason.UNDECODABLE);

        RejectedRecords.Report report = run(log.new TransactionalProducer());

        assertThat(counts(report)).containsExactly(0L, 0L, 2L);
        assertThat(report.examples())
                .extracting(RejectedRecords.RefusedAgain::message)
                .containsExactly(
                        "it was refused by a topology and is good on its own topic harbour.public.load.state.v1: mend"
                                + " the topology and let it read its inputs anew, then discard this",
                        "it was refused by a topology as it came from harbour.public.load.state.v1: replay the refused"
                                + " records of that topic's product, which the topology then reads, and discard this");
    }

    private void refusedByTopology(Reason reason) {
        log.append(
                RejectedRecord.of(
                        TopicName.parse(REJECTED.topic()),
                        bytes("a"),
                        state("a", 2, "v2").value(),
                        state("a", 2, "v2").headers(),
                        new RejectedRecord.Origin("harbour.public.load.state.v1", 0, 3, 1_000),
                        new BadRecordException(reason, "no"),
                        "stream",
                        "1.0.0"),
                log.committed());
    }

    @Test
    void derivedEventsKeepTheOrderOfTheirFirstPlaces() {
        contract = derived;
        long early = log.append(state("a", 0, "early"), log.committed());
        long between = log.append(state("a", 0, "between"), log.committed());
        long late = log.append(state("a", 0, "late"), log.committed());

        refusedAt(state("a", 0, "between"), between);
        refusedAt(state("a", 0, "late"), late);
        assertThat(counts(run(log.new TransactionalProducer()))).containsExactly(2L, 0L, 0L);
        refusedAt(state("a", 0, "early"), early);
        assertThat(counts(run(log.new TransactionalProducer()))).containsExactly(0L, 1L, 0L);
    }

    @Test
    void aDerivedEventThatIsPutBackLaterThanOneBehindItIsFiltered() {
        contract = derived;
        long first = log.append(state("a", 0, "first"), log.committed());
        long second = log.append(state("a", 0, "second"), log.committed());
        passedBy.add(second);
        refusedAt(state("a", 0, "first"), first);
        // The second one would be taken today, and stands behind the first: nothing is known of its refusal yet.
        assertThat(counts(run(log.new TransactionalProducer()))).containsExactly(0L, 1L, 0L);

        refusedAt(state("a", 0, "second"), second);

        assertThat(counts(run(log.new TransactionalProducer()))).containsExactly(1L, 0L, 0L);
    }

    private RejectedRecords.Report run(FakeLog.TransactionalProducer producer) {
        EventCheck check = new EventCheck(new Contracts(List.of(), List.of(), List.of(contract)), new OneSchema());
        Survey survey = Survey.of(committed, REJECTED);
        List<Refusal> open = new ArrayList<>();
        committed.read(REJECTED, survey.begin(), survey.end(), record -> {
            if (Settlement.of(record) == null && !survey.isSettled(record.offset())) {
                open.add(Refusal.of(record));
            }
            return true;
        });
        Replay replay =
                new Replay(GATE, survey, check, committed, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), "tester");
        replay.run(open, producer, everything);
        return replay.report();
    }

    private static List<Long> counts(RejectedRecords.Report report) {
        return List.of(report.replayed(), report.filtered(), report.refused());
    }

    /** Key and version of what readers have taken. */
    private List<String> topic() {
        return log.visible(TOPIC).stream()
                .filter(record -> !passedBy.contains(record.offset()))
                .map(record -> new String(record.key(), StandardCharsets.UTF_8) + " "
                        + Objects.requireNonNull(
                                        EventHeaders.read(record.headers()).version())
                                .lsn())
                .toList();
    }

    private List<String> settled() {
        return log.visible(REJECTED).stream()
                .map(Settlement::of)
                .filter(settlement -> settlement != null)
                .map(settlement -> settlement.offset() + " " + settlement.outcome())
                .toList();
    }

    /** The record comes to the topic and is refused there. */
    private long refused(ProducerRecord<byte[], byte[]> record) {
        long place = log.append(record, log.committed());
        refusedAt(record, place);
        return place;
    }

    private void refusedAt(ProducerRecord<byte[], byte[]> record, long place) {
        passedBy.add(place);
        log.append(
                RejectedRecord.of(
                        TopicName.parse(REJECTED.topic()),
                        record.key(),
                        record.value(),
                        record.headers(),
                        new RejectedRecord.Origin(TOPIC.topic(), 0, place, 1_000),
                        new BadRecordException(Reason.UNKNOWN_SCHEMA, "then"),
                        "sink",
                        "1.0.0"),
                log.committed());
    }

    private ProducerRecord<byte[], byte[]> state(String id, long version, String state) {
        GenericRecord gate = new GenericData.Record(SCHEMA);
        gate.put("id", id);
        gate.put("state", state);
        RecordHeaders headers = new RecordHeaders();
        new EventHeaders(
                        "/yard/db",
                        GATE + ".v1",
                        Instant.EPOCH,
                        id,
                        Classification.INTERNAL,
                        Op.UPDATE,
                        new Version(version, version, 0),
                        7L)
                .writeTo(headers);
        return new ProducerRecord<>(
                TOPIC.topic(), 0, null, bytes(id), new EventCodec(captured, new OneSchema()).encode(gate), headers);
    }

    private static Contract contract(Contract.Origin origin) {
        return new Contract(
                GATE,
                "1.0.0",
                "active",
                "a product",
                "owner",
                "CC-1",
                TopicName.parse(TOPIC.topic()),
                SCHEMA,
                List.of("id"),
                Map.of(
                        "id", new Contract.Field(Classification.INTERNAL, Set.of()),
                        "state", new Contract.Field(Classification.INTERNAL, Set.of())),
                origin,
                new Contract.Sla(Duration.ofSeconds(60), 99.9),
                new Contract.Retention(Duration.ofDays(365), Duration.ofDays(7)),
                1,
                Path.of("domains/yard/products/gate.odcs.yaml"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Knows one schema by the id 1. */
    private static final class OneSchema implements SchemaRegistry {
        @Override
        public int id(String subject, Schema schema) {
            return 1;
        }

        @Override
        public int register(String subject, Schema schema) {
            return 1;
        }

        @Override
        public void compatibility(String subject, String level) {}

        @Override
        public Schema schema(String subject, int id) {
            if (id != 1) {
                throw new BadRecordException(Reason.UNKNOWN_SCHEMA, "only one is known");
            }
            return SCHEMA;
        }

        @Override
        public Schema schema(String subject, UUID guid) {
            throw new BadRecordException(Reason.UNKNOWN_SCHEMA, "no guids here");
        }
    }
}
