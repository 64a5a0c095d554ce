package io.fedmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.fedmesh.contract.Classification;
import io.fedmesh.wire.BadRecordException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class EventHeadersTest {
    private static final EventHeaders EVENT = new EventHeaders(
            "/shop/main",
            "shop.order.v1",
            Instant.parse("2026-03-04T05:06:07.123456Z"),
            "o|1",
            Classification.CONFIDENTIAL,
            Op.UPDATE,
            new Version(1, 2, 3),
            4_000_000_000L);

    @Test
    void whatIsWrittenIsRead() {
        Headers headers = new RecordHeaders();
        EVENT.writeTo(headers);

        assertThat(EventHeaders.read(headers)).isEqualTo(EVENT);
        assertThat(text(headers, "mesh_version")).isEqualTo("0000000000000001000000000000000200000003");
        assertThat(text(headers, "ce_time")).isEqualTo("2026-03-04T05:06:07.123456Z");
    }

    @Test
    void cloudEventsOwnReaderReadsTheEvent() {
        Headers headers = new RecordHeaders();
        EVENT.writeTo(headers);

        CloudEvent event =
                KafkaMessageFactory.createReader(headers, new byte[] {1}).toEvent();

        assertThat(event.getSpecVersion().toString()).isEqualTo("1.0");
        assertThat(event.getId()).isEqualTo(text(headers, "ce_id"));
        assertThat(event.getSource()).hasToString("/shop/main");
        assertThat(event.getType()).isEqualTo("shop.order.v1");
        assertThat(event.getTime().toInstant()).isEqualTo(EVENT.time());
        assertThat(event.getSubject()).isEqualTo("o|1");
        assertThat(event.getExtension("dataclassification")).isEqualTo("confidential");
    }

    @Test
    void theIdIsTheSameForTheSameChangeAndAnotherForAnyOther() {
        assertThat(id(EVENT)).isEqualTo(id(EVENT));
        assertThat(List.of(
                        id(EVENT),
                        id(with("shop.order.v1", "o|2", new Version(1, 2, 3))),
                        id(with("shop.basket.v1", "o|1", new Version(1, 2, 3))),
                        id(with("shop.order.v1", "o|1", new Version(1, 2, 4)))))
                .doesNotHaveDuplicates();
    }

    @Test
    void headersOfOursAreReplacedAndOthersStay() {
        Headers headers = new RecordHeaders();
        headers.add("traceparent", bytes("00-a-b-01"));
        headers.add("ce_id", bytes("old"));
        headers.add("ce_partitionkey", bytes("old"));
        headers.add("mesh_txid", bytes("7"));
        headers.add("mesh_rejected_reason", bytes("TOO_LARGE"));
        headers.add("__value_schema_id", bytes("old"));

        new EventHeaders("/shop/sums", "shop.sum.v1", EVENT.time(), "k", Classification.PUBLIC, Op.DELETE, null, null)
                .writeTo(headers, "cause");

        assertThat(headers)
                .extracting(header -> header.key())
                .containsExactly(
                        "traceparent",
                        "ce_specversion",
                        "ce_id",
                        "ce_source",
                        "ce_type",
                        "ce_time",
                        "ce_subject",
                        "ce_dataclassification",
                        "mesh_op");
        assertThat(text(headers, "ce_id")).startsWith("cause-");
    }

    @Test
    void aTimeOfAnyOffsetIsRead() {
        Headers headers = new RecordHeaders();
        EVENT.writeTo(headers);
        headers.add("ce_time", bytes("2026-03-04T07:06:07.123456+02:00"));

        assertThat(EventHeaders.read(headers).time()).isEqualTo(EVENT.time());
    }

    @Test
    void aMissingOrMalformedHeaderIsAgainstTheContractAndItsValueIsNotShown() {
        for (String name :
                List.of("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "mesh_op")) {
            Headers headers = new RecordHeaders();
            EVENT.writeTo(headers);
            headers.remove(name);
            assertRefused(headers, name);
        }
        for (String name :
                List.of("ce_specversion", "ce_time", "ce_dataclassification", "mesh_op", "mesh_version", "mesh_txid")) {
            Headers headers = new RecordHeaders();
            EVENT.writeTo(headers);
            headers.add(name, bytes("-4711"));
            assertRefused(headers, name);
        }
    }

    private static void assertRefused(Headers headers, String name) {
        assertThatThrownBy(() -> EventHeaders.read(headers))
                .isInstanceOfSatisfying(
                        BadRecordException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONTRACT))
                .hasMessageStartingWith("the header " + name + " must ")
                .hasMessageNotContaining("4711");
    }

    private static EventHeaders with(String type, String subject, Version version) {
        return new EventHeaders(
                EVENT.source(), type, EVENT.time(), subject, EVENT.classification(), EVENT.op(), version, null);
    }

    private static String id(EventHeaders event) {
        Headers headers = new RecordHeaders();
        event.writeTo(headers);
        return text(headers, "ce_id");
    }

    private static String text(Headers headers, String name) {
        return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
