package io.fedmesh.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fedmesh.testkit.faults.HttpRule.Action;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpFrontTest {
    private static final String TEXT = "0123456789".repeat(5_000);

    private final Map<String, String> stored = new ConcurrentHashMap<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private HttpServer server;
    private HttpFront front;

    /** A server that keeps what is put and gives it back, in chunks. */
    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/", exchange -> {
            try (exchange) {
                String path = exchange.getRequestURI().getPath();
                if (exchange.getRequestMethod().equals("PUT")) {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    stored.put(path, new String(body, StandardCharsets.UTF_8));
                    exchange.sendResponseHeaders(204, -1);
                } else {
                    String found = stored.get(path);
                    exchange.sendResponseHeaders(found == null ? 404 : 200, found == null ? -1 : 0);
                    if (found != null) {
                        exchange.getResponseBody().write(found.getBytes(StandardCharsets.UTF_8));
                    }
                }
            }
        });
        server.start();
        front = HttpFront.start(server.getAddress().getPort());
    }

    @AfterEach
    void end() {
        front.close();
        server.stop(0);
    }

    @Test
    void whatNoRuleTakesPassesUnchanged() throws Exception {
        assertThat(put("/a", TEXT).statusCode()).isEqualTo(204);
        assertThat(get("/a").body()).isEqualTo(TEXT);
        assertThat(get("/b").statusCode()).isEqualTo(404);
    }

    @Test
    void anAnswerByRuleNeverReachesTheServer() throws Exception {
        HttpRule rule = HttpRule.answer(Action.ANSWER, "PUT /a.*", 503, "{}", 1);
        front.add(rule);

        assertThat(put("/a", TEXT).statusCode()).isEqualTo(503);
        assertThat(stored).isEmpty();
        assertThat(put("/a", TEXT).statusCode()).isEqualTo(204);
        assertThat(rule.bites()).isEqualTo(1);
    }

    @Test
    void aRequestIsDoneAndSaidToHaveFailed() throws Exception {
        front.add(HttpRule.answer(Action.APPLY_AND_ANSWER, "PUT .*", 500, "", 1));

        assertThat(put("/a", TEXT).statusCode()).isEqualTo(500);
        assertThat(stored).containsEntry("/a", TEXT);
    }

    @Test
    void aRequestIsDoneAndItsAnswerIsLost() {
        front.add(HttpRule.cut(Action.APPLY_AND_LOSE, "PUT .*", 1));

        assertThatThrownBy(() -> put("/a", TEXT)).isInstanceOf(IOException.class);
        assertThat(stored).containsEntry("/a", TEXT);
    }

    @Test
    void halfARequestComesToNothing() throws Exception {
        front.add(HttpRule.cut(Action.CUT_REQUEST, "PUT .*", 1));

        assertThatThrownBy(() -> put("/a", TEXT)).isInstanceOf(IOException.class);
        assertThat(get("/a").statusCode()).isEqualTo(404);
    }

    @Test
    void halfAnAnswerIsCut() throws Exception {
        put("/a", TEXT);
        front.add(HttpRule.cut(Action.CUT_RESPONSE, "GET .*", 1));

        assertThatThrownBy(() -> get("/a")).isInstanceOf(IOException.class);
        assertThat(get("/a").body()).isEqualTo(TEXT);
    }

    @Test
    void aSlowRequestIsDoneAfterAll() throws Exception {
        HttpRule rule = HttpRule.slow("PUT .*", 50, 1);
        front.add(rule);

        assertThat(put("/a", TEXT).statusCode()).isEqualTo(204);
        assertThat(rule.bites()).isEqualTo(1);
    }

    private HttpResponse<String> put(String path, String body) throws IOException, InterruptedException {
        return client.send(
                request(path).PUT(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + front.port() + path))
                .timeout(Duration.ofSeconds(5));
    }
}
