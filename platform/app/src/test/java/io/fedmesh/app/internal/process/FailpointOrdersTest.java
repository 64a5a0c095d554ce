package io.fedmesh.app.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.failpoint.Failpoint;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailpointOrdersTest {
    private static final String HERE = "127.0.0.1:9092";

    @TempDir
    private Path folder;

    @AfterEach
    void disarm() {
        Failpoint.arm(List.of(), struck -> {});
    }

    @Test
    void nothingIsArmedWhereNothingIsNamed() {
        FailpointOrders.follow(new Properties(), "kafka.example.gov:9094");

        assertThatCode(Failpoint.SINK_AFTER_FLUSH::hit).doesNotThrowAnyException();
    }

    @Test
    void aFileAloneIsRefused() {
        Properties properties = properties("sink.after-flush:1:throw");
        properties.remove(FailpointOrders.ENABLED);

        assertThatThrownBy(() -> FailpointOrders.follow(properties, HERE))
                .hasMessage("[fedmesh.failpoints] 'fedmesh.failpoints.enabled' must be true where failpoints are named"
                        + " but is not");
    }

    @Test
    void brokersOfAnotherMachineAreRefused() {
        assertThatThrownBy(
                        () -> FailpointOrders.follow(properties("sink.after-flush:1:throw"), HERE + ",10.0.0.7:9094"))
                .hasMessage("[fedmesh.failpoints] brokers must be on this machine where failpoints are named but were"
                        + " 10.0.0.7:9094");
    }

    @Test
    void aStrikeIsNotedBesideTheOrders() throws Exception {
        FailpointOrders.follow(properties("sink.after-flush:1:throw # first"), HERE);

        assertThatThrownBy(Failpoint.SINK_AFTER_FLUSH::hit).isInstanceOf(UncheckedIOException.class);
        assertThat(folder.resolve("orders.struck")).hasContent("sink.after-flush throw");
    }

    private Properties properties(String orders) {
        Properties properties = new Properties();
        properties.setProperty(FailpointOrders.FILE, folder.resolve("orders").toString());
        properties.setProperty(FailpointOrders.ENABLED, "true");
        try {
            Files.writeString(folder.resolve("orders"), orders);
        } catch (java.io.IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
