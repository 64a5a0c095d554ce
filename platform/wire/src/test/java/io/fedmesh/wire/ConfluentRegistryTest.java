package io.fedmesh.wire;

import static io.fedmesh.wire.RegistryServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.wire.BadRecordException.Reason;
import io.fedmesh.wire.RegistryConfig.Limits;
import io.fedmesh.wire.RegistryServer.Fault;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfluentRegistryTest {
    private static final String SUBJECT = Fixtures.SUBJECT;
    private static final Limits LIMITS = new Limits(
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            3,
            Duration.ofMillis(100),
            Duration.ofMillis(150),
            Duration.ofSeconds(5));

    private final RegistryServer server = new RegistryServer();
    private final TestClock clock = new TestClock();
    private final List<Duration> pauses = new ArrayList<>();
    private final ConfluentRegistry registry = client(new RegistryConfig(List.of(server.url()), null, null, LIMITS));

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void aRegisteredSchemaHasItsIdAndComesBackById() {
        int id = registry.register(SUBJECT, Fixtures.SCHEMA);

        assertThat(registry.id(SUBJECT, Fixtures.SCHEMA)).isEqualTo(id);
        assertThat(registry.schema(SUBJECT, id)).isEqualTo(Fixtures.SCHEMA);
        assertThat(registry.schema(SUBJECT, new UUID(0, id))).isEqualTo(Fixtures.SCHEMA);
    }

    @Test
    void aSchemaThatIsNotRegisteredIsNeverRegisteredByAskingForItsId() {
        assertRefused(() -> registry.id(SUBJECT, Fixtures.SCHEMA), Reason.UNKNOWN_SCHEMA);
        assertThat(server.asked()).containsExactly("POST /subjects/" + SUBJECT);
    }

    @Test
    void anIdOfAnotherSubjectIsWrongAndItsSchemaIsNotRead() {
        int id = server.register("other-value", Fixtures.SCHEMA);

        assertRefused(() -> registry.schema(SUBJECT, id), Reason.WRONG_SUBJECT);
        assertThat(server.asked()).containsExactly("GET /schemas/ids/" + id + "/versions?deleted=true");
    }

    @Test
    void aGuidOfAnotherSubjectIsWrong() {
        int id = server.register("other-value", Fixtures.SCHEMA);

        assertRefused(() -> registry.schema(SUBJECT, new UUID(0, id)), Reason.WRONG_SUBJECT);
    }

    @Test
    void anIdThatNobodyKnowsIsUnknown() {
        assertRefused(() -> registry.schema(SUBJECT, 99), Reason.UNKNOWN_SCHEMA);
        assertRefused(() -> registry.schema(SUBJECT, new UUID(0, 99)), Reason.UNKNOWN_SCHEMA);
    }

    @Test
    void anIdBelowOneIsUnknownWithoutAsking() {
        assertRefused(() -> registry.schema(SUBJECT, 0), Reason.UNKNOWN_SCHEMA);
        assertRefused(() -> registry.schema(SUBJECT, -7), Reason.UNKNOWN_SCHEMA);
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void whatWasAnsweredIsNotAskedAgain() {
        int id = server.register(SUBJECT, Fixtures.SCHEMA);
        Schema first = registry.schema(SUBJECT, id);
        server.failAlways(status(500, ""));

        assertThat(registry.schema(SUBJECT, id)).isSameAs(first);
        assertThat(server.asked()).hasSize(2);
    }

    @Test
    void noIsBelievedForAWhileOnly() {
        assertRefused(() -> registry.schema(SUBJECT, 1), Reason.UNKNOWN_SCHEMA);
        server.register(SUBJECT, Fixtures.SCHEMA);
        assertRefused(() -> registry.schema(SUBJECT, 1), Reason.UNKNOWN_SCHEMA);
        assertThat(server.asked()).hasSize(1);

        clock.advance(Duration.ofSeconds(6));

        assertThat(registry.schema(SUBJECT, 1)).isEqualTo(Fixtures.SCHEMA);
    }

    @Test
    void anOutageIsNotRemembered() {
        int id = server.register(SUBJECT, Fixtures.SCHEMA);
        server.fail(status(503, ""), status(503, ""), status(503, ""));
        assertThatThrownBy(() -> registry.schema(SUBJECT, id)).isInstanceOf(RegistryUnavailableException.class);

        assertThat(registry.schema(SUBJECT, id)).isEqualTo(Fixtures.SCHEMA);
    }

    @Test
    void manyThreadsThatMissOneIdAskOnce() throws Exception {
        int id = server.register(SUBJECT, Fixtures.SCHEMA);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        CountDownLatch together = new CountDownLatch(8);
        List<Future<Schema>> found = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            found.add(threads.submit(() -> {
                together.countDown();
                together.await();
                return registry.schema(SUBJECT, id);
            }));
        }
        for (Future<Schema> schema : found) {
            assertThat(schema.get(5, TimeUnit.SECONDS)).isEqualTo(Fixtures.SCHEMA);
        }
        threads.shutdown();
        assertThat(server.asked()).hasSize(2);
    }

    @Test
    void anIncompatibleSchemaIsRefusedWithTheRegistrysReason() {
        Schema refused = new Schema.Parser().parse("""
                {"type": "record", "name": "Refused", "fields": []}""");

        assertThatThrownBy(() -> registry.register(SUBJECT, refused))
                .isInstanceOf(IncompatibleSchemaException.class)
                .hasMessage("the registry must accept the schema Refused under shop.public.order.state.v1-value but"
                        + " refused: Schema being registered is incompatible");
    }

    @Test
    void aCompatibilityLevelIsSet() {
        registry.compatibility(SUBJECT, "BACKWARD");

        assertThat(server.level(SUBJECT)).isEqualTo("BACKWARD");
        assertThatThrownBy(() -> registry.compatibility(SUBJECT, "SIDEWARD"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSecondRegistryAnswersForTheFirst() {
        int id = server.register(SUBJECT, Fixtures.SCHEMA);
        RegistryServer gone = new RegistryServer();
        URI dead = gone.url();
        gone.close();
        ConfluentRegistry two = client(new RegistryConfig(List.of(dead, server.url()), null, null, LIMITS));

        assertThat(two.schema(SUBJECT, id)).isEqualTo(Fixtures.SCHEMA);
        assertThat(pauses)
                .as("the one that answered is asked first from then on")
                .hasSize(1);
    }

    @Test
    void pausesDoubleUpToTheirBoundAndAreShortenedByAHalfAtMost() {
        server.failAlways(status(500, ""));
        assertThatThrownBy(() -> registry.schema(SUBJECT, 1)).isInstanceOf(RegistryUnavailableException.class);

        assertThat(pauses).hasSize(2);
        assertThat(pauses.get(0)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
        assertThat(pauses.get(1)).isBetween(Duration.ofMillis(75), Duration.ofMillis(150));
    }

    static Stream<Arguments> outages() {
        return Stream.of(
                Arguments.of("500", status(500, "{\"error_code\":50001,\"message\":\"x\"}"), "status 500"),
                Arguments.of("503", status(503, "<html>"), "status 503"),
                Arguments.of("429", status(429, ""), "status 429"),
                Arguments.of("401", status(401, "{\"error_code\":40101,\"message\":\"x\"}"), "status 401"),
                Arguments.of("403", status(403, "{\"error_code\":40301,\"message\":\"x\"}"), "status 403"),
                Arguments.of("redirect", status(302, ""), "status 302"),
                Arguments.of("404 of a proxy", status(404, "<html>"), "a body that is not JSON"),
                Arguments.of("404 without a code of the API", status(404, "{\"error_code\":404}"), "status 404"),
                Arguments.of("404 without a body", status(404, ""), "status 404"),
                Arguments.of("garbage", status(200, "\u0000\u0001garbage"), "a body that is not JSON"),
                Arguments.of("another shape", status(200, "{\"schema\": 7}"), "a body that is no list of versions"),
                Arguments.of("no body", status(200, ""), "a body that is no list of versions"),
                Arguments.of("two megabytes", status(200, "[" + " ".repeat(2 << 20) + "]"), "IOException"),
                Arguments.of("deep nesting", status(200, "[".repeat(100_000)), "a body that is not JSON"),
                Arguments.of("cut body", RegistryServer.cut(), "IOException"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outages")
    void anOutageIsUnavailableAfterBoundedAttempts(String name, Fault fault, String last) {
        server.register(SUBJECT, Fixtures.SCHEMA);
        server.failAlways(fault);

        assertThatThrownBy(() -> registry.schema(SUBJECT, 1))
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessage(
                        "[registry] GET /schemas/ids/1/versions must be answered but 3 attempts failed, the last with: "
                                + last);
        assertThat(server.asked()).hasSize(3);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outages")
    void anOutageThatEndsIsBridged(String name, Fault fault, String last) {
        server.register(SUBJECT, Fixtures.SCHEMA);
        server.fail(fault, fault);

        assertThat(registry.schema(SUBJECT, 1)).isEqualTo(Fixtures.SCHEMA);
    }

    @Test
    void aSchemaThatCannotBeReadIsAnOutageOfTheRegistry() {
        int id = server.register(SUBJECT, "{\"type\": \"recor");

        assertThatThrownBy(() -> registry.schema(SUBJECT, id))
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessageStartingWith("[registry] schema id " + id + " must be an Avro schema");
    }

    @Test
    void aSchemaOfAnotherTypeIsUndecodable() {
        server.register(SUBJECT, Fixtures.SCHEMA);
        server.fail(
                status(200, "[{\"subject\":\"" + SUBJECT + "\",\"version\":1}]"),
                status(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax\"}"));

        assertRefused(() -> registry.schema(SUBJECT, 1), Reason.UNDECODABLE);
    }

    @Test
    void thePasswordIsSentAndNeverShown() {
        RegistryConfig config =
                new RegistryConfig(List.of(server.url()), new RegistryConfig.User("me", "geheim"), null, LIMITS);
        List<String> sent = new ArrayList<>();
        server.fail(exchange -> {
            sent.add(exchange.getRequestHeaders().getFirst("Authorization"));
            status(401, "").answer(exchange);
        });
        server.failAlways(status(401, ""));

        assertThatThrownBy(() -> client(config).schema(SUBJECT, 1)).hasMessageNotContaining("geheim");
        assertThat(sent).containsExactly("Basic bWU6Z2VoZWlt");
        assertThat(config.toString()).doesNotContain("geheim");
    }

    @Test
    void anInterruptedThreadStaysInterrupted() {
        server.failAlways(status(500, ""));
        ConfluentRegistry impatient =
                new ConfluentRegistry(RegistryConfig.of(server.url()), clock, new Random(1), pause -> {
                    throw new InterruptedException();
                });

        assertThatThrownBy(() -> impatient.schema(SUBJECT, 1)).isInstanceOf(RegistryUnavailableException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aUrlWithAUserIsRefusedWithoutShowingIt() {
        assertThatThrownBy(() -> RegistryConfig.of(URI.create("http://me:geheim@registry/")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("geheim");
    }

    private ConfluentRegistry client(RegistryConfig config) {
        return new ConfluentRegistry(config, clock, new Random(1), pauses::add);
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable question, Reason reason) {
        assertThatThrownBy(question)
                .isInstanceOfSatisfying(
                        BadRecordException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static final class TestClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void advance(Duration step) {
            now = now.plus(step);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
