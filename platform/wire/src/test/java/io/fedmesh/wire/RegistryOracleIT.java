package io.fedmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.local.LocalRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same before a real registry, Apicurio. */
class RegistryOracleIT extends RegistryOracle {
    private static LocalRegistry registry;

    @BeforeAll
    static void start(@TempDir Path home) {
        registry = LocalRegistry.start(home);
    }

    @AfterAll
    static void stop() {
        registry.close();
    }

    @Override
    protected URI url() {
        return registry.url();
    }

    @Override
    protected boolean judges() {
        return true;
    }

    /** Apicurio 3.0.9 has no such route: its bare 404 says nothing about the schema. */
    @Test
    void aGuidThatTheRegistryCannotLookUpHoldsThePosition() {
        ConfluentRegistry ours =
                new ConfluentRegistry(RegistryConfig.of(url()), Clock.systemUTC(), new Random(1), pause -> {});

        assertThatThrownBy(() -> ours.schema("oracle.guid-value", new UUID(0, 1)))
                .isInstanceOf(RegistryUnavailableException.class);
    }

    @Test
    void aSchemaOfADeletedVersionStillDecodesWhatWasWritten() throws Exception {
        ConfluentRegistry ours =
                new ConfluentRegistry(RegistryConfig.of(url()), Clock.systemUTC(), new Random(1), pause -> {});
        int id = ours.register("oracle.deleted-value", Fixtures.SCHEMA);
        java.net.http.HttpClient.newHttpClient()
                .send(
                        java.net.http.HttpRequest.newBuilder(URI.create(url() + "/subjects/oracle.deleted-value"))
                                .DELETE()
                                .build(),
                        java.net.http.HttpResponse.BodyHandlers.discarding());

        assertThat(ours.schema("oracle.deleted-value", id)).isEqualTo(Fixtures.SCHEMA);
    }
}
