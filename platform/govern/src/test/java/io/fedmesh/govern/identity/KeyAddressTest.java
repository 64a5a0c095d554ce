package io.fedmesh.govern.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyAddressTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final CountDownLatch done = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    @BeforeEach
    void aServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(
                "/keys", exchange -> answer(exchange, 200, "{\"keys\":[]}".getBytes(StandardCharsets.UTF_8)));
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", "/keys");
            answer(exchange, 302, new byte[0]);
        });
        server.createContext("/large", exchange -> answer(exchange, 200, new byte[KeySource.MAX_BYTES + 1]));
        server.createContext("/endless", this::endless);
        server.createContext("/silent", exchange -> await());
        server.start();
    }

    @AfterEach
    void end() {
        done.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void keysAreRead() throws Exception {
        assertThat(new String(keys("/keys", SOON).read(), StandardCharsets.UTF_8))
                .isEqualTo("{\"keys\":[]}");
    }

    @Test
    void anotherStatusIsNoAnswerAndARedirectIsNotFollowed() {
        assertThatThrownBy(() -> keys("/moved", SOON).read())
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("/moved] must answer with keys but answered with status 302");
        assertThatThrownBy(() -> keys("/nothing", SOON).read()).hasMessageEndingWith("status 404");
    }

    @Test
    void anAnswerThatIsTooLargeIsLetGo() {
        assertThatThrownBy(() -> keys("/large", SOON).read())
                .hasMessageEndingWith("/large] must answer with at most 262144 bytes but did not: IOException");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/silent", "/endless"})
    void anAnswerThatTakesTooLongIsLetGo(String path) {
        assertThatThrownBy(() -> keys(path, Duration.ofMillis(200)).read())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("[http://127.0.0.1:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://login.example.org/keys",
                "http://127.0.0.1.example.org/keys",
                "http://169.254.169.254/latest/meta-data",
                "ftp://127.0.0.1/keys",
                "file:///etc/passwd",
                "jar:https://example.org/keys",
                "https:/keys",
                "https://user:secret@login.example.org/keys",
                "https://login.example.org/keys#x"
            })
    void anAddressThatIsNotSafeIsRefused(String address) {
        assertThatThrownBy(() -> new KeyAddress(URI.create(address), SOON))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'keys' must be https://host[:port]/... without user and fragment but was not");
    }

    @Test
    void aFileOfKeysIsReadAnewAndBounded(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("keys.json");
        KeyFile keys = new KeyFile(file);
        assertThatThrownBy(keys::read).isInstanceOf(IOException.class);

        Files.writeString(file, "one");
        assertThat(keys.read()).asString().isEqualTo("one");
        Files.writeString(file, "two");
        assertThat(keys.read()).asString().isEqualTo("two");

        Files.write(file, new byte[KeySource.MAX_BYTES + 1]);
        assertThatThrownBy(keys::read).hasMessage("[" + file + "] must have at most 262144 bytes but has more");
    }

    private KeyAddress keys(String path, Duration timeout) {
        return new KeyAddress(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path), timeout);
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length == 0) {
            exchange.close();
            return;
        }
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    /** Headers at once, then a byte now and then. */
    private void endless(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write('{');
            out.flush();
            await();
        }
    }

    private void await() {
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
