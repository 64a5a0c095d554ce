package io.fedmesh.faults.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.lake.AwsKeyManagement;
import io.fedmesh.testkit.faults.KmsServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stand-in for the key service, by the SDK's own client. */
class KeyServiceTest {
    private static final ByteBuffer KEY = ByteBuffer.wrap("0123456789abcdef".getBytes(StandardCharsets.US_ASCII))
            .asReadOnlyBuffer();

    private KmsServer server;
    private AwsKeyManagement keys;

    @BeforeEach
    void start() {
        server = KmsServer.start(new SecureRandom());
        KeyService.use(server.endpoint());
        keys = new AwsKeyManagement("mesh-", Map.of("client.region", "us-gov-west-1"));
    }

    @AfterEach
    void end() {
        keys.close();
        KeyService.forget();
        server.close();
    }

    @Test
    void whatWasWrappedIsUnwrapped() {
        ByteBuffer wrapped = keys.wrapKey(KEY.duplicate(), "domain-a");

        assertThat(wrapped).isNotEqualTo(KEY);
        assertThat(keys.unwrapKey(wrapped, "domain-a")).isEqualTo(KEY);
        assertThat(server.bites()).isZero();
    }

    @Test
    void anotherKeyDoesNotUnwrapIt() {
        ByteBuffer wrapped = keys.wrapKey(KEY.duplicate(), "domain-a");

        assertThatThrownBy(() -> keys.unwrapKey(wrapped, "domain-b")).hasMessageContaining("not of this key");
    }

    @Test
    void itRefusesOnCommand() {
        server.fail(KmsServer.Failure.DISABLED);

        assertThatThrownBy(() -> keys.wrapKey(KEY.duplicate(), "domain-a"))
                .hasMessageContaining("Service: Kms, Status Code: 400");
        assertThat(server.bites()).isPositive();
    }
}
