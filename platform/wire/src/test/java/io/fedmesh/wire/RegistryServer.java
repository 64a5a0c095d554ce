package io.fedmesh.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * As much of Confluent's registry as its client and ours ask for, over HTTP on loopback, with faults on demand. The GUID
 * of id n is {@code new UUID(0, n)}. A schema named {@code Refused} is incompatible.
 */
final class RegistryServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What goes wrong with one answer. */
    interface Fault {
        void answer(HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> schemas = new ArrayList<>();
    private final Map<String, Set<Integer>> subjects = new LinkedHashMap<>();
    private final Map<String, String> levels = new LinkedHashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final Queue<Fault> faults = new ArrayDeque<>();
    private @Nullable Fault lasting;

    RegistryServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    synchronized int register(String subject, String schema) {
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        int id = schemas.indexOf(schema) + 1;
        subjects.computeIfAbsent(subject, s -> new LinkedHashSet<>()).add(id);
        return id;
    }

    int register(String subject, Schema schema) {
        return register(subject, schema.toString());
    }

    /** The next answers, one each. */
    synchronized void fail(Fault... next) {
        faults.addAll(List.of(next));
    }

    /** Every answer from now on; null ends it. */
    synchronized void failAlways(@Nullable Fault fault) {
        lasting = fault;
    }

    synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    synchronized @Nullable String level(String subject) {
        return levels.get(subject);
    }

    static Fault status(int status, String body) {
        return exchange -> send(exchange, status, body);
    }

    /** Promises more bytes than it sends. */
    static Fault cut() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write("{\"schema\":".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            exchange.close();
        };
    }

    /** Sends the headers and one byte, then nothing until the client goes away. */
    static Fault drip() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            body.write('{');
            body.flush();
        };
    }

    /** Never answers. */
    static Fault silence() {
        return exchange -> {};
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Fault fault;
        synchronized (this) {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            fault = faults.isEmpty() ? lasting : faults.poll();
        }
        if (fault != null) {
            fault.answer(exchange);
            return;
        }
        String[] path = exchange.getRequestURI().getPath().substring(1).split("/", -1);
        JsonNode json = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
        route(exchange, path, json);
    }

    private synchronized void route(HttpExchange exchange, String[] path, JsonNode body) throws IOException {
        String method = exchange.getRequestMethod();
        if (path[0].equals("subjects") && method.equals("GET") && path.length == 1) {
            send(exchange, 200, JSON.writeValueAsString(subjects.keySet()));
        } else if (path[0].equals("subjects") && method.equals("GET") && path[path.length - 1].equals("latest")) {
            Integer last = null;
            for (int id : subjects.getOrDefault(path[1], Set.of())) {
                last = id;
            }
            if (last == null) {
                send(exchange, 404, error(40401, "Subject not found"));
            } else {
                send(
                        exchange,
                        200,
                        JSON.writeValueAsString(
                                Map.of("subject", path[1], "id", last, "version", 1, "schema", schemas.get(last - 1))));
            }
        } else if (path[0].equals("subjects") && method.equals("DELETE")) {
            levels.remove(path[1]);
            if (subjects.remove(path[1]) == null) {
                send(exchange, 404, error(40401, "Subject not found"));
            } else {
                send(exchange, 200, "[1]");
            }
        } else if (path[0].equals("config") && method.equals("GET")) {
            String level = levels.get(path[1]);
            if (level == null) {
                send(exchange, 404, error(40408, "Subject does not have subject-level compatibility configured"));
            } else {
                send(exchange, 200, JSON.writeValueAsString(Map.of("compatibilityLevel", level)));
            }
        } else if (path[0].equals("subjects") && method.equals("POST")) {
            String schema =
                    new Schema.Parser().parse(body.path("schema").asText()).toString();
            if (path.length == 3) {
                if (schema.contains("\"Refused\"")) {
                    send(exchange, 409, error(409, "Schema being registered is incompatible"));
                    return;
                }
                send(exchange, 200, "{\"id\":" + register(path[1], schema) + "}");
                return;
            }
            lookup(exchange, path[1], schema);
        } else if (path[0].equals("schemas")) {
            int id = path[1].equals("guids")
                    ? (int) UUID.fromString(path[2]).getLeastSignificantBits()
                    : Integer.parseInt(path[2]);
            byId(exchange, id, path.length == 4 ? path[3] : "");
        } else if (path[0].equals("config") && method.equals("PUT")) {
            levels.put(path[1], body.path("compatibility").asText());
            send(exchange, 200, JSON.writeValueAsString(body));
        } else {
            send(exchange, 404, "{\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}");
        }
    }

    private void lookup(HttpExchange exchange, String subject, String schema) throws IOException {
        int id = schemas.indexOf(schema) + 1;
        if (!subjects.containsKey(subject)) {
            send(exchange, 404, error(40401, "Subject not found"));
        } else if (!subjects.get(subject).contains(id)) {
            send(exchange, 404, error(40403, "Schema not found"));
        } else {
            send(
                    exchange,
                    200,
                    JSON.writeValueAsString(Map.of("subject", subject, "id", id, "version", 1, "schema", schema)));
        }
    }

    private void byId(HttpExchange exchange, int id, String what) throws IOException {
        if (id < 1 || id > schemas.size()) {
            send(exchange, 404, error(40403, "Schema not found"));
        } else if (what.equals("versions")) {
            send(
                    exchange,
                    200,
                    JSON.writeValueAsString(subjects.entrySet().stream()
                            .filter(entry -> entry.getValue().contains(id))
                            .map(entry -> Map.of("subject", entry.getKey(), "version", 1))
                            .toList()));
        } else {
            send(exchange, 200, JSON.writeValueAsString(Map.of("schema", schemas.get(id - 1))));
        }
    }

    private static String error(int code, String message) {
        return "{\"error_code\":" + code + ",\"message\":\"" + message + "\"}";
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }
}
