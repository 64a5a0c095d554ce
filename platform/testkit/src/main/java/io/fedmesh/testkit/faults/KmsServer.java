package io.fedmesh.testkit.faults;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key management service that speaks {@code Encrypt} and {@code Decrypt} of Amazon's KMS (JSON 1.1 over HTTP) well enough
 * for the SDK's own client, and fails on command. Its keys live as long as it does. Thread-safe.
 */
public final class KmsServer implements AutoCloseable {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY_BYTES = 32;
    private static final Pattern FIELD = Pattern.compile("\"(KeyId|Plaintext|CiphertextBlob)\"\\s*:\\s*\"([^\"]*)\"");

    /** How the service fails. */
    public enum Failure {
        NONE(200),
        DISABLED(400),
        ACCESS_DENIED(400),
        THROTTLED(400),
        INTERNAL(500),
        SLOW(200);

        private final int status;

        Failure(int status) {
            this.status = status;
        }

        private String type() {
            return switch (this) {
                case NONE, SLOW -> "";
                case DISABLED -> "DisabledException";
                case ACCESS_DENIED -> "AccessDeniedException";
                case THROTTLED -> "ThrottlingException";
                case INTERNAL -> "KMSInternalException";
            };
        }
    }

    private static final long SLOW_MS = 3_000;

    private final HttpServer server;
    private final SecureRandom random;
    private final Map<String, byte[]> keys = new ConcurrentHashMap<>();
    private final AtomicLong bites = new AtomicLong();
    private volatile Failure failure = Failure.NONE;

    private KmsServer(HttpServer server, SecureRandom random) {
        this.server = server;
        this.random = random;
    }

    /** Starts it on any port of 127.0.0.1. */
    public static KmsServer start(SecureRandom random) {
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
            KmsServer kms = new KmsServer(http, random);
            http.setExecutor(Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "kms");
                thread.setDaemon(true);
                return thread;
            }));
            http.createContext("/", kms::serve);
            http.start();
            return kms;
        } catch (IOException e) {
            throw new UncheckedIOException("[kms] a loopback port must be free but was not", e);
        }
    }

    /** Its address, for the SDK's endpoint setting. */
    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Fails like this from now on. */
    public void fail(Failure next) {
        failure = next;
    }

    /** How many requests it has refused or delayed. */
    public long bites() {
        return bites.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Failure now = failure;
            if (now != Failure.NONE) {
                bites.incrementAndGet();
            }
            if (now == Failure.SLOW) {
                TimeUnit.MILLISECONDS.sleep(SLOW_MS);
            }
            if (now.status != 200) {
                answer(exchange, now.status, "{\"__type\":\"" + now.type() + "\",\"message\":\"ordered\"}");
            } else {
                serve(exchange, request);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(HttpExchange exchange, String request) throws IOException {
        String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
        String keyId = field(request, "KeyId");
        try {
            switch (target) {
                case "TrentService.Encrypt" ->
                    answer(exchange, keyId, "CiphertextBlob", encrypt(keyId, decoded(field(request, "Plaintext"))));
                case "TrentService.Decrypt" ->
                    answer(exchange, keyId, "Plaintext", decrypt(keyId, decoded(field(request, "CiphertextBlob"))));
                default ->
                    answer(exchange, 400, "{\"__type\":\"UnknownOperationException\",\"message\":\"" + target + "\"}");
            }
        } catch (GeneralSecurityException e) {
            answer(exchange, 400, "{\"__type\":\"InvalidCiphertextException\",\"message\":\"not of this key\"}");
        }
    }

    private static void answer(HttpExchange exchange, String keyId, String name, byte[] bytes) throws IOException {
        String text = Base64.getEncoder().encodeToString(bytes);
        answer(exchange, 200, "{\"KeyId\":\"" + keyId + "\",\"" + name + "\":\"" + text + "\"}");
    }

    private byte[] encrypt(String keyId, byte[] plain) throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, keyId, nonce).doFinal(plain);
        byte[] wrapped = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
        System.arraycopy(sealed, 0, wrapped, NONCE_BYTES, sealed.length);
        return wrapped;
    }

    private byte[] decrypt(String keyId, byte[] wrapped) throws GeneralSecurityException {
        byte[] nonce = Arrays.copyOf(wrapped, NONCE_BYTES);
        return cipher(Cipher.DECRYPT_MODE, keyId, nonce).doFinal(wrapped, NONCE_BYTES, wrapped.length - NONCE_BYTES);
    }

    private Cipher cipher(int mode, String keyId, byte[] nonce) throws GeneralSecurityException {
        byte[] key = keys.computeIfAbsent(keyId, id -> {
            byte[] made = new byte[KEY_BYTES];
            random.nextBytes(made);
            return made;
        });
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        return cipher;
    }

    private static String field(String json, String name) {
        Matcher matcher = FIELD.matcher(json);
        while (matcher.find()) {
            if (matcher.group(1).equals(name)) {
                return matcher.group(2);
            }
        }
        throw new IllegalArgumentException("[kms] a request must hold '" + name + "' but does not");
    }

    private static byte[] decoded(String text) {
        return Base64.getDecoder().decode(text);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
