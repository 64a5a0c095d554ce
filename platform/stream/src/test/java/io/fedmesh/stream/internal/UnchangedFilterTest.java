package io.fedmesh.stream.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class UnchangedFilterTest {
    private final TopologyTestDriver driver = driver();
    private final TestInputTopic<String, String> in = driver.createInputTopic(
            "in", Serdes.String().serializer(), Serdes.String().serializer());
    private final TestOutputTopic<String, String> out = driver.createOutputTopic(
            "out", Serdes.String().deserializer(), Serdes.String().deserializer());

    private static TopologyTestDriver driver() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream("in", Consumed.with(Serdes.String(), Serdes.String()))
                .processValues(UnchangedFilter::new)
                .to("out", Produced.with(Serdes.String(), Serdes.String()));
        return new TopologyTestDriver(builder.build(), new Properties());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void whatIsAsItWasIsNotPublishedAgain() {
        in.pipeInput("a", "1");
        in.pipeInput("a", "1");
        in.pipeInput("b", "1");
        in.pipeInput("a", "2");
        in.pipeInput("a", "1");

        assertThat(out.readKeyValuesToList())
                .isEqualTo(List.of(
                        KeyValue.pair("a", "1"),
                        KeyValue.pair("b", "1"),
                        KeyValue.pair("a", "2"),
                        KeyValue.pair("a", "1")));
    }

    @Test
    void aKeyThatIsGoneIsGoneOnceUntilItComesBack() {
        in.pipeInput("a", "1");
        in.pipeInput("a", (String) null);
        in.pipeInput("a", (String) null);
        in.pipeInput("a", "1");

        assertThat(out.readKeyValuesToList())
                .isEqualTo(List.of(KeyValue.pair("a", "1"), KeyValue.pair("a", null), KeyValue.pair("a", "1")));
    }

    @Test
    void aKeyThatWasForgottenIsPublishedOnceMore() {
        in.pipeInput("a", "1");
        for (int i = 0; i < UnchangedFilter.MAX_KEYS; i++) {
            in.pipeInput("other-" + i, "1");
        }
        in.pipeInput("a", "1");

        assertThat(out.readKeyValuesToList()).hasSize(UnchangedFilter.MAX_KEYS + 2);
    }
}
