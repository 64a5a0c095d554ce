package io.fedmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.wire.RegistryConfig.Limits;
import io.fedmesh.wire.RegistryServer.Fault;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A registry that takes a request and never answers it: only real time tells. The other outages are unit tests. */
class SilentRegistryIT {
    private final RegistryServer server = new RegistryServer();

    @AfterEach
    void close() {
        server.close();
    }

    static Stream<Arguments> silences() {
        return Stream.of(
                Arguments.of("body that never ends", RegistryServer.drip()),
                Arguments.of("no answer", RegistryServer.silence()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("silences")
    void itIsUnavailableAfterBoundedAttempts(String name, Fault fault) {
        server.register(Fixtures.SUBJECT, Fixtures.SCHEMA);
        server.failAlways(fault);

        assertThatThrownBy(() -> client(Duration.ofMillis(300)).schema(Fixtures.SUBJECT, 1))
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessage("[registry] GET /schemas/ids/1/versions must be answered but 3 attempts failed, the last"
                        + " with: no answer within PT0.3S");
        assertThat(server.asked()).hasSize(3);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("silences")
    void itsSilenceIsBridged(String name, Fault fault) {
        server.register(Fixtures.SUBJECT, Fixtures.SCHEMA);
        server.fail(fault, fault);

        assertThat(client(Duration.ofSeconds(1)).schema(Fixtures.SUBJECT, 1)).isEqualTo(Fixtures.SCHEMA);
    }

    private ConfluentRegistry client(Duration requestTimeout) {
        Limits limits = new Limits(
                Duration.ofSeconds(30),
                requestTimeout,
                3,
                Duration.ofMillis(100),
                Duration.ofMillis(150),
                Duration.ofSeconds(5));
        return new ConfluentRegistry(
                new RegistryConfig(List.of(server.url()), null, null, limits),
                Clock.systemUTC(),
                new Random(1),
                pause -> {});
    }
}
