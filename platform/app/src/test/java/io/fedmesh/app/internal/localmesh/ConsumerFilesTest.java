package io.fedmesh.app.internal.localmesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ConsumerFilesTest {
    @Test
    void aKafkaClientReadsWhatWasWritten() throws Exception {
        String jaas = "org.example.Login required username=\"mesh.user.u-1\" password=\"a\\b=c#d!\";";
        Properties read = new Properties();

        read.load(new StringReader(ConsumerFiles.text(
                "mesh.user.u-1",
                "127.0.0.1:9",
                "http://127.0.0.1:8",
                Map.of("sasl.jaas.config", jaas, "ssl.truststore.location", "/a path/ca.pem"))));

        assertThat(read)
                .containsOnly(
                        Map.entry("bootstrap.servers", "127.0.0.1:9"),
                        Map.entry("schema.registry.url", "http://127.0.0.1:8"),
                        Map.entry("group.id", "mesh.user.u-1"),
                        Map.entry("isolation.level", "read_committed"),
                        Map.entry("auto.offset.reset", "earliest"),
                        Map.entry("sasl.jaas.config", jaas),
                        Map.entry("ssl.truststore.location", "/a path/ca.pem"));
    }
}
