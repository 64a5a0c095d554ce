package io.fedmesh.local.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaSettingsTest {
    @TempDir
    Path temp;

    private Map<String, String> settings;

    @BeforeEach
    void make() {
        Home home = Home.open(temp.resolve("home"), new SecureRandom());
        settings = KafkaSettings.of(
                1,
                9,
                2,
                3,
                temp.resolve("data"),
                Certificates.open(home, Clock.systemUTC(), new SecureRandom()),
                "mesh.operator");
    }

    @Test
    void clientsProveThemselvesByPasswordAndTheBrokerByCertificate() {
        assertThat(settings)
                .containsEntry("listeners", "CLIENT://127.0.0.1:1,BROKER://127.0.0.1:2,CONTROLLER://127.0.0.1:3")
                .containsEntry("advertised.listeners", "CLIENT://127.0.0.1:9,BROKER://127.0.0.1:2")
                .containsEntry("listener.security.protocol.map", "CLIENT:SASL_SSL,BROKER:SSL,CONTROLLER:SSL")
                .containsEntry("sasl.enabled.mechanisms", "SCRAM-SHA-512")
                .containsEntry("listener.name.broker.ssl.client.auth", "required")
                .containsEntry("listener.name.controller.ssl.client.auth", "required")
                .containsEntry("ssl.enabled.protocols", "TLSv1.3")
                .containsEntry("ssl.endpoint.identification.algorithm", "https");
    }

    @Test
    void nobodyAnonymousIsASuperUserAndWhatNoAclAllowsIsDenied() {
        assertThat(settings)
                .containsEntry("super.users", "User:mesh.operator;User:CN=broker.fedmesh.local")
                .containsEntry("allow.everyone.if.no.acl.found", "false")
                .containsEntry("auto.create.topics.enable", "false");
    }
}
