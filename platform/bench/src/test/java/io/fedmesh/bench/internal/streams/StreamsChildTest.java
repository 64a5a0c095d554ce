package io.fedmesh.bench.internal.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.wire.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamsChildTest {
    @TempDir
    private Path state;

    @ParameterizedTest
    @ValueSource(strings = {StreamsRig.DEFAULTS, StreamsRig.DISK, StreamsRig.MEMORY})
    void everySettingPublishesTheNewestValueOfAKey(String settings) {
        Properties properties =
                StreamsChild.properties(settings, "bench-" + settings, new KafkaConnection("b:1", Map.of()), state);
        LongAdder processed = new LongAdder();
        try (TopologyTestDriver driver =
                new TopologyTestDriver(StreamsChild.topology(properties, processed), properties)) {
            var in = driver.createInputTopic(StreamsRig.INPUT, new ByteArraySerializer(), new ByteArraySerializer());
            var out = driver.createOutputTopic(
                    StreamsRig.OUTPUT, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            for (String value : List.of("1", "2", "3")) {
                in.pipeInput(new byte[] {7}, value.getBytes(StandardCharsets.US_ASCII));
            }

            assertThat(processed.sum()).isEqualTo(3);
            byte[] newest =
                    out.readValuesToList().stream().reduce((one, next) -> next).orElseThrow();
            assertThat(new String(newest, StandardCharsets.US_ASCII)).isEqualTo("3");
        }
    }
}
