package io.fedmesh.govern.identity;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Keys at an address of the configuration, never at one that a token names: over TLS unless it is this machine's, without
 * redirects, within a time for all of the answer. Thread-safe.
 */
public final class KeyAddress implements KeySource {
    private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost", "[::1]");

    private final URI address;
    private final Duration timeout;
    private final HttpClient client;

    /**
     * @param address {@code https://…}; {@code http://} of this machine alone
     * @param timeout for the whole answer
     */
    public KeyAddress(URI address, Duration timeout) {
        String host = address.getHost();
        boolean isSafe = "https".equals(address.getScheme())
                || ("http".equals(address.getScheme()) && host != null && THIS_MACHINE.contains(host));
        if (host == null || !isSafe || address.getUserInfo() != null || address.getFragment() != null) {
            throw new IllegalArgumentException(
                    "'keys' must be https://host[:port]/... without user and fragment but was not");
        }
        this.address = address;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    @Override
    public byte[] read() throws IOException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("Accept", "application/json")
                .GET()
                .build();
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, information -> new BoundedBody(MAX_BYTES));
        try {
            HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new IOException(
                        "[" + address + "] must answer with keys but answered with status " + response.statusCode());
            }
            return response.body();
        } catch (TimeoutException e) {
            throw new IOException("[" + address + "] must answer within " + timeout + " but did not", e);
        } catch (ExecutionException e) {
            throw new IOException(
                    "[" + address + "] must answer with at most " + MAX_BYTES + " bytes but did not: "
                            + (e.getCause() == null ? e : e.getCause())
                                    .getClass()
                                    .getSimpleName(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("[" + address + "] told to end", e);
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
