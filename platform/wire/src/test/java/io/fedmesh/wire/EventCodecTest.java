package io.fedmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.wire.BadRecordException.Reason;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventCodecTest {
    private final RegistryServer server = new RegistryServer();
    private final ConfluentRegistry registry =
            new ConfluentRegistry(RegistryConfig.of(server.url()), Clock.systemUTC(), new Random(1), pause -> {});
    private final EventCodec codec = new EventCodec(Fixtures.CONTRACT, registry);
    private final Headers none = new RecordHeaders();

    @BeforeEach
    void register() {
        registry.register("other-value", new Schema.Parser().parse("""
                {"type": "record", "name": "Other", "fields": [{"name": "x", "type": "int"}]}"""));
        registry.register(Fixtures.SUBJECT, Fixtures.SCHEMA);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void whatIsWrittenIsReadBackWithItsLogicalTypes() {
        byte[] value = codec.encode(Fixtures.order("o-1", "12.34"));

        GenericRecord read = codec.decode(value, none, Fixtures.SCHEMA);

        assertThat(Arrays.copyOf(value, 5)).containsExactly(0, 0, 0, 0, 2);
        assertThat(read.get("id")).isEqualTo("o-1");
        assertThat(read.get("amount")).isEqualTo(new BigDecimal("12.34"));
        assertThat(read.get("at")).isEqualTo(Instant.parse("2026-03-04T05:06:07.123456Z"));
        assertThat(read.get("note")).isEqualTo("a note");
    }

    @Test
    void aGuidInThePrefixIsRead() {
        byte[] body = body(codec.encode(Fixtures.order("o-1", "1.00")));
        byte[] value = ByteBuffer.allocate(17 + body.length)
                .put((byte) 1)
                .putLong(0)
                .putLong(2)
                .put(body)
                .array();

        assertThat(codec.decode(value, none, Fixtures.SCHEMA).get("id")).isEqualTo("o-1");
    }

    @Test
    void aGuidInTheHeaderIsRead() {
        byte[] body = body(codec.encode(Fixtures.order("o-1", "1.00")));
        byte[] guid =
                ByteBuffer.allocate(17).put((byte) 1).putLong(0).putLong(2).array();
        Headers headers = new RecordHeaders().add("__value_schema_id", guid);

        assertThat(codec.decode(body, headers, Fixtures.SCHEMA).get("id")).isEqualTo("o-1");
    }

    @Test
    void anIdOfAnotherSubjectIsRejected() {
        byte[] value = {0, 0, 0, 0, 1, 2};

        assertThatThrownBy(() -> codec.decode(value, none, Fixtures.SCHEMA))
                .isInstanceOfSatisfying(
                        BadRecordException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_SUBJECT));
    }

    @Test
    void aWriterThatLacksAnOptionalFieldIsResolved() {
        Schema old = new Schema.Parser().parse("""
                {"type": "record", "name": "Order", "namespace": "shop", "fields": [{"name": "id", "type": "string"}]}""");
        Schema reader = new Schema.Parser().parse("""
                {"type": "record", "name": "Order", "namespace": "shop", "fields": [{"name": "id", "type": "string"},
                 {"name": "note", "type": ["null", "string"], "default": null}]}""");
        int id = registry.register(Fixtures.SUBJECT, old);
        byte[] value = {0, 0, 0, 0, (byte) id, 2, 'x'};

        assertThat(codec.decode(value, none, reader).get("id")).isEqualTo("x");
    }

    @Test
    void bytesAfterTheRecordAreRefused() {
        byte[] value = codec.encode(Fixtures.order("o-1", "1.00"));

        assertRefused(Arrays.copyOf(value, value.length + 1), Reason.UNDECODABLE);
    }

    @Test
    void everyCutOfAValueIsRefused() {
        byte[] value = codec.encode(Fixtures.order("o-1", "1.00"));

        for (int length = 0; length < value.length; length++) {
            assertRefused(Arrays.copyOf(value, length), length < 5 ? Reason.BAD_FRAMING : Reason.UNDECODABLE);
        }
    }

    @Test
    void aNegativeLengthIsRefused() {
        assertRefused(new byte[] {0, 0, 0, 0, 2, 1}, Reason.UNDECODABLE);
    }

    @Test
    void aLengthOfTwoGigabytesIsRefusedWithoutAskingForThem() {
        assertRefused(
                new byte[] {0, 0, 0, 0, 2, (byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f},
                Reason.UNDECODABLE);
    }

    @Test
    void aNestingThatOverflowsTheStackIsRefused() {
        Schema list = new Schema.Parser().parse("""
                {"type": "record", "name": "Node", "fields": [{"name": "next", "type": ["null", "Node"]}]}""");
        int id = registry.register(Fixtures.SUBJECT, list);
        byte[] value = new byte[400_000];
        Arrays.fill(value, (byte) 2);
        System.arraycopy(new byte[] {0, 0, 0, 0, (byte) id}, 0, value, 0, 5);

        assertThatThrownBy(() -> codec.decode(value, none, list))
                .isInstanceOfSatisfying(
                        BadRecordException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNDECODABLE));
    }

    @Test
    void aValueBeyondTheLimitIsTooLarge() {
        EventCodec small = new EventCodec(Fixtures.CONTRACT, registry, 40);

        assertThatThrownBy(() -> small.decode(new byte[41], none, Fixtures.SCHEMA))
                .hasMessage("[shop.public.order.state.v1] a value must have at most 40 bytes but had 41");
        assertThatThrownBy(() -> small.encode(Fixtures.order("o".repeat(50), "1.00")))
                .isInstanceOfSatisfying(
                        BadRecordException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE));
    }

    @Test
    void aRecordThatDoesNotFitIsRefusedWithoutItsValuesAndTheCodecGoesOn() {
        GenericRecord bad = Fixtures.order("o-1", "1.00");
        bad.put("note", 4711);

        assertThatThrownBy(() -> codec.encode(bad))
                .isInstanceOfSatisfying(
                        BadRecordException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONTRACT))
                .hasMessageNotContaining("4711")
                .hasNoCause();
        assertThat(codec.decode(codec.encode(Fixtures.order("o-2", "2.00")), none, Fixtures.SCHEMA)
                        .get("id"))
                .isEqualTo("o-2");
    }

    @Test
    void aRecordOfAnotherSchemaIsABugOfTheCaller() {
        Schema other = new Schema.Parser().parse("""
                {"type": "record", "name": "Order", "namespace": "shop", "fields": [{"name": "id", "type": "int"}]}""");

        assertThatThrownBy(() -> codec.encode(new GenericData.Record(other)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a record must have the contract's schema shop.Order but had another one, named shop.Order");
    }

    @Test
    void aSchemaThatGeneratedCodeMarkedIsTheSameSchema() {
        Schema marked = new Schema.Parser()
                .parse(Fixtures.SCHEMA
                        .toString()
                        .replace("\"string\"", "{\"type\":\"string\",\"avro.java.string\":\"String\"}"));
        GenericRecord record = new GenericData.Record(marked);
        Fixtures.order("o-1", "1.00")
                .getSchema()
                .getFields()
                .forEach(f -> record.put(f.name(), Fixtures.order("o-1", "1.00").get(f.name())));

        assertThat(codec.encode(record)).isEqualTo(codec.encode(Fixtures.order("o-1", "1.00")));
    }

    @Test
    void tenThousandMutationsEitherDecodeOrAreBadRecords() {
        Random random = new Random(20261122);
        byte[] good = codec.encode(Fixtures.order("o-1", "1234567.89"));
        int decoded = 0;
        for (int i = 0; i < 10_000; i++) {
            byte[] value = Arrays.copyOf(good, random.nextInt(good.length + 8));
            for (int flips = random.nextInt(4); flips >= 0 && value.length > 5; flips--) {
                value[5 + random.nextInt(value.length - 5)] = (byte) random.nextInt();
            }
            try {
                codec.decode(value, none, Fixtures.SCHEMA);
                decoded++;
            } catch (BadRecordException expected) {
                assertThat(expected).hasNoCause();
            }
        }
        assertThat(decoded).isBetween(1, 9_999);
    }

    @Test
    void aHostileValueNeverCostsMuchMoreHeapThanItsOwnBytes() {
        Schema hostile = new Schema.Parser().parse("""
                {"type": "record", "name": "Hostile", "fields": [
                  {"name": "bytes", "type": "bytes"},
                  {"name": "texts", "type": {"type": "array", "items": "string"}},
                  {"name": "map", "type": {"type": "map", "values": "bytes"}},
                  {"name": "choice", "type": ["null", "int"]},
                  {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A"]}}]}""");
        byte id = (byte) registry.register(Fixtures.SUBJECT, hostile);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Random random = new Random(4711);
        for (int i = 0; i < 3_000; i++) {
            byte[] value = new byte[5 + random.nextInt(60)];
            random.nextBytes(value);
            Arrays.fill(value, 5, Math.min(value.length, 5 + random.nextInt(12)), (byte) (i % 2 == 0 ? 0xfe : 0x01));
            System.arraycopy(new byte[] {0, 0, 0, 0, id}, 0, value, 0, 5);
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                codec.decode(value, none, hostile);
            } catch (BadRecordException expected) {
                assertThat(expected.reason()).isEqualTo(Reason.UNDECODABLE);
            }
            if (i > 10) { // the first ones load classes
                assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
            }
        }
    }

    private void assertRefused(byte[] value, Reason reason) {
        assertThatThrownBy(() -> codec.decode(value, none, Fixtures.SCHEMA))
                .isInstanceOfSatisfying(
                        BadRecordException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static byte[] body(byte[] framed) {
        return Arrays.copyOfRange(framed, 5, framed.length);
    }
}
