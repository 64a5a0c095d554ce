package io.fedmesh.wire.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.TopicName;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.BadRecordException.Reason;
import io.fedmesh.wire.RejectedRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class EntriesTest {
    private static final TopicName REJECTED = TopicName.parse("yard.private.crate.rejected.v1");
    private static final TopicPartition PARTITION = new TopicPartition(REJECTED.toString(), 0);

    @Test
    void anEntryTellsSourceCauseAndSizesAndNoValue() {
        Headers original = new RecordHeaders()
                .add("ce_subject", bytes("secret-key"))
                .add("mesh_op", bytes("u"))
                .add("foreign", bytes("secret-header"));
        RejectedRecords.Entry entry = Entries.of(PARTITION, refusal(bytes("{\"secret\":1}"), original), null);

        assertThat(entry.position()).isEqualTo("0:7");
        assertThat(entry.reason()).isEqualTo("BAD_FRAMING");
        assertThat(entry.message()).isEqualTo("no framing");
        assertThat(entry.origin()).isEqualTo("yard.public.crate.state.v1:2:40");
        assertThat(entry.contractVersion()).isEqualTo("1.2.0");
        assertThat(entry.headers())
                .containsEntry("ce_subject", "10 bytes")
                .containsEntry("foreign", "13 bytes")
                .containsEntry("mesh_op", "u")
                .containsEntry("mesh_rejected_reason", "BAD_FRAMING");
        assertThat(entry.keyBytes()).isEqualTo(3);
        assertThat(entry.valueBytes()).isEqualTo(12);
        assertThat(entry.framing()).as("the byte for which it was refused").isEqualTo("7b");
        assertThat(entry.toString()).doesNotContain("secret", "=key");
    }

    @Test
    void theFramingOfAFramedValueIsMagicByteAndSchemaId() {
        byte[] framed = {0, 0, 0, 0, 9, 's', 'e', 'c'};

        assertThat(Entries.of(PARTITION, refusal(framed, new RecordHeaders()), null)
                        .framing())
                .isEqualTo("0000000009");
    }

    @Test
    void aSettlementIsReadBackAndNoRefusedRecordIsOne() {
        Settlement settlement = new Settlement(
                7, Settlement.Outcome.DISCARDED, "somebody", "no use", Instant.parse("2026-01-02T03:04:05Z"));

        assertThat(Settlement.of(consumed(settlement.record(REJECTED.toString()))))
                .isEqualTo(settlement);
        assertThat(Settlement.of(consumed(rejected(bytes("v"), new RecordHeaders()))))
                .isNull();
        assertThat(Entries.of(PARTITION, refusal(bytes("v"), new RecordHeaders()), settlement)
                        .settled())
                .isEqualTo("DISCARDED by somebody at 2026-01-02T03:04:05Z: no use");
    }

    @Test
    void aSettlementThatSaysTooLittleIsABug() {
        Headers headers = new RecordHeaders().add("mesh_settled_offset", bytes("7"));

        assertThatThrownBy(() -> Settlement.of(
                        consumed(new ProducerRecord<>(REJECTED.toString(), 0, null, null, null, headers))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("[yard.private.crate.rejected.v1:7] a settlement must have");
    }

    @Test
    void aRecordThatTellsNothingOfItsRefusalIsStillListed() {
        Refusal refusal = Refusal.of(
                consumed(new ProducerRecord<>(REJECTED.toString(), 0, null, null, bytes("v"), new RecordHeaders())));

        assertThat(refusal.reason()).isEqualTo("UNKNOWN");
        assertThat(refusal.origin().offset()).isEqualTo(-1);
    }

    @Test
    void thePlaceOfARecordThatWasPutBackIsItsFirst() {
        Refusal refusal = refusal(bytes("v"), new RecordHeaders());
        Candidate candidate =
                new Candidate(refusal, new TopicPartition("yard.public.crate.state.v1", 2), 40, Optional.empty());
        ProducerRecord<byte[], byte[]> back = candidate.record();

        assertThat(back.timestamp()).isEqualTo(1_000);
        assertThat(back.headers()).extracting(h -> h.key()).containsExactly("mesh_replayed");
        assertThat(Candidate.placeOf(on("yard.public.crate.state.v1", 2, 99, back.headers())))
                .isEqualTo(40);
        assertThat(Candidate.placeOf(on("yard.public.load.derived.v1", 2, 99, back.headers())))
                .as("handed on by a topology")
                .isEqualTo(99);
    }

    private static Refusal refusal(byte[] value, Headers original) {
        return Refusal.of(consumed(rejected(value, original)));
    }

    private static ProducerRecord<byte[], byte[]> rejected(byte[] value, Headers original) {
        return RejectedRecord.of(
                REJECTED,
                bytes("key"),
                value,
                original,
                new RejectedRecord.Origin("yard.public.crate.state.v1", 2, 40, 1_000),
                new BadRecordException(Reason.BAD_FRAMING, "no framing"),
                "sink",
                "1.2.0");
    }

    private static ConsumerRecord<byte[], byte[]> consumed(ProducerRecord<byte[], byte[]> record) {
        return new ConsumerRecord<>(
                record.topic(),
                0,
                7,
                5_000,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                record.key(),
                record.value(),
                record.headers(),
                Optional.empty());
    }

    private static ConsumerRecord<byte[], byte[]> on(String topic, int partition, long offset, Headers headers) {
        return new ConsumerRecord<>(
                topic,
                partition,
                offset,
                5_000,
                TimestampType.CREATE_TIME,
                0,
                0,
                bytes("key"),
                bytes("v"),
                headers,
                Optional.empty());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
