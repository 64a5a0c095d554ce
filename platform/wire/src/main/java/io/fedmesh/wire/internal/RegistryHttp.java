package io.fedmesh.wire.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.wire.ConfluentRegistry;
import io.fedmesh.wire.RegistryConfig;
import io.fedmesh.wire.RegistryUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One question to the registry: attempts over the base URLs in turn, beginning with the one that answered last, pauses with jitter between them, then either a
 * certain {@link Answer} or {@link RegistryUnavailableException}. Follows no redirect. Thread-safe.
 */
public final class RegistryHttp {
    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final int MAX_REASON_CHARS = 500;
    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Set<Integer> NOT_THERE = Set.of(40401, 40402, 40403, 40408);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads the body of a 200. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(JsonNode body) throws UnexpectedAnswerException;
    }

    /** A 200 whose body is not what the API says. */
    public static final class UnexpectedAnswerException extends Exception {
        private static final long serialVersionUID = 1L;

        public UnexpectedAnswerException(String message) {
            super(message);
        }
    }

    /** A question: method, path segments (encoded here), a query and a JSON object, which may be empty. */
    public record Question(String method, List<String> path, String query, Map<String, String> body) {
        @Override
        public String toString() {
            return method + " /" + String.join("/", path);
        }
    }

    private final RegistryConfig config;
    private final RandomGenerator random;
    private final ConfluentRegistry.Sleeper sleeper;
    private final HttpClient client;
    private volatile int answeredLast;

    public RegistryHttp(RegistryConfig config, RandomGenerator random, ConfluentRegistry.Sleeper sleeper) {
        this.config = config;
        this.random = random;
        this.sleeper = sleeper;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(config.limits().connectTimeout());
        if (config.tls() != null) {
            builder.sslContext(config.tls());
        }
        this.client = builder.build();
    }

    /** Asks until the answer is certain or the attempts are used up. */
    public <T> Answer<T> ask(Question question, Reader<T> reader) {
        int first = answeredLast;
        int attempts = config.limits().attempts();
        String failure = "";
        for (int attempt = 0; attempt < attempts; attempt++) {
            if (attempt > 0) {
                pause(attempt, question);
            }
            int index = (first + attempt) % config.urls().size();
            try {
                HttpResponse<byte[]> response = send(request(config.urls().get(index), question));
                Answer<T> answer = answer(response, reader);
                if (answer != null) {
                    answeredLast = index;
                    return answer;
                }
                failure = "status " + response.statusCode();
            } catch (UnexpectedAnswerException e) {
                failure = String.valueOf(e.getMessage());
            } catch (TimeoutException e) {
                failure = "no answer within " + config.limits().requestTimeout();
            } catch (IOException e) {
                failure = e.getClass().getSimpleName();
            } catch (InterruptedException e) {
                throw interrupted(question, e);
            }
        }
        throw new RegistryUnavailableException("[registry] " + question + " must be answered but " + attempts
                + " attempts failed, the last with: " + failure);
    }

    private HttpRequest request(URI base, Question question) {
        String path = question.path.stream()
                .map(segment ->
                        URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
        String root = base.toString().replaceAll("/+$", "");
        URI uri = URI.create(root + "/" + path + (question.query.isEmpty() ? "" : "?" + question.query));
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Accept", MEDIA_TYPE + ", application/json")
                .header("Content-Type", MEDIA_TYPE);
        RegistryConfig.User user = config.user();
        if (user != null) {
            byte[] pair = (user.name() + ":" + user.password()).getBytes(StandardCharsets.UTF_8);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
        }
        HttpRequest.BodyPublisher body = question.body.isEmpty()
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(json(question.body));
        return request.method(question.method, body).build();
    }

    /** The request's own timeout ends with the headers, so the whole exchange is timed here. */
    private HttpResponse<byte[]> send(HttpRequest request) throws IOException, TimeoutException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(request, info -> new BoundedBody(MAX_ANSWER_BYTES));
        try {
            return exchange.get(config.limits().requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } finally {
            exchange.cancel(true);
        }
    }

    /** The certain answer in a response, or null when it says nothing certain. */
    private static <T> @Nullable Answer<T> answer(HttpResponse<byte[]> response, Reader<T> reader)
            throws UnexpectedAnswerException {
        switch (response.statusCode()) {
            case 200:
                return new Answer.Found<>(reader.read(json(response.body())));
            case 404:
                int code = json(response.body()).path("error_code").asInt();
                return NOT_THERE.contains(code) ? new Answer.Missing<>(code) : null;
            case 409:
            case 422:
                String reason = json(response.body()).path("message").asText();
                return new Answer.Refused<>(reason.substring(0, Math.min(reason.length(), MAX_REASON_CHARS)));
            default:
                return null;
        }
    }

    private static JsonNode json(byte[] body) throws UnexpectedAnswerException {
        try {
            return JSON.readTree(body);
        } catch (IOException | StackOverflowError e) {
            throw new UnexpectedAnswerException("a body that is not JSON");
        }
    }

    private static String json(Map<String, String> body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void pause(int attempt, Question question) {
        long longest = config.limits().longestPause().toMillis();
        long doubled = config.limits().firstPause().toMillis() << Math.min(attempt - 1, 20);
        long millis = Math.max(1, Math.min(longest, doubled));
        try {
            sleeper.sleep(Duration.ofMillis(millis - random.nextLong(millis / 2 + 1)));
        } catch (InterruptedException e) {
            throw interrupted(question, e);
        }
    }

    private static RegistryUnavailableException interrupted(Question question, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new RegistryUnavailableException("[registry] " + question + " must be answered but was interrupted", e);
    }
}
