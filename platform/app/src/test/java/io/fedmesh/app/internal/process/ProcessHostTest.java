package io.fedmesh.app.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.app.internal.config.MeshConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProcessHostTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final FakeComponent one = new FakeComponent("orders.cdc");
    private final FakeComponent two = new FakeComponent("mesh.sink");
    private final ProcessHost host =
            new ProcessHost("worker", List.of(one, two), new MeshConfig.Health("127.0.0.1", 0));
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(() -> {
        try {
            return host.run(port::complete);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    });

    @AfterEach
    void end() {
        host.stop();
    }

    @Test
    void itIsReadyOnceEveryComponentRuns() {
        one.state = Health.State.RUNNING;
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);

        two.state = Health.State.RUNNING;

        Awaitility.await().until(() -> get("/health/ready").statusCode() == 200);
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void anOutageKeepsItAliveButNotReady() {
        one.state = Health.State.RUNNING;
        two.state = Health.State.HOLDING;

        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    }

    @Test
    void aFailedComponentEndsTheProcessWithOne() throws Exception {
        one.state = Health.State.RUNNING;
        two.state = Health.State.FAILED;

        assertThat(exit.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(one.closed && two.closed).isTrue();
    }

    @Test
    void aStartThatThrowsEndsTheProcessWithOne() throws Exception {
        FakeComponent broken = new FakeComponent("orders.stream");
        broken.startFails = true;

        int code = new ProcessHost("apart", List.of(broken), new MeshConfig.Health("127.0.0.1", 0)).run(bound -> {});

        assertThat(code).isEqualTo(1);
    }

    @Test
    void anOrderlyStopClosesEverythingAndEndsWithZero() throws Exception {
        one.state = Health.State.RUNNING;
        two.state = Health.State.RUNNING;
        port.get(10, TimeUnit.SECONDS);

        assertThat(host.stop()).isTrue();

        assertThat(exit.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(one.closed && two.closed).isTrue();
    }

    @Test
    void metricsAreInPrometheusTextFormat() {
        one.state = Health.State.RUNNING;

        assertThat(get("/metrics").body())
                .contains("# TYPE mesh_component_state gauge\n")
                .contains("mesh_component_state{component=\"orders.cdc\",state=\"running\"} 1\n")
                .contains("mesh_test_total{name=\"a\\\"b\"} 7\n");
    }

    @Test
    void statusNamesEveryComponent() {
        two.state = Health.State.HOLDING;

        assertThat(get("/status").body())
                .contains("\"process\":\"worker\"")
                .contains("{\"name\":\"mesh.sink\",\"state\":\"holding\",\"message\":\"why\",\"lag\":3}");
    }

    @Test
    void anythingElseIsNotFound() {
        assertThat(get("/status/../x").statusCode()).isEqualTo(404);
        assertThat(get("/health/live/x").statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> get(String path) {
        try {
            URI uri = URI.create("http://127.0.0.1:" + port.get(10, TimeUnit.SECONDS) + path);
            return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class FakeComponent implements Component {
        private final String name;
        private volatile Health.State state = Health.State.STARTING;
        private volatile boolean startFails;
        private volatile boolean closed;

        private FakeComponent(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void start() {
            if (startFails) {
                throw new IllegalStateException("cannot");
            }
        }

        @Override
        public Health health() {
            return new Health(state, state == Health.State.RUNNING ? "" : "why");
        }

        @Override
        public List<Metric> metrics() {
            return List.of(Metric.counter("mesh_test_total", "A test.", Map.of("name", "a\"b"), 7));
        }

        @Override
        public Map<String, Object> details() {
            return Map.of("lag", 3);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
