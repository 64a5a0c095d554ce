package io.fedmesh.app.internal.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Serves {@code /health/live}, {@code /health/ready}, {@code /metrics} and {@code /status} of one process; GET only, no
 * input is read.
 */
final class HealthServer implements AutoCloseable {
    private static final int MAX_WAITING = 16;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ThreadPoolExecutor threads;

    /** What is served: taken anew for each request. */
    interface Answers {
        boolean live();

        boolean ready();

        String metrics();

        Map<String, Object> status();
    }

    private HealthServer(HttpServer server, ThreadPoolExecutor threads) {
        this.server = server;
        this.threads = threads;
    }

    /** Binds and serves; port 0 takes a free one. */
    static HealthServer start(String host, int port, Answers answers) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(host, port), MAX_WAITING);
        } catch (IOException e) {
            throw new IOException(
                    "[health] " + host + ":" + port + " must be free to bind but was not: " + e.getMessage(), e);
        }
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(1, 2, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "health");
                    thread.setDaemon(true);
                    return thread;
                });
        server.setExecutor(threads);
        server.createContext("/health/live", yesNo("/health/live", answers::live));
        server.createContext("/health/ready", yesNo("/health/ready", answers::ready));
        server.createContext(
                "/metrics",
                exchange -> answer(exchange, "/metrics", 200, "text/plain; version=0.0.4", answers.metrics()));
        server.createContext(
                "/status", exchange -> answer(exchange, "/status", 200, "application/json", json(answers.status())));
        server.start();
        return new HealthServer(server, threads);
    }

    /** The port that was bound. */
    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static HttpHandler yesNo(String path, Supplier<Boolean> question) {
        return exchange -> {
            boolean yes = question.get();
            answer(exchange, path, yes ? 200 : 503, "text/plain", yes ? "yes\n" : "no\n");
        };
    }

    private static void answer(HttpExchange exchange, String path, int code, String type, String body)
            throws IOException {
        try (exchange) {
            boolean known = exchange.getRequestURI().getPath().equals(path);
            boolean get = exchange.getRequestMethod().equals("GET");
            byte[] bytes = known && get ? body.getBytes(StandardCharsets.UTF_8) : new byte[0];
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(known ? (get ? code : 405) : 404, bytes.length == 0 ? -1 : bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        }
    }

    private static String json(Map<String, Object> status) {
        try {
            return JSON.writeValueAsString(status);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
