package io.fedmesh.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Mask;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.AccessPolicy;
import io.fedmesh.govern.Decision;
import io.fedmesh.govern.Obligations;
import io.fedmesh.govern.Principal;
import io.fedmesh.testkit.MemoryRegistry;
import io.fedmesh.wire.EventCodec;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class ProductEventsTest {
    private static final Principal READER = new Principal("u-1");
    private static final String TOPIC = Shown.CONTRACT.topic().toString();

    private final MemoryRegistry registry = MemoryRegistry.of(Shown.CONTRACTS);
    private final EventCodec codec = new EventCodec(Shown.CONTRACT, registry);
    private final List<ConsumerRecord<byte[], byte[]>> topic = new ArrayList<>();
    private final List<ProductEvent> events = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-26T08:00:00Z");

    private ProductEvents.Account read(AccessPolicy policy, long maxEvents) {
        return new ProductEvents(Shown.CONTRACTS, registry, policy, Shown.feed(topic), Fixtures.TOKEN_KEYS, () -> now)
                .read(
                        READER,
                        Shown.PAYEE,
                        "to test",
                        new TopicFeed.Start.Earliest(),
                        ProductEvents.End.AT_THE_END,
                        maxEvents,
                        events::add);
    }

    private void put(long offset, String id) {
        topic.add(Shown.record(codec, offset, id, Shown.entity(id)));
    }

    @Test
    void anEventComesWithItsPlaceItsHeadersAndItsValueAsJson() {
        GenericRecord entity = Shown.entity("P-1");
        entity.put("amount", new BigDecimal("12.30"));
        entity.put("at", Instant.parse("2026-01-02T03:04:05.000006Z"));
        entity.put("words", List.of("a"));
        topic.add(Shown.record(codec, 7, "P-1", entity));

        assertThat(read(Shown.policy(Obligations.NONE), 10)).isEqualTo(new ProductEvents.Account(1, 0));

        ProductEvent event = events.get(0);
        assertThat(event.key()).isEqualTo("P-1");
        assertThat(event.headers())
                .containsEntry("ce_subject", "P-1")
                .containsEntry("mesh_op", "u")
                .containsKeys("ce_id", "ce_time", "mesh_version", "mesh_txid")
                .doesNotContainKey("x-of-some-library");
        assertThat(event.json())
                .startsWith(
                        "{\"partition\":0,\"offset\":7,\"time\":\"1970-01-01T00:00:00.007Z\",\"key\":\"P-1\",\"headers\":{")
                .endsWith("\"value\":{\"id\":\"P-1\",\"account\":null,\"email\":null,\"number\":0,\"big\":null,"
                        + "\"amount\":12.30,\"born\":null,\"at\":\"2026-01-02T03:04:05.000006Z\",\"flag\":null,"
                        + "\"words\":[\"a\"]}}");
    }

    @Test
    void nothingThatIsMadeOfAMaskedKeyIsShownAsItStands() {
        put(0, "P-1");
        topic.add(Shown.record(codec, 1, "P-1", null));
        Obligations obligations = Obligations.of(
                Shown.CONTRACT,
                Shown.CONTRACT.fields().keySet(),
                Map.of("id", Mask.REDACT, "email", Mask.REDACT),
                null);

        read(Shown.policy(obligations), 10);

        assertThat(events).hasSize(2).allSatisfy(event -> {
            assertThat(event.key()).isNull();
            assertThat(event.headers()).doesNotContainKeys("ce_subject", "ce_id");
            assertThat(event.json()).doesNotContain("P-1");
        });
        assertThat(events.get(1).value()).isNull();
    }

    @Test
    void aReaderWhoIsDeniedOpensNoTopic() {
        ProductEvents denied = new ProductEvents(
                Shown.CONTRACTS,
                registry,
                (who, what, purpose) -> Decision.deny("no agreement"),
                (name, start) -> {
                    throw new AssertionError("opened without a decision");
                },
                Fixtures.TOKEN_KEYS,
                () -> now);

        assertThatThrownBy(() -> denied.read(
                        READER,
                        Shown.PAYEE,
                        "to test",
                        new TopicFeed.Start.Earliest(),
                        ProductEvents.End.AT_THE_END,
                        1,
                        events::add))
                .isInstanceOf(QueryRefusedException.class)
                .hasMessage("[yard.payee] must be allowed for u-1 but was denied: no agreement");
        assertThatThrownBy(() -> denied.read(
                        READER,
                        ProductName.parse("yard.nothing"),
                        "to test",
                        new TopicFeed.Start.Earliest(),
                        ProductEvents.End.AT_THE_END,
                        1,
                        events::add))
                .hasMessage("[product] must be one of the mesh but 'yard.nothing' is not");
    }

    @Test
    void aReadingEndsSoonAfterWhatAllowedIt() {
        for (int i = 0; i < 30; i++) {
            put(i, "P-" + i);
        }
        Instant end = now.plusSeconds(20);
        AccessPolicy policy = (who, what, purpose) ->
                now.isBefore(end) ? Decision.allow("until then") : Decision.deny("it has ended");

        assertThatThrownBy(() -> new ProductEvents(
                                Shown.CONTRACTS, registry, policy, Shown.feed(topic), Fixtures.TOKEN_KEYS, () -> now)
                        .read(
                                READER,
                                Shown.PAYEE,
                                "to test",
                                new TopicFeed.Start.Earliest(),
                                ProductEvents.End.NEVER,
                                Long.MAX_VALUE,
                                event -> {
                                    events.add(event);
                                    now = now.plus(Duration.ofSeconds(3));
                                }))
                .isInstanceOf(QueryRefusedException.class)
                .hasMessageEndingWith("was denied: it has ended");
        assertThat(events).hasSizeBetween(7, 15);
    }

    @Test
    void whatIsMaskedLaterIsMaskedForAReadingThatGoesOn() {
        for (int i = 0; i < 9; i++) {
            put(i, "P-" + i);
        }
        Instant change = now.plusSeconds(5);
        Obligations later =
                Obligations.of(Shown.CONTRACT, Shown.CONTRACT.fields().keySet(), Map.of("id", Mask.REDACT), null);
        AccessPolicy policy = (who, what, purpose) ->
                Shown.policy(now.isBefore(change) ? Obligations.NONE : later).decide(who, what, purpose);

        new ProductEvents(Shown.CONTRACTS, registry, policy, Shown.feed(topic), Fixtures.TOKEN_KEYS, () -> now)
                .read(
                        READER,
                        Shown.PAYEE,
                        "to test",
                        new TopicFeed.Start.Earliest(),
                        ProductEvents.End.AT_THE_END,
                        Long.MAX_VALUE,
                        event -> {
                            events.add(event);
                            now = now.plus(Duration.ofSeconds(5));
                        });

        assertThat(events.get(0).key()).isEqualTo("P-0");
        assertThat(events.get(8).key()).isNull();
    }

    @Test
    void noMoreAreHandedOnThanWereAskedForAndBadOnesAreCounted() {
        put(0, "P-0");
        topic.add(new ConsumerRecord<>(
                TOPIC,
                0,
                1,
                1,
                TimestampType.CREATE_TIME,
                1,
                1,
                "P-1".getBytes(StandardCharsets.UTF_8),
                new byte[] {9},
                new RecordHeaders(),
                Optional.empty()));
        put(2, "P-2");
        put(3, "P-3");

        assertThat(read(Shown.policy(Obligations.NONE), 2)).isEqualTo(new ProductEvents.Account(2, 1));
        assertThat(events).extracting(ProductEvent::offset).containsExactly(0L, 2L);
    }

    @Test
    void aFeedBeginsWhereItIsToldAndIsThroughAtTheEndThatItFound() {
        assertThat(offsets(new TopicFeed.Start.Earliest())).containsExactly(2L, 3L, 4L);
        assertThat(offsets(new TopicFeed.Start.From(4))).containsExactly(4L);
        assertThat(offsets(new TopicFeed.Start.From(0))).containsExactly(2L, 3L, 4L);
        assertThat(offsets(new TopicFeed.Start.From(9))).isEmpty();
        assertThatThrownBy(() -> new TopicFeed.Start.From(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<Long> offsets(TopicFeed.Start start) {
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
        consumer.updateBeginningOffsets(Map.of(partition, 2L));
        consumer.updateEndOffsets(new HashMap<>(Map.of(partition, 5L)));
        List<Long> offsets = new ArrayList<>();
        try (TopicFeed feed = KafkaFeed.open(consumer, Map.of(partition, 5L), start)) {
            for (long offset = 2; offset < 5; offset++) {
                consumer.addRecord(new ConsumerRecord<>(TOPIC, 0, offset, new byte[] {1}, new byte[] {1}));
            }
            while (!feed.isThrough()) {
                feed.poll(Duration.ZERO).forEach(record -> offsets.add(record.offset()));
            }
        }
        assertThat(consumer.closed()).isTrue();
        return offsets;
    }
}
