package io.fedmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Classification;
import io.fedmesh.wire.BadRecordException.Reason;
import java.time.Clock;
import java.time.Instant;
import java.util.Properties;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A product's topic as a consumer of another team reads it. */
class TypedTopicTest {
    private static final Schema WRITTEN = new Schema.Parser().parse("""
            {"type": "record", "name": "Crate", "namespace": "io.fedmesh.wire.test", "fields": [
              {"name": "id", "type": "string"}, {"name": "weight", "type": "int"}]}""");

    private final RegistryServer server = new RegistryServer();
    private final ConfluentRegistry registry =
            new ConfluentRegistry(RegistryConfig.of(server.url()), Clock.systemUTC(), new Random(1), pause -> {});
    private final TypedTopic<Crate> topic = TypedTopic.of(Fixtures.TOPIC.toString(), Crate.class);
    private int id;

    @BeforeEach
    void register() {
        id = registry.register(Fixtures.SUBJECT, WRITTEN);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void anEventIsReadAsItsClassWhicheverVersionOfTheSchemaWroteIt() {
        byte[] value = {0, 0, 0, 0, (byte) id, 4, 'C', '1', 14};

        Crate crate = topic.deserializer(registry).deserialize(topic.name(), new RecordHeaders(), value);
        StateEvent<Crate> event = topic.event(record("C1", crate, Op.UPDATE, new Version(1, 2, 3)));

        assertThat(crate.crateId).isEqualTo("C1");
        assertThat(crate.weight).isEqualTo(7);
        assertThat(crate.label).isEqualTo("none");
        assertThat(event)
                .isEqualTo(new StateEvent<>(
                        "C1",
                        Op.UPDATE,
                        crate,
                        new Version(1, 2, 3),
                        Instant.EPOCH,
                        new StateEvent.Position(topic.name(), 0, 5)));
        assertThat(event.isGone()).isFalse();
    }

    @Test
    void anEntityThatIsGoneHasNoValue() {
        assertThat(topic.deserializer(registry).deserialize(topic.name(), new RecordHeaders(), (byte[]) null))
                .isNull();
        assertThat(topic.event(record("C1", null, Op.DELETE, new Version(1, 2, 3)))
                        .isGone())
                .isTrue();
    }

    @Test
    void aDerivedEventsVersionIsItsOffset() {
        assertThat(topic.event(record("C1", null, Op.DELETE, null)).version()).isEqualTo(Version.ofOffset(5));
    }

    @Test
    void whatIsBadOrOfAnotherTopicIsRefused() {
        StateDeserializer<Crate> values = topic.deserializer(registry);
        registry.register("other-value", Fixtures.SCHEMA);

        assertBad(values, new byte[] {9}, Reason.BAD_FRAMING);
        assertBad(values, new byte[] {0, 0, 0, 0, (byte) id, 4}, Reason.UNDECODABLE);
        assertBad(values, new byte[] {0, 0, 0, 0, (byte) (id + 1), 4}, Reason.WRONG_SUBJECT);
        assertBad(values, new byte[EventCodec.MAX_VALUE_BYTES + 1], Reason.TOO_LARGE);
        assertThatThrownBy(() -> values.deserialize("shop.public.cart.state.v1", new RecordHeaders(), new byte[5]))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> values.deserialize(topic.name(), new byte[5]))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> topic.event(new ConsumerRecord<>(topic.name(), 0, 5, "C1", null)))
                .isInstanceOf(BadRecordException.class);
        assertThatThrownBy(() -> topic.event(new ConsumerRecord<>("another", 0, 5, "C1", null)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertBad(StateDeserializer<Crate> values, byte[] value, Reason reason) {
        assertThatThrownBy(() -> values.deserialize(Fixtures.TOPIC.toString(), new RecordHeaders(), value))
                .isInstanceOf(BadRecordException.class)
                .extracting(e -> ((BadRecordException) e).reason())
                .isEqualTo(reason);
    }

    @Test
    void aTopicOfNoProductAndAConsumerWithoutARegistryAreRefused() {
        assertThatThrownBy(() -> TypedTopic.of("shop.public.order.rejected.v1", Crate.class))
                .hasMessage(
                        "a product's topic must be of kind state or derived but was 'shop.public.order.rejected.v1'");
        assertThatThrownBy(() -> topic.consumer(new Properties()))
                .hasMessage("'schema.registry.url' must be given but was absent");
        Properties properties = new Properties();
        properties.setProperty(TypedTopic.REGISTRY_URL, "http://localhost:1");
        properties.setProperty(TypedTopic.REGISTRY_USER, "secret");
        assertThatThrownBy(() -> topic.consumer(properties))
                .hasMessage("'basic.auth.user.info' must be <user>:<password> but was not");
    }

    private static ConsumerRecord<String, Crate> record(
            String key,
            @org.jspecify.annotations.Nullable Crate value,
            Op op,
            @org.jspecify.annotations.Nullable Version version) {
        RecordHeaders headers = new RecordHeaders();
        EventHeaders event = new EventHeaders(
                "/shop/main", "shop.order.v1", Instant.EPOCH, key, Classification.INTERNAL, op, version, null);
        event.writeTo(headers, "test");
        return new ConsumerRecord<>(
                Fixtures.TOPIC.toString(),
                0,
                5,
                0,
                TimestampType.CREATE_TIME,
                1,
                1,
                key,
                value,
                headers,
                java.util.Optional.empty());
    }
}
