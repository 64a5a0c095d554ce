package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.BadRecordException.Reason;
import io.fedmesh.wire.EventHeaders;
import io.fedmesh.wire.Op;
import io.fedmesh.wire.Version;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DecoderTest {
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.000006Z");

    private final Contract contract = Samples.contract("well");
    private final FakeRegistry registry = new FakeRegistry();
    private final Decoder decoder = new Decoder(contract, registry);
    private final byte[] value = Samples.body(Samples.well("F|1", 7, "owner")).bytes();

    DecoderTest() {
        registry.register(contract.topic().subject(), Samples.WELL);
    }

    @Test
    void aGoodRecordKeepsItsBytesAndWhatItsHeadersSay() {
        Change change = decoder.decode(record("F\\|1|7", value, headers(Op.UPDATE)));
        assertThat(change.key().text()).isEqualTo("F\\|1|7");
        assertThat(change.op()).isEqualTo(Op.UPDATE);
        assertThat(change.version()).isEqualTo(new Version(1, 2, 3));
        assertThat(change.committedAtMicros()).isEqualTo(TIME.getEpochSecond() * 1_000_000 + 6);
        assertThat(change.transaction()).isEqualTo(42);
        assertThat(change.value()).isEqualTo(Change.Body.ofRest(value, 5, Samples.WELL));
    }

    @Test
    void aDeleteHasNoValue() {
        assertThat(decoder.decode(record("F|7", null, headers(Op.DELETE))).value())
                .isNull();
    }

    @Test
    void aRecordIsRefusedForTheReasonThatItHas() {
        assertThat(reason(record(null, value, headers(Op.UPDATE)))).isEqualTo(Reason.NULL_KEY);
        assertThat(reason(record("F|8", value, headers(Op.UPDATE)))).isEqualTo(Reason.CONTRACT);
        assertThat(reason(record("F\\|1|7", new byte[] {9, 9}, headers(Op.UPDATE))))
                .isEqualTo(Reason.BAD_FRAMING);
        assertThat(reason(record("F\\|1|7", Arrays.copyOf(value, value.length - 1), headers(Op.UPDATE))))
                .isEqualTo(Reason.UNDECODABLE);
        assertThat(reason(record("F\\|1|7", value, headers(Op.DELETE)))).isEqualTo(Reason.CONTRACT);
        assertThat(reason(record("F\\|1|7", null, headers(Op.UPDATE)))).isEqualTo(Reason.CONTRACT);
        assertThat(reason(record("F\\|1|7", value, new RecordHeaders()))).isEqualTo(Reason.CONTRACT);
        byte[] foreign = value.clone();
        foreign[4] = 99;
        assertThat(reason(record("F\\|1|7", foreign, headers(Op.UPDATE)))).isEqualTo(Reason.WRONG_SUBJECT);
    }

    @Test
    void aKeyThatIsNoTextIsRefused() {
        ConsumerRecord<byte[], byte[]> raw = record("", value, headers(Op.UPDATE));
        ConsumerRecord<byte[], byte[]> bad = new ConsumerRecord<>(
                raw.topic(),
                0,
                0,
                0,
                TimestampType.CREATE_TIME,
                1,
                1,
                new byte[] {(byte) 0xc0, (byte) 0x80},
                value,
                raw.headers(),
                Optional.empty());
        assertThatThrownBy(() -> decoder.decode(bad))
                .isInstanceOf(BadRecordException.class)
                .hasMessage("a key must be UTF-8");
    }

    private Reason reason(ConsumerRecord<byte[], byte[]> raw) {
        try {
            decoder.decode(raw);
        } catch (BadRecordException e) {
            return e.reason();
        }
        throw new AssertionError("the record must be refused");
    }

    private static Headers headers(Op op) {
        Headers headers = new RecordHeaders();
        new EventHeaders(
                        "/drilling/main",
                        "drilling.well.v1",
                        TIME,
                        "F|7",
                        Classification.INTERNAL,
                        op,
                        new Version(1, 2, 3),
                        42L)
                .writeTo(headers);
        return headers;
    }

    private static ConsumerRecord<byte[], byte[]> record(
            @Nullable String key, byte @Nullable [] value, Headers headers) {
        byte[] bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
        return new ConsumerRecord<>(
                "t", 0, 0, 0, TimestampType.CREATE_TIME, 0, 0, bytes, value, headers, Optional.empty());
    }
}
