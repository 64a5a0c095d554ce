package io.fedmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.wire.BadRecordException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class RejectedRecordTest {
    private final byte[] key = {1};
    private final byte[] value = {2, 3};

    @Test
    void keyValueAndHeadersAreKeptAndTheRefusalStandsBesideThem() {
        Headers headers = new RecordHeaders().add("ce_id", new byte[] {9});

        ProducerRecord<byte[], byte[]> rejected = RejectedRecord.of(
                Fixtures.TOPIC.rejected(),
                raw(headers),
                new BadRecordException(Reason.UNDECODABLE, "why"),
                "sink",
                "1.2.0");

        assertThat(rejected.topic()).isEqualTo("shop.private.order.rejected.v1");
        assertThat(rejected.key()).isEqualTo(key);
        assertThat(rejected.value()).isEqualTo(value);
        assertThat(rejected.timestamp()).isNull();
        assertThat(rejected.headers().lastHeader("ce_id").value()).containsExactly(9);
        assertThat(refusal(rejected))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "mesh_rejected_reason", "UNDECODABLE",
                        "mesh_rejected_message", "why",
                        "mesh_rejected_topic", "shop.public.order.state.v1",
                        "mesh_rejected_partition", "3",
                        "mesh_rejected_offset", "77",
                        "mesh_rejected_timestamp", "123456",
                        "mesh_rejected_by", "sink",
                        "mesh_rejected_contract", "1.2.0"));
    }

    @Test
    void aRecordThatIsRefusedAgainTellsOfTheLastRefusalOnly() {
        Headers headers = new RecordHeaders();
        ProducerRecord<byte[], byte[]> once = RejectedRecord.of(
                Fixtures.TOPIC.rejected(),
                raw(headers),
                new BadRecordException(Reason.NULL_KEY, "a"),
                "stream",
                "1.0.0");

        ProducerRecord<byte[], byte[]> twice = RejectedRecord.of(
                Fixtures.TOPIC.rejected(),
                raw(once.headers()),
                new BadRecordException(Reason.CONTRACT, "b"),
                "sink",
                "1.0.1");

        assertThat(twice.headers().headers("mesh_rejected_reason")).hasSize(1);
        assertThat(refusal(twice))
                .containsEntry("mesh_rejected_reason", "CONTRACT")
                .containsEntry("mesh_rejected_by", "sink");
    }

    @Test
    void aLongMessageIsCut() {
        ProducerRecord<byte[], byte[]> rejected = RejectedRecord.of(
                Fixtures.TOPIC.rejected(),
                raw(new RecordHeaders()),
                new BadRecordException(Reason.PROCESSING, "x".repeat(5_000)),
                "stream",
                "1.0.0");

        assertThat(rejected.headers().lastHeader("mesh_rejected_message").value())
                .hasSize(1_000);
    }

    private ConsumerRecord<byte[], byte[]> raw(Headers headers) {
        return new ConsumerRecord<>(
                Fixtures.TOPIC.toString(),
                3,
                77,
                123456,
                TimestampType.CREATE_TIME,
                1,
                2,
                key,
                value,
                headers,
                Optional.empty());
    }

    private static Map<String, String> refusal(ProducerRecord<byte[], byte[]> record) {
        Map<String, String> refusal = new HashMap<>();
        record.headers().forEach(header -> {
            if (header.key().startsWith(RejectedRecord.HEADER_PREFIX)) {
                refusal.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
            }
        });
        return refusal;
    }
}
