package io.fedmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;

class ContainerBrokerTest {
    @Test
    void theImageIsOfTheVersionOfTheClients() {
        assertThat(ContainerBroker.IMAGE).isEqualTo("apache/kafka:" + AppInfoParser.getVersion());
    }

    @Test
    void aBrokerOfThatVersionTakesTheContainersSettings() {
        Map<String, String> settings = new TreeMap<>();
        ContainerBroker.container().getEnvMap().forEach((name, value) -> {
            if (name.startsWith("KAFKA_")) {
                settings.put(name.substring(6).toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        settings.put("advertised.listeners", "PLAINTEXT://localhost:32768,BROKER://c0ffee:9093");

        KafkaConfig config = new KafkaConfig(settings);

        assertThat(config.messageMaxBytes()).isEqualTo(16 << 20);
        assertThat(config.autoCreateTopicsEnable()).isFalse();
    }

    @Test
    void onlyAnEngineThatIsNotThereIsAReasonToSkip() {
        assertThat(ContainerBroker.reason(() -> {})).isEmpty();
        assertThat(ContainerBroker.reason(() -> {
                    throw new IllegalStateException("no socket");
                }))
                .isEqualTo("no socket");
        assertThatThrownBy(() -> ContainerBroker.reason(() -> {
                    throw new UnsupportedOperationException("no image");
                }))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
