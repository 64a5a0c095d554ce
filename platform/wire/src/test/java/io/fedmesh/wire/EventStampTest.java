package io.fedmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Classification;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class EventStampTest {
    private final EventStamp stamp = new EventStamp("/shop/orders", "shop.order.v1", Classification.INTERNAL);

    @Test
    void itsHeadersAreThoseOfEventHeadersByteForByte() {
        Random random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            String key = List.of("7", "k|1", "\u00e4\ud83d\udea2", Long.toString(random.nextLong()))
                    .get(random.nextInt(4));
            Op op = Op.values()[random.nextInt(Op.values().length)];
            Version version = new Version(random.nextLong(), random.nextLong(), random.nextInt(Integer.MAX_VALUE));
            Long transaction = random.nextInt(4) == 0 ? null : random.nextLong(3);
            long micros = random.nextInt(3) - 1 + (random.nextBoolean() ? 0 : random.nextLong(4_000_000_000_000_000L));
            byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
            RecordHeaders expected = new RecordHeaders();
            Instant time = Instant.ofEpochSecond(
                    Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
            new EventHeaders(
                            "/shop/orders",
                            "shop.order.v1",
                            time,
                            key,
                            Classification.INTERNAL,
                            op,
                            version,
                            transaction)
                    .writeTo(expected);

            List<Header> headers = stamp.headers(key, keyBytes, op, version, transaction, micros);

            assertThat(new RecordHeaders(headers)).isEqualTo(expected);
        }
    }

    @Test
    void aTransactionNumberBeyondItsRangeIsRefused() {
        assertThatThrownBy(() -> stamp.headers("7", new byte[] {'7'}, Op.CREATE, new Version(1, 1, 0), -1L, 1))
                .hasMessage("'mesh_txid' must be 0 to 4294967295 but was -1");
    }
}
