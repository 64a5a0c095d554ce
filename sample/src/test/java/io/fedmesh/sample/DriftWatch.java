package io.fedmesh.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code mesh drift --watch} in a JVM of its own, known by its metrics and its log alone. */
final class DriftWatch implements AutoCloseable {
    private static final Duration SOON = Duration.ofMinutes(1);

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Path log;
    private final int port;

    /** Begins to look every second. */
    DriftWatch(RunningMesh mesh, Path log) throws IOException {
        this.log = log;
        this.process = mesh.process(log, "drift", "--watch", "--every", "PT1S", "--health-port", "0");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(said("process starts", "port")).isPresent());
        this.port = Integer.parseInt(said("process starts", "port").orElseThrow());
    }

    /** Waits until this many changes of topics would be needed. */
    void awaitTopicChanges(int number) {
        await().atMost(SOON)
                .ignoreException(IOException.class)
                .untilAsserted(() -> assertThat(metrics()).contains("mesh_drift_changes{thing=\"topic\"} " + number));
    }

    /** What an event of this text says under a key. */
    Optional<String> said(String message, String key) throws IOException {
        String text = Files.readString(log);
        String written = text.substring(0, text.lastIndexOf('\n') + 1); // the last line may still be on its way
        for (String line : written.lines().toList()) {
            if (line.startsWith("{")) {
                JsonNode event = json.readTree(line);
                if (event.path("message").asText().equals(message)) {
                    return Optional.of(event.path(key).asText());
                }
            }
        }
        return Optional.empty();
    }

    private List<String> metrics() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .toList();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
