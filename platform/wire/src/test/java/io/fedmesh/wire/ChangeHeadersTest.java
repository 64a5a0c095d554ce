package io.fedmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Classification;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChangeHeadersTest {
    private static final List<String> TIMES = List.of(
            "2024-02-29T23:59:59.999999Z",
            "2023-02-29T00:00:00.000000Z",
            "1969-12-31T23:59:59.999999Z",
            "0000-01-01T00:00:00.000000Z",
            "2026-01-02T24:00:00.000000Z",
            "2026-01-02T03:04:60.000000Z",
            "2026-13-02T03:04:05.000000Z",
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.5+02:00",
            "2026-01-02T03:04:05.123456789Z",
            "+999999-01-02T03:04:05.000000Z",
            "2026-01-02 03:04:05.000000Z",
            "yesterday");

    @Test
    void everyEventOfOursIsReadAsTheFullReaderReadsIt() {
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            Instant time = Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000) * 1_000L);
            assertThat(same(headers(random, time))).isTrue();
        }
    }

    @Test
    void timesOfAnyFormAreReadOrRefusedAsTheFullReaderDoes() {
        for (String time : TIMES) {
            Headers headers = headers(new Random(1), Instant.EPOCH);
            headers.add("ce_time", time.getBytes(StandardCharsets.UTF_8));
            same(headers);
        }
    }

    @Test
    void whateverIsChangedInAHeaderIsReadOrRefusedAsTheFullReaderDoes() {
        long seed = 11;
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            Headers headers = headers(random, Instant.parse("2026-03-04T05:06:07.123456Z"));
            Header[] all = headers.toArray();
            Header one = all[random.nextInt(all.length)];
            headers.add(one.key(), changed(random, one.value()));
            if (random.nextInt(20) == 0) {
                headers.remove(one.key());
            }
            refused += same(headers) ? 0 : 1;
        }
        assertThat(refused).isBetween(1_000, 19_000);
    }

    @Test
    void aStateEventWithoutAVersionIsRefused() {
        Headers headers = headers(new Random(1), Instant.EPOCH);
        headers.remove("mesh_version");
        assertThatThrownBy(() -> ChangeHeaders.read(new HeaderScan().read(headers)))
                .isInstanceOf(BadRecordException.class)
                .hasMessage("the header mesh_version must be there on a state event");
    }

    @Test
    void aVersionsBytesAreItsHexadecimalDigits() {
        Random random = new Random(3);
        byte[] bytes = new byte[Version.HEX_LENGTH];
        for (int i = 0; i < 1_000; i++) {
            Version version = version(random);
            version.hexTo(bytes);
            assertThat(new String(bytes, StandardCharsets.US_ASCII)).isEqualTo(version.hex());
        }
    }

    /** Whether both read the headers, as they were made and as a consumer has them; fails when they differ. */
    private static boolean same(Headers headers) {
        Headers received = received(headers);
        boolean isRead = sameAsFull(headers);
        assertThat(sameAsFull(received)).isEqualTo(isRead);
        return isRead;
    }

    /** The same headers as slices of the record that they came in. */
    private static Headers received(Headers headers) {
        Headers received = new RecordHeaders();
        for (Header header : headers) {
            received.add(new RecordHeader(
                    slice(header.key().getBytes(StandardCharsets.UTF_8)),
                    header.value() == null ? null : slice(header.value())));
        }
        return received;
    }

    private static ByteBuffer slice(byte[] bytes) {
        ByteBuffer record = ByteBuffer.allocate(bytes.length + 8).put(3, bytes);
        return record.position(3).limit(3 + bytes.length).slice();
    }

    private static boolean sameAsFull(Headers headers) {
        @Nullable ChangeHeaders first;
        try {
            first = ChangeHeaders.read(new HeaderScan().read(headers));
        } catch (BadRecordException no) {
            first = null; // before anybody made arrays of the slices
        }
        EventHeaders expected;
        try {
            expected = EventHeaders.read(headers);
        } catch (BadRecordException no) {
            assertThat(first).isNull();
            assertThatThrownBy(() -> ChangeHeaders.read(new HeaderScan().read(headers)))
                    .isInstanceOf(BadRecordException.class)
                    .hasMessage(no.getMessage());
            return false;
        }
        if (expected.version() == null) {
            return false;
        }
        if (Math.abs(expected.time().getEpochSecond()) > Long.MAX_VALUE / 1_000_000) {
            assertThatThrownBy(() -> ChangeHeaders.read(new HeaderScan().read(headers)))
                    .hasMessage("the header ce_time must be within the range of microseconds");
            return false;
        }
        ChangeHeaders read = ChangeHeaders.read(new HeaderScan().read(headers));
        assertThat(first).isEqualTo(read);
        assertThat(read.op()).isEqualTo(expected.op());
        assertThat(read.version()).isEqualTo(expected.version());
        assertThat(Instant.EPOCH.plus(read.timeMicros(), ChronoUnit.MICROS))
                .isEqualTo(expected.time().truncatedTo(ChronoUnit.MICROS));
        assertThat(read.transaction())
                .isEqualTo(expected.transaction() == null ? ChangeHeaders.NO_TRANSACTION : expected.transaction());
        return true;
    }

    private static byte @Nullable [] changed(Random random, byte @Nullable [] value) {
        if (value == null || random.nextInt(10) == 0) {
            return random.nextBoolean() ? null : new byte[0];
        }
        byte[] changed = value.clone();
        switch (random.nextInt(3)) {
            case 0 -> changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> changed[random.nextInt(changed.length)] = (byte) ('0' + random.nextInt(10));
            default -> changed = java.util.Arrays.copyOf(value, random.nextInt(value.length + 2));
        }
        return changed;
    }

    private static Headers headers(Random random, Instant time) {
        Headers headers = new RecordHeaders();
        headers.add("traceparent", new byte[] {1, 2});
        new EventHeaders(
                        "/shop/main",
                        "shop.order.v1",
                        time,
                        "o|1",
                        Classification.values()[random.nextInt(4)],
                        Op.values()[random.nextInt(4)],
                        version(random),
                        random.nextBoolean() ? null : random.nextLong(1L << 32))
                .writeTo(headers);
        return headers;
    }

    private static Version version(Random random) {
        return new Version(random.nextLong(), random.nextLong() >>> random.nextInt(64), random.nextInt() >>> 1);
    }
}
